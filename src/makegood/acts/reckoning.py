"""What ending a line on a day costs, as a page asks it: a day is typed, or proposed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from makegood.dues import ExpectedPenalty, PenaltyQuestion, penalty_on, penalty_question
from makegood.kernel import MakegoodError

_NOTHING_TO_RECKON = frozenset({"MG650", "MG831"})
_NO_SUCH_DAY = "MG609"


@dataclass(frozen=True, slots=True)
class PenaltyAsked:
    """What can be asked of a line, the day as it stands in the form, and what it comes to.

    ``penalty`` is None where ``day`` is none that can be reckoned with.
    """

    question: PenaltyQuestion
    day: str
    penalty: ExpectedPenalty | None

    @property
    def is_no_day(self) -> bool:
        """Whether what was typed is told to be no such day."""
        return self.penalty is None

    def shown(self, number: int) -> dict[str, object]:
        """What the pages of both sites show of it, of the customer's line in this place."""
        return {
            "number": number,
            "question": self.question,
            "day": self.day,
            "is_no_day": self.is_no_day,
            "penalty": self.penalty,
        }


def penalty_asked(line_id: str, typed: str, language: str) -> PenaltyAsked | None:
    """The penalty on the day that was typed; of nothing typed, on the one that is proposed.

    None where nothing of the line depends on the day. Whose the line is, is the caller's to look
    at. Raises MakegoodError as ``penalty_question``.
    """
    try:
        question = penalty_question(line_id, language)
    except MakegoodError as error:
        if error.findings[0].code in _NOTHING_TO_RECKON:
            return None
        raise
    day = typed.strip() or question.proposed.isoformat()
    return PenaltyAsked(question, day, _reckoned(line_id, day, language))


def _reckoned(line_id: str, day: str, language: str) -> ExpectedPenalty | None:
    try:
        return penalty_on(line_id, date.fromisoformat(day), language)
    except ValueError:
        return None
    except MakegoodError as error:
        if error.findings[0].code == _NO_SUCH_DAY:
            return None
        raise
