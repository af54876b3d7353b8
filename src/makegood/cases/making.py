"""A case is opened: by staff for a customer, by a customer for themselves, by nobody known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

from django.db import IntegrityError, transaction
from psycopg.errors import UniqueViolation

from makegood.cases.numbers import new_case_number
from makegood.cases.opening_hours import checked_callback
from makegood.cases.permitting import expect_permitted
from makegood.cases.problems import callback_stands, one_of, wrong_case, wrong_time
from makegood.cases.states import CaseKind, CaseState
from makegood.cases.storing import insert, select
from makegood.cases.teams import FIRST_TEAM, teams_of
from makegood.cases.values import Callback, Case
from makegood.cases.words import checked_note, checked_subject
from makegood.redress.serving import is_of, lines_of, programme_in_force
from makegood.trust.access import Visitor
from makegood.trust.clock import now
from makegood.trust.policy import Act, Purpose
from makegood.trust.vault import checked_phone, seal_note

THROUGH = ("web", "call_centre", "shop", "letter")
"""The ways on which somebody comes with something."""

DUE_AFTER: Mapping[CaseKind, timedelta] = {
    CaseKind.QUESTION: timedelta(days=1),
    CaseKind.CALLBACK: timedelta(days=1),
    CaseKind.OBJECTION: timedelta(days=3),
    CaseKind.EXCEPTION: timedelta(days=3),
    CaseKind.COMPLAINT: timedelta(days=3),
}
"""The deadline where none is named; a callback is due at the end of the time that was wished."""

_STANDING = """
WHERE customer_id = %s AND kind = 'callback' AND state <> 'done' ORDER BY opened_at
"""


def open_case(  # noqa: PLR0913 - a case is about many things, each named
    visitor: Visitor,
    *,
    kind: CaseKind,
    programme: str,
    through: str,
    customer_id: str = "",
    subject: str = "",
    about_line: str = "",
    receipt_number: str = "",
    callback: Callback | None = None,
    due_at: datetime | None = None,
    note: str = "",
    purpose: str = "",
) -> Case:
    """Open a case; who opens it works on it, where they belong to a team.

    ``about_line`` is one of the customer's lines. Raises Refused MG770; MakegoodError MG632 for no
    such programme, MG661, MG662 for words that cannot be kept, MG665 where the customer waits for a
    call already, MG666 for a time that cannot be, MG668 for what does not go together, MG728.
    """
    instant = now()
    _expect_together(kind, through, customer_id, about_line, callback)
    case = _new(kind, programme, through, instant, by=visitor.actor)
    teams = teams_of(visitor)
    case = _with(
        case,
        customer_id=customer_id,
        subject=checked_subject(subject),
        line_id=about_line,
        receipt_number=_receipt(receipt_number, customer_id),
        member=visitor.actor if teams else "",
        team=teams[0] if teams else FIRST_TEAM.value,
        state=CaseState.WAITING_FOR_US if teams else CaseState.OPEN,
        due_at=_due(kind, instant, due_at, callback),
    )
    if callback:
        checked_callback(programme_in_force(programme), callback, instant)
    return _kept(visitor, Act.HANDLE_CASE, case, callback, note, purpose=purpose)


def request_callback(
    visitor: Visitor,
    *,
    programme: str,
    callback: Callback,
    subject: str = "",
    about_line: str = "",
    note: str = "",
) -> Case:
    """A customer asks to be called, for themselves. Raises as ``open_case``."""
    instant = now()
    customer_id = visitor.principal.staff_id
    _expect_together(CaseKind.CALLBACK, "web", customer_id, about_line, callback)
    checked_callback(programme_in_force(programme), callback, instant)
    case = _with(
        _new(CaseKind.CALLBACK, programme, "web", instant, by=visitor.actor),
        customer_id=customer_id,
        subject=checked_subject(subject),
        line_id=about_line,
        team=FIRST_TEAM.value,
        due_at=callback.until,
    )
    purpose = Purpose.CALLBACK
    return _kept(visitor, Act.REQUEST_CALLBACK, case, callback, note, purpose=purpose)


def strangers_case(
    visitor: Visitor, *, programme: str, callback: Callback, note: str, at: datetime
) -> Case:
    """The case of somebody who is not signed in; ``calling.take_callback`` counts them first."""
    checked_callback(programme_in_force(programme), callback, at)
    case = _with(
        _new(CaseKind.CALLBACK, programme, "web", at, by=visitor.actor),
        team=FIRST_TEAM.value,
        due_at=callback.until,
    )
    return _kept(visitor, Act.TAKE_CALLBACK, case, callback, note, purpose=Purpose.CALLBACK)


def callback_of(customer_id: str) -> Case | None:
    """The call that a customer waits for."""
    found = select(_STANDING, [customer_id]) if customer_id else []
    return found[0] if found else None


def _kept(
    visitor: Visitor, act: Act, case: Case, callback: Callback | None, note: str, *, purpose: str
) -> Case:
    """Decide, seal what is personal, write: in one transaction."""
    words = checked_note(note) if note.strip() else ""
    phone = checked_phone(callback.phone) if callback and callback.phone.strip() else ""
    try:
        with transaction.atomic():
            details = {"programme": case.programme, "through": case.through}
            expect_permitted(
                visitor, act, case, purpose=purpose, kind="case.opened", details=details
            )
            customer_id, actor = case.customer_id, visitor.actor
            note_id = seal_note(customer_id, words, actor=actor) if words else None
            phone_id = seal_note(customer_id, phone, actor=actor) if phone else None
            if callback:
                times = {"call_since": callback.since, "call_until": callback.until}
                case = _with(case, phone_id=phone_id, **times)
            insert(case, visitor.actor, case.opened_at, note_id)
    except (IntegrityError, UniqueViolation):
        standing = callback_of(case.customer_id)
        if standing is None:
            raise
        raise callback_stands(standing.number) from None
    return case


def _new(kind: CaseKind, programme: str, through: str, at: datetime, *, by: str) -> Case:
    programme_in_force(programme)
    return Case(
        case_id=uuid4(),
        number=new_case_number(),
        kind=kind,
        state=CaseState.OPEN,
        subject="",
        programme=programme,
        customer_id="",
        line_id="",
        receipt_number="",
        through=through,
        opened_at=at,
        opened_by=by,
        team="",
        member="",
        due_at=None,
        call_since=None,
        call_until=None,
        phone_id=None,
        tags=(),
        proposal_id=None,
        outcome="",
        closed_at=None,
        changes=1,
    )


def _with(case: Case, **changed: object) -> Case:
    return replace(case, **changed)  # type: ignore[arg-type] # named by the callers here


def _expect_together(
    kind: CaseKind, through: str, customer_id: str, about_line: str, callback: Callback | None
) -> None:
    """Raises MakegoodError MG668 for what does not go together."""
    if through not in THROUGH:
        raise wrong_case(f"nobody comes through '{through[:20]}'", one_of(THROUGH))
    if (callback is not None) != (kind is CaseKind.CALLBACK):
        hint = "name a time with a callback, and with nothing else"
        raise wrong_case("a time to call belongs to a callback", hint)
    if callback and not callback.phone.strip() and not customer_id:
        raise wrong_case("nobody knows which number to call", "give the telephone number")
    if about_line and about_line not in lines_of(customer_id):
        raise wrong_case("this is no line of the customer's", "leave it out, or name their own")


def _receipt(receipt_number: str, customer_id: str) -> str:
    """The number of a claim of this customer's. Raises MakegoodError MG668, MG840."""
    if not receipt_number.strip():
        return ""
    from makegood.redress.claims import claim_of

    claim = claim_of(receipt_number)
    if not is_of(claim, customer_id):
        raise wrong_case("this is no claim of the customer's", "leave it out, or name their own")
    return claim.receipt_number


def _due(
    kind: CaseKind, at: datetime, due_at: datetime | None, callback: Callback | None
) -> datetime:
    """The deadline. Raises MakegoodError MG666."""
    if due_at is not None:
        return checked_deadline(due_at, at)
    return callback.until if callback else at + DUE_AFTER[kind]


def checked_deadline(due_at: datetime, at: datetime) -> datetime:
    """A deadline that is still to come, within a year. Raises MakegoodError MG666."""
    if due_at.tzinfo is None or not at < due_at < at + timedelta(days=366):
        raise wrong_time("this is no deadline", "name an instant of the next 365 days")
    return due_at
