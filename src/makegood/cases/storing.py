"""Cases in the database: found, held, written, each change with its event."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
from django.db import connection, transaction

from makegood.cases.numbers import read_case_number
from makegood.cases.problems import unknown_case, wrong_case_step
from makegood.cases.states import CaseKind, CaseState, follows
from makegood.cases.values import Case, CaseEvent, Step

COLUMNS = tuple(field.name for field in fields(Case))
LISTED_MAX = 1_000

_NAMES = ", ".join(COLUMNS)
_PLACES = {name: place for place, name in enumerate(COLUMNS)}
_INSERT = f"INSERT INTO cases_case ({_NAMES}) VALUES ({', '.join(['%s'] * len(COLUMNS))})"
_CHANGED = (
    *("kind", "state", "subject", "team", "member", "due_at", "call_since", "call_until"),
    *("phone_id", "tags", "proposal_id", "outcome", "closed_at", "changes"),
)
_UPDATE = f"""
UPDATE cases_case SET {", ".join(f"{name} = %s" for name in _CHANGED)} WHERE case_id = %s
"""
_TELL = """
INSERT INTO cases_event (case_id, number, at, step, before, after, by, detail, note_id)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
_HISTORY = """
SELECT number, at, step, before, after, by, detail, note_id FROM cases_event
WHERE case_id = %s ORDER BY number
"""


@dataclass(frozen=True, slots=True)
class Change:
    """What an act does to a case: how it stood, how it stands, what is told of it."""

    before: Case
    case: Case
    step: Step
    detail: str = ""
    note_id: UUID | None = None

    @classmethod
    def of(
        cls,
        case: Case,
        step: Step,
        state: CaseState | None = None,
        *,
        detail: str = "",
        note_id: UUID | None = None,
        **changed: object,
    ) -> Change:
        """One step; another state where it is named. Raises MakegoodError MG663."""
        after = state or case.state
        if state is not None and not follows(case.state, state):
            raise wrong_case_step(case.number, case.state, state.value)
        made = replace(case, state=after, changes=case.changes + 1, **changed)  # type: ignore[arg-type] # named here
        return cls(case, made, step, detail, note_id)


def find(number: str) -> Case:
    """The case of a number, however it was typed. Raises MakegoodError MG660."""
    return _one(number, "")


def find_to_change(number: str) -> Case:
    """The same, held against others until the caller's transaction ends."""
    return _one(number, "FOR UPDATE")


def insert(case: Case, by: str, at: datetime, note_id: UUID | None = None) -> None:
    """A new case with its first event, in the caller's transaction."""
    values = [getattr(case, name) for name in COLUMNS]
    values[_PLACES["tags"]] = list(case.tags)
    with cursor_of_act() as cursor:
        cursor.execute(_INSERT, values)
        first = (1, at, Step.OPENED, "", case.state, by, case.kind, note_id)
        cursor.execute(_TELL, [case.case_id, *first])


def keep(change: Change, by: str, at: datetime) -> Case:
    """Write a change and its event, in the caller's transaction; the case as it stands then."""
    expect_transaction()
    case = change.case
    values = [getattr(case, name) for name in _CHANGED]
    values[_CHANGED.index("tags")] = list(case.tags)
    with cursor_of_act() as cursor:
        cursor.execute(_UPDATE, [*values, case.case_id])
        event = (case.changes, at, change.step, change.before.state, case.state, by)
        cursor.execute(_TELL, [case.case_id, *event, change.detail, change.note_id])
    return case


def events_of(case: Case) -> list[CaseEvent]:
    """What happened to a case, in order."""
    with cursor_of_act() as cursor:
        rows = cursor.execute(_HISTORY, [case.case_id]).fetchall()
    return [
        CaseEvent(
            number,
            at,
            Step(step),
            CaseState(before) if before else None,
            CaseState(after),
            by,
            detail,
            note_id,
        )
        for number, at, step, before, after, by, detail, note_id in rows
    ]


def select(rest: str, values: Sequence[object] | Mapping[str, object]) -> list[Case]:
    """The cases that the rest of a statement selects."""
    with cursor_of_act() as cursor:
        rows = cursor.execute(f"SELECT {_NAMES} FROM cases_case {rest}", values).fetchall()
    return [_case_from(row) for row in rows]


def cursor_of_act() -> psycopg.Cursor[tuple[Any, ...]]:
    """A cursor of the driver on Django's connection: it binds on the server."""
    connection.ensure_connection()
    return psycopg.Cursor(connection.connection)


def expect_transaction() -> None:
    """Raises TransactionManagementError outside of ``transaction.atomic()``."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("a case changes in the act's transaction")


def _case_from(row: Sequence[Any]) -> Case:
    values = list(row)
    values[_PLACES["kind"]] = CaseKind(values[_PLACES["kind"]])
    values[_PLACES["state"]] = CaseState(values[_PLACES["state"]])
    values[_PLACES["tags"]] = tuple(values[_PLACES["tags"]])
    return Case(*values)


def _one(number: str, rest: str) -> Case:
    kept = read_case_number(number)
    found = select(f"WHERE number = %s {rest}", [kept]) if kept else []
    if not found:
        raise unknown_case(number)
    return found[0]
