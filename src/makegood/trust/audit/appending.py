"""Entries are written in the transaction of the act they record, and lock nobody else.

An entry goes to ``audit_entry`` and waits in ``audit_pending`` for its place in the tree, which
``integrate`` gives it once it is committed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from uuid import UUID

import psycopg

from makegood.trust.audit.connections import in_transaction
from makegood.trust.audit.identifiers import new_identifier
from makegood.trust.audit.record import Entry, Record, entry_of
from makegood.trust.clock import now

# One statement, so one round trip; COPY below writes the same columns in the same order.
_APPEND = """
WITH waiting AS (INSERT INTO audit_pending (entry_id, leaf_hash) VALUES (%s, %s))
INSERT INTO audit_entry (entry_id, written_at, kind, actor, subject, person, purpose,
                         case_reference, source, payload)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
# The same as parts of an act's own statement.
_CLAUSES = """
waiting AS (
    INSERT INTO audit_pending (entry_id, leaf_hash)
    SELECT %(entry_id)s, %(entry_leaf)s FROM {act}),
entered AS (
    INSERT INTO audit_entry (entry_id, written_at, kind, actor, subject, person, purpose,
                             case_reference, source, payload)
    SELECT %(entry_id)s, %(entry_at)s, %(entry_kind)s, %(entry_actor)s, %(entry_subject)s,
           %(entry_person)s, %(entry_purpose)s, %(entry_case)s, %(entry_source)s, %(entry_payload)s
    FROM {act})"""
_COPY_ENTRIES = """
COPY audit_entry (entry_id, written_at, kind, actor, subject, person, purpose, case_reference,
                  source, payload) FROM STDIN (FORMAT BINARY)
"""
_COPY_PENDING = "COPY audit_pending (entry_id, leaf_hash) FROM STDIN (FORMAT BINARY)"
_ENTRY_TYPES = ("uuid", "timestamptz", *("text",) * 7, "bytea")
_CHUNK = 5_000


def append(record: Record) -> UUID:
    """Write a record in the caller's transaction; the identifier of its entry.

    Raises TransactionManagementError outside of ``transaction.atomic()``, and MakegoodError MG740
    or MG741 as ``entry_of`` does.
    """
    connection = in_transaction()
    entry = _made(record)
    with psycopg.Cursor(connection) as cursor:
        cursor.execute(_APPEND, (entry.entry_id, entry.leaf_hash(), *_row(entry)))
    return entry.entry_id


def entry_clauses(act: str) -> str:
    """What writes one entry beside an act, as parts of the WITH list of the act's own statement.

    ``act`` names the part that does the act: it returns one row where it was done, and none where
    nothing is to be recorded. The parameters are ``entry_values``.
    """
    return _CLAUSES.format(act=act)


def entry_values(record: Record) -> dict[str, object]:
    """The parameters of ``entry_clauses``. Raises MakegoodError MG740, MG741 as ``entry_of``."""
    entry = _made(record)
    names = ("id", "at", "kind", "actor", "subject", "person", "purpose", "case", "source")
    values = dict(zip((*names, "payload"), _row(entry), strict=True)) | {"leaf": entry.leaf_hash()}
    return {f"entry_{name}": value for name, value in values.items()}


def append_many(records: Iterable[Record]) -> list[UUID]:
    """Write many records by COPY in the caller's transaction; identifiers in the records' order.

    Raises as ``append`` does; then nothing of them is to be kept, so let the transaction end.
    """
    connection = in_transaction()
    identifiers: list[UUID] = []
    with psycopg.Cursor(connection) as cursor:
        for chunk in _chunks(records):
            entries = [_made(record) for record in chunk]
            with cursor.copy(_COPY_ENTRIES) as copy:
                copy.set_types(_ENTRY_TYPES)
                for entry in entries:
                    copy.write_row(_row(entry))
            with cursor.copy(_COPY_PENDING) as copy:
                copy.set_types(("uuid", "bytea"))
                for entry in entries:
                    copy.write_row((entry.entry_id, entry.leaf_hash()))
            identifiers += (entry.entry_id for entry in entries)
    return identifiers


def _made(record: Record) -> Entry:
    instant = now()
    return entry_of(record, new_identifier(instant), instant)


def _row(entry: Entry) -> tuple[object, ...]:
    record = entry.record
    return (
        entry.entry_id,
        entry.written_at,
        record.kind,
        record.actor,
        record.subject,
        record.person,
        record.purpose,
        record.case,
        record.source,
        entry.payload,
    )


def _chunks(records: Iterable[Record]) -> Iterator[Sequence[Record]]:
    rest = iter(records)
    while chunk := list(islice(rest, _CHUNK)):
        yield chunk
