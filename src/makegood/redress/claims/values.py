"""What comes into a claim and what is seen of one. None of it holds personal data when shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from makegood.redress.claims.states import ClaimState


class Waits(StrEnum):
    """Why two persons must decide a claim that the program may not decide alone."""

    # In the order of their weight: of several the first is named first.

    NOBODY = ""
    LATE = "late"
    UNDETERMINED = "undetermined"
    OTHER_NAME = "other_name"
    HOLDER_UNKNOWN = "holder_unknown"


class Reason(StrEnum):
    """Why a claim was refused; ``excluded:<name>`` and a channel's own codes stand beside these."""

    NOT_IN_SCOPE = "not_in_scope"
    NO_AMOUNT = "no_amount"
    HOLDER_DIFFERS = "holder_differs"
    ACCOUNT_NOT_FOUND = "account_not_found"
    ACCOUNT_MISSING = "account_missing"
    DOCUMENT_MISSING = "document_missing"
    BY_A_PERSON = "by_a_person"


LINE_MISSING = "line_missing"
"""Why a scheduled claim was left out of a pay-out: the facts had no such line."""

ACCOUNT_REASONS = frozenset(
    {
        *(Reason.HOLDER_DIFFERS, Reason.ACCOUNT_NOT_FOUND),
        *(Reason.ACCOUNT_MISSING, Reason.DOCUMENT_MISSING),
    }
)
"""The refusals that a right account or its document undoes."""


SAME_NAME = "same"
TAKEN = frozenset({SAME_NAME, Waits.OTHER_NAME.value, Waits.HOLDER_UNKNOWN.value})
"""What the check of an account may come to so that it can be paid to; the last two by persons."""


@dataclass(frozen=True, slots=True)
class Application:
    """What somebody applies for, and where it is to be paid. The account never shows itself.

    ``through`` is a word of the programme's claim: web, call_centre, shop. ``document`` is the
    reference of a document that was handed in, never its content. ``contract`` may be left empty:
    it is taken from the line. ``account_document`` is that of a document that shows why the
    account may be in another name: the one serves not as the other.
    """

    programme: str
    measure: str
    line_id: str
    through: str
    bank_code: str = field(default="", repr=False)
    account_number: str = field(default="", repr=False)
    account_holder: str = field(default="", repr=False)
    document: str = ""
    quote_id: str | None = None
    contract: str = ""
    account_document: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What an applicant is given. ``is_new`` is False where the claim stood there already."""

    receipt_number: str
    claim_id: UUID
    state: ClaimState
    is_new: bool
    submitted_at: datetime
    key: str
    amount: int


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim as it stands. ``amount`` is in minor units, and fixed from its approval on.

    ``key`` is the pay-once key, ``attempt`` counts its payments from 1. ``changes`` counts what
    happened to it. ``waits_for`` says why persons must decide it: words of Waits, the weightiest
    first, with commas between. ``check_after`` is when the worker looks at it next; None where it
    has nothing to do. ``account_serial`` counts the accounts that were given, from 1;
    ``account_document`` and ``holder``, what the bank's check of it came to, are of the newest.
    """

    claim_id: UUID
    receipt_number: str
    key: str
    programme: str
    measure: str
    line_id: str
    contract: str
    customer_id: str
    through: str
    submitted_at: datetime
    submitted_by: str
    document: str
    quote_id: str
    programme_sha256: str
    snapshot_sha256: str
    is_late: bool
    has_account: bool
    state: ClaimState
    reason: str
    waits_for: str
    amount: int
    attempt: int
    changes: int
    approved_on: date | None
    pay_on: date | None
    run_id: UUID | None
    check_after: datetime | None
    tries: int
    is_contradictory: bool
    account_serial: int = 1
    account_document: str = ""
    holder: str = ""

    @property
    def has_known_holder(self) -> bool:
        """Whether it needs no account, or the newest one was checked and taken."""
        return not self.has_account or self.holder in TAKEN

    @property
    def account_id(self) -> str | None:
        """The vault's record of the account to pay to; None where none is needed."""
        return f"{self.customer_id}#{self.receipt_number}" if self.has_account else None

    @property
    def documents(self) -> tuple[str, ...]:
        """The references of what was handed in for it."""
        return tuple(each for each in (self.document, self.account_document) if each)

    @property
    def subject(self) -> str:
        """How the ledger and the log name it."""
        return f"claim:{self.receipt_number}"


@dataclass(frozen=True, slots=True)
class ClaimEvent:
    """One change of a claim: ``number`` counts from 1, ``before`` is None for the first."""

    number: int
    at: datetime
    before: ClaimState | None
    after: ClaimState
    reason: str
    by: str
    run_id: UUID | None
    amount: int


@dataclass(frozen=True, slots=True)
class ClaimCount:
    """How many claims of a measure came in on a day and stand in a state."""

    measure: str
    day: date
    through: str
    state: ClaimState
    claims: int
    amount: int


@dataclass(frozen=True, slots=True)
class OpenClaims:
    """How many claims somebody has to do something about.

    ``waiting`` are those that persons decide, by why: words of Waits with commas between, or
    ``objected``. ``returned`` wait for another account or attempt; of the ``contradictory`` the
    other side said both that they were paid and that they failed. Those ``held`` were left out of a
    pay-out because the facts had no such line.
    """

    waiting: Mapping[str, int]
    returned: int
    contradictory: int
    held: int = 0
