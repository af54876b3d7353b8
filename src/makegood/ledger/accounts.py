"""What money can be: promised, claimed, approved, paid, returned, released."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Account(StrEnum):
    """Where an amount stands. Every transfer moves it from one of these to another."""

    BUDGET = "budget"
    PROMISED = "promised"
    CLAIMED = "claimed"
    APPROVED = "approved"
    PAID = "paid"
    RETURNED = "returned"
    RELEASED = "released"


ACCOUNT_WORDS: Mapping[Account, Mapping[str, str]] = {
    Account.BUDGET: {"ko": "예산", "en": "budget"},
    Account.PROMISED: {"ko": "약속", "en": "promised"},
    Account.CLAIMED: {"ko": "신청", "en": "claimed"},
    Account.APPROVED: {"ko": "승인", "en": "approved"},
    Account.PAID: {"ko": "지급", "en": "paid"},
    Account.RETURNED: {"ko": "반송", "en": "returned"},
    Account.RELEASED: {"ko": "해제", "en": "released"},
}
"""What each is called, by language."""

OWED = (Account.PROMISED, Account.CLAIMED, Account.APPROVED, Account.RETURNED)
"""The accounts whose balances are the liability."""


@dataclass(frozen=True, slots=True)
class Transfer:
    """An amount that moves from one account of a measure to another.

    ``key`` makes it happen once: the same transfer again is the same transfer. ``amount`` is in
    minor units and more than 0, ``heads`` how many lines it is for. ``subject`` is what it was done
    to: ``claim:<receipt>``, ``run:<id>``.
    """

    key: str
    programme: str
    measure: str
    day: date
    source: Account
    target: Account
    amount: int
    heads: int = 1
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Balance:
    """What stands in an account of a measure: minor units and heads.

    Of ``BUDGET`` what was taken out of it, as a number below 0.
    """

    measure: str
    account: Account
    amount: int
    heads: int
