"""Where a claim stands, and which state may follow which: the whole table."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class ClaimState(StrEnum):
    """Where in its life a claim is. Closed: there are no others."""

    SUBMITTED = "submitted"
    """It was received and has its receipt number; the account's holder is asked for next."""
    CHECKED = "checked"
    """What can be checked without a person was checked; where a person must decide, it waits."""
    APPROVED = "approved"
    """The amount is fixed."""
    REFUSED = "refused"
    """Not approved, with a reason: the customer may object, or put the account right."""
    OBJECTED = "objected"
    """The customer says that the refusal is wrong; a person decides."""
    SCHEDULED = "scheduled"
    """It has its day of payment and waits for a run."""
    PAYING = "paying"
    """A run has it; nobody else may."""
    PAID = "paid"
    RETURNED = "returned"
    """The other side failed or gave it back; nothing happens until it is mended."""
    MENDED = "mended"
    """The account was put right; it is checked again."""
    WITHDRAWN = "withdrawn"
    """The customer took it back. Another one may be made."""


TRANSITIONS: Mapping[ClaimState, frozenset[ClaimState]] = {
    ClaimState.SUBMITTED: frozenset({ClaimState.CHECKED, ClaimState.REFUSED, ClaimState.WITHDRAWN}),
    # A mended claim that was approved before goes straight to its next day of payment, or back. One
    # whose earlier payment turns out to have arrived is paid, and nothing more leaves.
    ClaimState.CHECKED: frozenset(
        {
            *(ClaimState.APPROVED, ClaimState.REFUSED, ClaimState.WITHDRAWN),
            *(ClaimState.SCHEDULED, ClaimState.MENDED, ClaimState.RETURNED, ClaimState.PAID),
        }
    ),
    ClaimState.APPROVED: frozenset({ClaimState.SCHEDULED}),
    ClaimState.REFUSED: frozenset({ClaimState.OBJECTED, ClaimState.MENDED}),
    ClaimState.OBJECTED: frozenset({ClaimState.APPROVED, ClaimState.REFUSED, ClaimState.WITHDRAWN}),
    ClaimState.SCHEDULED: frozenset({ClaimState.PAYING, ClaimState.PAID, ClaimState.WITHDRAWN}),
    # A run that was cancelled before anything left gives its claims back.
    ClaimState.PAYING: frozenset({ClaimState.PAID, ClaimState.RETURNED, ClaimState.SCHEDULED}),
    ClaimState.PAID: frozenset({ClaimState.RETURNED}),
    # A person may find that what failed was paid after all, where the other side said both.
    ClaimState.RETURNED: frozenset({ClaimState.MENDED, ClaimState.PAID}),
    ClaimState.MENDED: frozenset(
        {
            *(ClaimState.CHECKED, ClaimState.REFUSED, ClaimState.WITHDRAWN),
            *(ClaimState.RETURNED, ClaimState.PAID),
        }
    ),
    ClaimState.WITHDRAWN: frozenset(),
}
"""From each state the states that may follow it at once."""

STATE_WORDS: Mapping[ClaimState, Mapping[str, str]] = {
    ClaimState.SUBMITTED: {"ko": "접수", "en": "submitted"},
    ClaimState.CHECKED: {"ko": "확인 완료", "en": "checked"},
    ClaimState.APPROVED: {"ko": "승인", "en": "approved"},
    ClaimState.REFUSED: {"ko": "거절", "en": "refused"},
    ClaimState.OBJECTED: {"ko": "이의 신청", "en": "objected"},
    ClaimState.SCHEDULED: {"ko": "지급 예정", "en": "scheduled"},
    ClaimState.PAYING: {"ko": "지급 중", "en": "paying"},
    ClaimState.PAID: {"ko": "지급 완료", "en": "paid"},
    ClaimState.RETURNED: {"ko": "반송", "en": "returned"},
    ClaimState.MENDED: {"ko": "계좌 정정", "en": "mended"},
    ClaimState.WITHDRAWN: {"ko": "신청 취소", "en": "withdrawn"},
}
"""What each is called, by language."""

EFFECT_WORDS: Mapping[ClaimState, Mapping[str, str]] = {
    ClaimState.SCHEDULED: {"ko": "적용 예정", "en": "to take effect"},
    ClaimState.PAYING: {"ko": "처리 중", "en": "being carried out"},
    ClaimState.PAID: {"ko": "적용 완료", "en": "in effect"},
    ClaimState.RETURNED: {"ko": "처리되지 않음", "en": "not carried out"},
}
"""What those are called that speak of a payment, where what is applied for is no money."""


def state_word(state: ClaimState, language: str, *, is_money: bool) -> str:
    """What a state is called; in English where the language has no word."""
    words = STATE_WORDS[state] if is_money else EFFECT_WORDS.get(state, STATE_WORDS[state])
    return words.get(language, words["en"])


def follows(before: ClaimState, after: ClaimState) -> bool:
    """Whether a claim in one state may go to the other at once."""
    return after in TRANSITIONS[before]


def sources_of(after: ClaimState) -> list[str]:
    """The states from which this one may be reached at once, as SQL takes them."""
    return [before.value for before in ClaimState if follows(before, after)]
