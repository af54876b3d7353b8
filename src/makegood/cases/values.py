"""What a case is and what happened to it. None of it shows personal data."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from makegood.cases.states import PURPOSES, CaseKind, CaseState


class Step(StrEnum):
    """What can happen to a case. Closed: there are no others."""

    OPENED = "opened"
    NOTED = "noted"
    TAGGED = "tagged"
    UNTAGGED = "untagged"
    TAKEN = "taken"
    WAITS_FOR_CUSTOMER = "waits_for_customer"
    WAITS_FOR_US = "waits_for_us"
    HANDED_OVER = "handed_over"
    PUT_OFF = "put_off"
    CALLED = "called"
    NOT_REACHED = "not_reached"
    EXCEPTION_PROPOSED = "exception_proposed"
    EXCEPTION_CARRIED_OUT = "exception_carried_out"
    CLOSED = "closed"
    REOPENED = "reopened"


@dataclass(frozen=True, slots=True)
class Callback:
    """When somebody wishes to be called: from ``since`` to ``until``, with a time zone.

    ``phone`` is empty where it is the customer's own number, which the vault has already.
    """

    since: datetime
    until: datetime
    phone: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Case:
    """A case as it stands.

    ``customer_id`` is empty where nobody knows who it is: a stranger wishes to be called.
    ``member`` is the actor who works on it (``staff:17``), ``team`` the role that does.
    ``phone_id`` is the vault's number of another telephone number than the customer's own.
    ``changes`` counts what happened to it. ``outcome`` is a word of Outcome once it is done.
    """

    case_id: UUID
    number: str
    kind: CaseKind
    state: CaseState
    subject: str
    programme: str
    customer_id: str
    line_id: str
    receipt_number: str
    through: str
    opened_at: datetime
    opened_by: str
    team: str
    member: str
    due_at: datetime | None
    call_since: datetime | None
    call_until: datetime | None
    phone_id: UUID | None
    tags: tuple[str, ...]
    proposal_id: UUID | None
    outcome: str
    closed_at: datetime | None
    changes: int

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to do."""
        return self.state is CaseState.DONE

    @property
    def purpose(self) -> str:
        """What work on it is done for, where nothing else is said."""
        return PURPOSES[self.kind].value

    def is_overdue(self, at: datetime) -> bool:
        """Whether its deadline is over and it is not done."""
        return not self.is_done and self.due_at is not None and self.due_at < at


@dataclass(frozen=True, slots=True)
class CaseEvent:
    """One thing that happened to a case: ``number`` counts from 1.

    ``detail`` is a tag, a team, an actor, an instant (ISO 8601), an outcome or a proposal's number,
    by the step. ``note_id`` is the vault's number of what was written.
    """

    number: int
    at: datetime
    step: Step
    before: CaseState | None
    after: CaseState
    by: str
    detail: str
    note_id: UUID | None


@dataclass(frozen=True, slots=True)
class Note:
    """What somebody wrote about a case; ``text`` is None where the person was deleted since."""

    number: int
    at: datetime
    by: str
    text: str | None = field(repr=False)
