"""Entries read again: by what they say, by their places, one by its identifier."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg

from makegood.kernel import Finding, MakegoodError
from makegood.trust.audit.connections import driver_connection
from makegood.trust.audit.identifiers import lowest_at
from makegood.trust.audit.record import TEXTS, Entry, Record

_PAGE = 1_000
_COLUMNS = "e.entry_id, e.written_at, e.payload"
_PLACED = f"""
SELECT {_COLUMNS}, l.leaf_index FROM audit_leaf l JOIN audit_entry e USING (entry_id)
WHERE l.leaf_index >= %s ORDER BY l.leaf_index LIMIT %s
"""
_ONE = f"""
SELECT {_COLUMNS}, l.leaf_index FROM audit_entry e LEFT JOIN audit_leaf l USING (entry_id)
WHERE e.entry_id = %s
"""


@dataclass(frozen=True, slots=True)
class Selection:
    """Which entries are wanted; what is empty does not matter. ``until`` is not included."""

    kinds: Sequence[str] = ()
    actor: str = ""
    person: str = ""
    subject: str = ""
    purpose: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Placed:
    """An entry and its place in the tree; None where it waits for one."""

    entry: Entry
    leaf_index: int | None


def entries(selection: Selection | None = None, *, newest_first: bool = False) -> Iterator[Entry]:
    """The selected entries in the order of their writing, page by page, holding no transaction.

    An entry that is committed late can come between pages already read; what must not miss one
    reads by places: ``placed_entries``.
    """
    conditions, values = _conditions(selection or Selection())
    operator, order = ("<", "DESC") if newest_first else (">", "ASC")
    last: UUID | None = None
    while True:
        bounds = [*conditions, *([f"e.entry_id {operator} %s"] if last else [])]
        where = f"WHERE {' AND '.join(bounds)}" if bounds else ""
        query = f"SELECT {_COLUMNS} FROM audit_entry e {where}"
        query += f" ORDER BY e.entry_id {order} LIMIT {_PAGE}"
        rows = _rows(query, [*values, *([last] if last else [])])
        yield from (_entry(row) for row in rows)
        if len(rows) < _PAGE:
            return
        last = rows[-1][0]


def placed_entries(leaf_index: int, limit: int = _PAGE) -> list[Placed]:
    """Entries by their places in the tree, from one on: none is ever missed, none comes twice."""
    rows = _rows(_PLACED, [leaf_index, limit])
    return [Placed(_entry(row), int(row[3])) for row in rows]


def find_entry(entry_id: UUID) -> Placed:
    """One entry. Raises MakegoodError MG750 where the log has none of that identifier."""
    rows = _rows(_ONE, [entry_id])
    if not rows:
        hint = "list entries with 'makegood audit log'"
        raise MakegoodError(Finding("MG750", f"the log has no entry {entry_id}", hint))
    return Placed(_entry(rows[0]), rows[0][3])


def _conditions(selection: Selection) -> tuple[list[str], list[object]]:
    conditions: list[str] = []
    values: list[object] = []
    for name in ("actor", "person", "subject", "purpose"):
        wanted = getattr(selection, name)
        if wanted:
            conditions.append(f"e.{name} = %s")
            values.append(wanted)
    if selection.kinds:
        conditions.append("e.kind = ANY(%s)")
        values.append(list(selection.kinds))
    # An identifier begins with its time, so that no other index is needed.
    if selection.since:
        conditions.append("e.entry_id >= %s")
        values.append(lowest_at(selection.since))
    if selection.until:
        conditions.append("e.entry_id < %s")
        values.append(lowest_at(selection.until))
    return conditions, values


def _rows(query: str, values: Sequence[object]) -> list[tuple[Any, ...]]:
    with psycopg.Cursor(driver_connection()) as cursor:
        return cursor.execute(query, values, binary=True).fetchall()


def _entry(row: tuple[Any, ...]) -> Entry:
    """Raises MakegoodError MG744 where a payload was changed so that nobody can read it."""
    entry_id, written_at, payload = row[:3]
    try:
        fields = json.loads(payload)
        texts = {name: fields[name] for name in TEXTS}
        record = Record(**texts, details=fields["details"])
    except (ValueError, KeyError, TypeError):
        hint = "run 'makegood audit verify', which says what else was changed"
        raise MakegoodError(
            Finding("MG744", f"entry {entry_id}: its payload is not what was written", hint)
        ) from None
    return Entry(entry_id, written_at, record, bytes(payload))
