"""What the claims of a run were approved on: which version, which snapshot, whether by persons."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import psycopg
import pyarrow as pa

from makegood.redress.claims.paying import connection_of_act

APPROVALS_SCHEMA = pa.schema(
    [
        pa.field("key", pa.string(), nullable=False),
        pa.field("programme_sha256", pa.string(), nullable=False),
        pa.field("snapshot_sha256", pa.string(), nullable=False),
        pa.field("by_persons", pa.bool_(), nullable=False),
        pa.field("line_id", pa.string(), nullable=False),
        pa.field("amount", pa.int64(), nullable=False),
        pa.field("customer_id", pa.string(), nullable=False),
        pa.field("account_id", pa.string()),
    ]
)
"""The columns of approvals."""

_APPROVALS = """
SELECT claim.key, claim.programme_sha256, claim.snapshot_sha256, EXISTS (
    SELECT 1 FROM claims_event AS event
    WHERE event.claim_id = claim.claim_id AND event.by NOT LIKE 'system:%%'
      AND (event.after = 'approved' OR event.reason = 'exception')),
    claim.line_id, claim.amount, claim.customer_id,
    CASE WHEN claim.has_account THEN claim.customer_id || '#' || claim.receipt_number END
FROM claims_claim AS claim WHERE claim.run_id = %s AND claim.state = 'paying'
"""

ITEMS_APPROVED_SCHEMA = pa.schema(
    [
        pa.field("key", pa.string(), nullable=False),
        pa.field("line_id", pa.string(), nullable=False),
        pa.field("programme_sha256", pa.dictionary(pa.int32(), pa.string()), nullable=False),
        pa.field("snapshot_sha256", pa.dictionary(pa.int32(), pa.string()), nullable=False),
        pa.field("by_persons", pa.bool_(), nullable=False),
    ]
)
"""The columns of what the claims of runs were approved on."""

_AT_ONCE = 100_000
_ITEMS_APPROVED = """
SELECT claim.key, claim.line_id, claim.programme_sha256, claim.snapshot_sha256, EXISTS (
    SELECT 1 FROM claims_event AS event
    WHERE event.claim_id = claim.claim_id AND event.by NOT LIKE 'system:%%'
      AND (event.after = 'approved' OR event.reason = 'exception'))
FROM claims_claim AS claim WHERE claim.run_id = ANY(%s) AND claim.state <> 'withdrawn'
ORDER BY claim.line_id, claim.key
"""
_PINS = """
SELECT DISTINCT run_id, snapshot_sha256, programme_sha256 FROM claims_claim
WHERE run_id = ANY(%s) AND state <> 'withdrawn' ORDER BY 1, 2, 3
"""
_VERSIONS = "SELECT DISTINCT programme_sha256 FROM claims_claim WHERE run_id = ANY(%s)"


def approved_under(run_ids: Sequence[UUID]) -> frozenset[str]:
    """The programme versions, by their hashes, under which claims of these runs were approved."""
    with psycopg.Cursor(connection_of_act()) as cursor:
        return frozenset(row[0] for row in cursor.execute(_VERSIONS, [list(run_ids)]).fetchall())


def approved_on(run_ids: Sequence[UUID]) -> list[tuple[UUID, str, str]]:
    """On what claims of these runs were approved: run, snapshot and version, each by its hash."""
    with psycopg.Cursor(connection_of_act()) as cursor:
        rows = cursor.execute(_PINS, [list(run_ids)]).fetchall()
    return [(run_id, snapshot, version) for run_id, snapshot, version in rows]


def items_approved(run_ids: Sequence[UUID]) -> pa.Table:
    """The claims of these runs, in the order of lines: a table of ITEMS_APPROVED_SCHEMA.

    A claim is of the run that tried to pay it last. ``by_persons`` as in ``approvals_of``.
    """
    tables = [ITEMS_APPROVED_SCHEMA.empty_table()]
    with psycopg.Cursor(connection_of_act()) as cursor:
        cursor.execute(_ITEMS_APPROVED, [list(run_ids)])
        while rows := cursor.fetchmany(_AT_ONCE):
            arrays = [
                pa.array(column, each.type)
                for column, each in zip(zip(*rows, strict=True), ITEMS_APPROVED_SCHEMA, strict=True)
            ]
            tables.append(pa.Table.from_arrays(arrays, schema=ITEMS_APPROVED_SCHEMA))
    return pa.concat_tables(tables)


_LINES_APPROVED = """
SELECT DISTINCT claim.line_id FROM claims_claim AS claim JOIN claims_event AS event USING (claim_id)
WHERE claim.programme = %s AND claim.measure = %s AND event.after = 'approved'
"""
_APPROVED_SINCE = """
SELECT EXISTS (
    SELECT 1 FROM claims_claim AS claim JOIN claims_event AS event USING (claim_id)
    WHERE claim.programme = %s AND claim.measure = %s AND event.after = 'approved'
          AND event.at >= %s)
"""
_LINES_APPLIED = """
SELECT DISTINCT line_id FROM claims_claim WHERE programme = %(programme)s AND measure = %(measure)s
AND (%(before)s::timestamptz IS NULL OR submitted_at < %(before)s) AND state <> ALL(%(without)s)
"""


def lines_approved(programme: str, measure: str) -> frozenset[str]:
    """The lines of which a claim for a measure was ever approved."""
    with psycopg.Cursor(connection_of_act()) as cursor:
        rows = cursor.execute(_LINES_APPROVED, [programme, measure]).fetchall()
    return frozenset(row[0] for row in rows)


def any_approved_since(programme: str, measure: str, instant: datetime) -> bool:
    """Whether a claim for a measure was approved at an instant or later."""
    with psycopg.Cursor(connection_of_act()) as cursor:
        row = cursor.execute(_APPROVED_SINCE, [programme, measure, instant]).fetchone()
    return bool(row and row[0])


def lines_applied(
    programme: str, measure: str, *, before: datetime | None = None, without: Sequence[str] = ()
) -> frozenset[str]:
    """The lines of which somebody applied before an instant; claims in some states left out."""
    given = {
        "programme": programme,
        "measure": measure,
        "before": before,
        "without": list(without),
    }
    with psycopg.Cursor(connection_of_act()) as cursor:
        return frozenset(row[0] for row in cursor.execute(_LINES_APPLIED, given).fetchall())


def approvals_of(run_id: UUID) -> pa.Table:
    """The approvals of the claims that a run is paying: a table of APPROVALS_SCHEMA.

    ``by_persons`` where two persons agreed on the amount: then no engine says it.
    """
    with psycopg.Cursor(connection_of_act()) as cursor:
        rows = cursor.execute(_APPROVALS, [run_id]).fetchall()
    columns = list(zip(*rows, strict=True)) or [()] * len(APPROVALS_SCHEMA)
    arrays = [
        pa.array(column, each.type) for column, each in zip(columns, APPROVALS_SCHEMA, strict=True)
    ]
    return pa.Table.from_arrays(arrays, schema=APPROVALS_SCHEMA)
