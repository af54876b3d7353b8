"""What is told of the penalty of a day, already in words."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from makegood.dues.values import Status


@dataclass(frozen=True, slots=True)
class ReckoningStep:
    """One named formula with its figure: ``how`` says in words how it is reckoned."""

    label: str
    figure: str
    how: str = ""


@dataclass(frozen=True, slots=True)
class ExpectedPenalty:
    """What would be due if the line ended on a day, with how it is reckoned.

    ``amount_text`` is empty where facts are missing: ``sentences`` say which. ``verdict`` is the
    decision's own words for that day. ``first_day`` and ``last_day`` bound the measure's window and
    are None where it has no such end. ``has_ended``: it ended on this very day.
    """

    programme: str
    measure: str
    title: str
    label: str
    day: date
    day_text: str
    amount_text: str
    status: Status
    sentences: tuple[str, ...]
    facts: tuple[tuple[str, str], ...] = field(repr=False)
    steps: tuple[ReckoningStep, ...] = field(repr=False)
    first_day: date | None = None
    last_day: date | None = None
    language: str = "ko"
    has_ended: bool = False


@dataclass(frozen=True, slots=True)
class PenaltyQuestion:
    """What can be asked about the day on which a line ends.

    ``proposed`` is the line's own day where it has ended, else today or the nearest day of the
    window. Texts are empty where the window has no such end, or the line has not ended.
    """

    programme: str
    measure: str
    title: str
    fact: str
    proposed: date
    first_text: str
    last_text: str
    ended_on_text: str
    language: str
