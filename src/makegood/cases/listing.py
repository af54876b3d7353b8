"""Cases as a member's day sees them, one case with all that is known, and a customer's own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from enum import StrEnum
from uuid import UUID

from django.db import transaction

from makegood.cases.permitting import expect_list_permitted, expect_permitted
from makegood.cases.states import CaseKind, CaseState
from makegood.cases.storing import LISTED_MAX, cursor_of_act, events_of, find, select
from makegood.cases.teams import teams_of
from makegood.cases.values import Case, CaseEvent, Note
from makegood.trust.access import Visitor
from makegood.trust.clock import now
from makegood.trust.policy import Act, Purpose
from makegood.trust.vault import open_notes


class DayList(StrEnum):
    """The parts of a member's day."""

    MINE = "mine"
    """What I work on, or was handed to me."""
    TEAM = "team"
    """What my teams have and nobody has taken."""
    OVERDUE = "overdue"
    """What is mine or my teams' and should be done already, whoever has it."""
    CALLBACKS = "callbacks"
    """Who wishes to be called today, or should have been by now, by the time they wished."""


_CONDITIONS = {
    DayList.MINE: "member = %(me)s",
    DayList.TEAM: "member = '' AND team = ANY(%(teams)s)",
    DayList.OVERDUE: "(member = %(me)s OR team = ANY(%(teams)s)) AND due_at < %(now)s",
    DayList.CALLBACKS: (
        "(member = %(me)s OR team = ANY(%(teams)s)) AND kind = 'callback'"
        " AND call_since < %(tomorrow)s"
    ),
}
_ORDER = "ORDER BY due_at NULLS LAST, opened_at, case_id LIMIT %(limit)s"
_COUNTS = ", ".join(f"count(*) FILTER (WHERE {where})" for where in _CONDITIONS.values())


def day_list(
    visitor: Visitor, which: DayList = DayList.MINE, *, purpose: str = Purpose.CUSTOMER_REQUEST
) -> list[Case]:
    """A part of the visitor's day, what is due first before; nothing that is done.

    Raises Refused MG770.
    """
    with transaction.atomic():
        expect_list_permitted(visitor, purpose)
        where = f"WHERE state <> 'done' AND {_CONDITIONS[which]}"
        return select(f"{where} {_ORDER}", _values(visitor))


def day_counts(visitor: Visitor) -> dict[DayList, int]:
    """How many there are in each part; who may see the parts is asked by ``day_list``."""
    with cursor_of_act() as cursor:
        query = f"SELECT {_COUNTS} FROM cases_case WHERE state <> 'done'"
        row = cursor.execute(query, _values(visitor)).fetchone() or ()
    return dict(zip(_CONDITIONS, row, strict=True))


def cases(
    visitor: Visitor,
    *,
    states: Sequence[CaseState] = (),
    kind: CaseKind | None = None,
    customer_id: str = "",
    tag: str = "",
    is_overdue: bool = False,
    limit: int = 100,
    purpose: str = Purpose.CUSTOMER_REQUEST,
) -> list[Case]:
    """Cases by what is asked, the newest first, at most ``limit`` (1,000). Raises Refused MG770."""
    wanted: dict[str, object] = {
        "state = ANY(%s)": [state.value for state in states] or None,
        "kind = %s": kind.value if kind else None,
        "customer_id = %s": customer_id or None,
        "%s = ANY(tags)": tag or None,
        "state <> 'done' AND due_at < %s": now() if is_overdue else None,
    }
    given = {condition: value for condition, value in wanted.items() if value is not None}
    where = f"WHERE {' AND '.join(given)}" if given else ""
    with transaction.atomic():
        expect_list_permitted(visitor, purpose)
        rest = f"{where} ORDER BY opened_at DESC, case_id LIMIT %s"
        return select(rest, [*given.values(), max(0, min(limit, LISTED_MAX))])


def case_shown(visitor: Visitor, number: str, *, purpose: str = "") -> tuple[Case, list[CaseEvent]]:
    """A case and its history, without its notes. Raises Refused MG770, MakegoodError MG660."""
    case = find(number)
    with transaction.atomic():
        expect_permitted(visitor, Act.READ_CASES, case, purpose=purpose, kind="access.permitted")
        return case, events_of(case)


def notes_shown(visitor: Visitor, number: str, *, purpose: str = "") -> list[Note]:
    """What was written about a case, in order; the log says who read it.

    Nothing is asked where nothing was written. Raises Refused MG770, MakegoodError MG660, MG726.
    """
    case = find(number)
    written = [event for event in events_of(case) if event.note_id]
    if not written:
        return []
    with transaction.atomic():
        expect_permitted(
            visitor,
            Act.READ_CASE_NOTES,
            case,
            purpose=purpose,
            kind="case.notes_read",
            details={"notes": len(written)},
        )
        numbers: list[UUID] = [event.note_id for event in written if event.note_id]
        texts = open_notes(numbers)
    return [
        Note(event.number, event.at, event.by, texts.get(event.note_id))
        for event in written
        if event.note_id
    ]


def cases_of(visitor: Visitor, customer_id: str, *, purpose: str) -> list[Case]:
    """All cases of a customer, the newest first. Raises Refused MG770."""
    return cases(visitor, customer_id=customer_id, purpose=purpose) if customer_id else []


def _values(visitor: Visitor) -> dict[str, object]:
    return {
        "me": visitor.actor,
        "teams": teams_of(visitor),
        "now": now(),
        "tomorrow": _end_of_day(),
        "limit": LISTED_MAX,
    }


def _end_of_day() -> datetime:
    """The end of today by the installation's own time zone."""
    from django.conf import settings

    zone = settings.INSTALLATION.zone
    today = now().astimezone(zone).date()
    return datetime.combine(today + timedelta(days=1), time.min, zone)
