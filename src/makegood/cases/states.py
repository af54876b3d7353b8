"""What cases there are, where one stands, and which state may follow which: the whole table."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from makegood.trust.policy import Purpose


class CaseKind(StrEnum):
    """What somebody came with. Closed: there are no others."""

    QUESTION = "question"
    CALLBACK = "callback"
    """Somebody wishes to be called, at a time within the centre's hours."""
    OBJECTION = "objection"
    EXCEPTION = "exception"
    """Something that the programme does not give, and that takes two persons."""
    COMPLAINT = "complaint"


class CaseState(StrEnum):
    """Where in its life a case is. Closed: there are no others."""

    OPEN = "open"
    """Nobody has taken it yet."""
    WAITING_FOR_CUSTOMER = "waiting_for_customer"
    WAITING_FOR_US = "waiting_for_us"
    """Somebody has taken it and works on it."""
    HANDED_OVER = "handed_over"
    """It was given to a colleague or a team who have not taken it yet."""
    DONE = "done"


TRANSITIONS: Mapping[CaseState, frozenset[CaseState]] = {
    CaseState.OPEN: frozenset(
        {
            *(CaseState.WAITING_FOR_CUSTOMER, CaseState.WAITING_FOR_US),
            *(CaseState.HANDED_OVER, CaseState.DONE),
        }
    ),
    CaseState.WAITING_FOR_CUSTOMER: frozenset(
        {CaseState.WAITING_FOR_US, CaseState.HANDED_OVER, CaseState.DONE}
    ),
    CaseState.WAITING_FOR_US: frozenset(
        {CaseState.WAITING_FOR_CUSTOMER, CaseState.HANDED_OVER, CaseState.DONE}
    ),
    # Who gave it to the wrong team, or is asked to, gives it on.
    CaseState.HANDED_OVER: frozenset(
        {
            *(CaseState.WAITING_FOR_CUSTOMER, CaseState.WAITING_FOR_US),
            *(CaseState.HANDED_OVER, CaseState.DONE),
        }
    ),
    # The customer comes back with the same.
    CaseState.DONE: frozenset({CaseState.WAITING_FOR_US}),
}
"""From each state the states that may follow it at once."""


class Outcome(StrEnum):
    """How a case ended."""

    ANSWERED = "answered"
    CARRIED_OUT = "carried_out"
    NOT_POSSIBLE = "not_possible"
    NOT_REACHED = "not_reached"
    TAKEN_BACK = "taken_back"
    """The customer wants nothing any more."""
    DUPLICATE = "duplicate"


PURPOSES: Mapping[CaseKind, Purpose] = {
    CaseKind.QUESTION: Purpose.CUSTOMER_REQUEST,
    CaseKind.CALLBACK: Purpose.CALLBACK,
    CaseKind.OBJECTION: Purpose.CLAIM_HANDLING,
    CaseKind.EXCEPTION: Purpose.CLAIM_HANDLING,
    CaseKind.COMPLAINT: Purpose.COMPLAINT,
}
"""What work on each kind is done for, where nothing else is said."""

KIND_WORDS: Mapping[CaseKind, Mapping[str, str]] = {
    CaseKind.QUESTION: {"ko": "문의", "en": "question"},
    CaseKind.CALLBACK: {"ko": "회신 전화", "en": "callback"},
    CaseKind.OBJECTION: {"ko": "이의", "en": "objection"},
    CaseKind.EXCEPTION: {"ko": "예외", "en": "exception"},
    CaseKind.COMPLAINT: {"ko": "불만", "en": "complaint"},
}
"""What each is called, by language."""

STATE_WORDS: Mapping[CaseState, Mapping[str, str]] = {
    CaseState.OPEN: {"ko": "새로 접수", "en": "new"},
    CaseState.WAITING_FOR_CUSTOMER: {"ko": "고객 답변 대기", "en": "waiting for the customer"},
    CaseState.WAITING_FOR_US: {"ko": "담당자 처리 대기", "en": "waiting for us"},
    CaseState.HANDED_OVER: {"ko": "인계함", "en": "handed over"},
    CaseState.DONE: {"ko": "종결", "en": "done"},
}
"""What each is called, by language."""

OUTCOME_WORDS: Mapping[Outcome, Mapping[str, str]] = {
    Outcome.ANSWERED: {"ko": "답변함", "en": "answered"},
    Outcome.CARRIED_OUT: {"ko": "요청대로 처리함", "en": "carried out"},
    Outcome.NOT_POSSIBLE: {"ko": "처리할 수 없음", "en": "not possible"},
    Outcome.NOT_REACHED: {"ko": "연락되지 않음", "en": "not reached"},
    Outcome.TAKEN_BACK: {"ko": "고객이 취소함", "en": "taken back by the customer"},
    Outcome.DUPLICATE: {"ko": "중복 접수", "en": "the same as another case"},
}
"""What each is called, by language."""


def follows(before: CaseState, after: CaseState) -> bool:
    """Whether a case in one state may go to the other at once."""
    return after in TRANSITIONS[before]
