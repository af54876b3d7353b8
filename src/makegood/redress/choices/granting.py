"""Choices are granted by runs: taken into one, given back, settled by its answers."""

from __future__ import annotations

from uuid import UUID

import psycopg
import pyarrow as pa
from django.db import connection, transaction

from makegood.redress.choices.problems import rows_changed
from makegood.trust.clock import now

_CHOSEN = """
SELECT line_id, option, pool, customer_id FROM choices_choice
WHERE programme = %s AND measure = %s AND state = 'chosen' ORDER BY line_id
"""
_ANY_CHOSEN = """
SELECT 1 FROM choices_choice
WHERE programme = %s AND measure = %s AND state = 'chosen' LIMIT 1
"""
_CHOSEN_SCHEMA = pa.schema(
    [pa.field(name, pa.string()) for name in ("line_id", "option", "pool", "customer_id")]
)
_BEGIN = """
UPDATE choices_choice AS c
SET state = 'granting', run_id = %s, item_key = given.key, code = ''
FROM unnest(%s::text[], %s::text[], %s::text[]) AS given (line_id, option, key)
WHERE c.programme = %s AND c.measure = %s AND c.line_id = given.line_id
  AND c.option = given.option AND c.state = 'chosen'
"""
_STOP = """
UPDATE choices_choice SET state = 'chosen', run_id = NULL, item_key = ''
WHERE run_id = %s AND state = 'granting'
"""
# What failed may be chosen anew and goes into the next run; the same answer again changes nothing.
_SETTLE = """
UPDATE choices_choice AS c
SET state = CASE WHEN given.done THEN 'granted' ELSE 'chosen' END,
    run_id = CASE WHEN given.done THEN c.run_id END,
    item_key = CASE WHEN given.done THEN c.item_key ELSE '' END,
    code = given.code, settled_at = %s
FROM unnest(%s::text[], %s::boolean[], %s::text[]) AS given (key, done, code)
WHERE c.run_id = %s AND c.item_key = given.key
  AND (c.state = 'granting' OR c.state = 'granted' AND NOT given.done)
"""
_AT_ONCE = 50_000
_ENDS = {"done": True, "failed": False, "returned": False}


def chosen(programme: str, measure: str) -> pa.Table:
    """What is chosen and in no run: ``line_id``, ``option``, ``pool``, ``customer_id``, by line."""
    batches = []
    with transaction.atomic(), connection.connection.cursor("chosen") as cursor:
        cursor.execute(_CHOSEN, [programme, measure])
        while rows := cursor.fetchmany(_AT_ONCE):
            columns = [pa.array(column, pa.string()) for column in zip(*rows, strict=True)]
            batches.append(pa.RecordBatch.from_arrays(columns, schema=_CHOSEN_SCHEMA))
    return pa.Table.from_batches(batches, _CHOSEN_SCHEMA)


def any_chosen(programme: str, measure: str) -> bool:
    """Whether ``chosen`` would give any, without fetching them."""
    with connection.cursor() as cursor:
        cursor.execute(_ANY_CHOSEN, [programme, measure])
        return cursor.fetchone() is not None


def lines_granting(run_id: UUID) -> frozenset[str]:
    """The lines whose choices a run has taken."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT line_id FROM choices_choice WHERE run_id = %s", [run_id])
        return frozenset(str(row[0]) for row in cursor.fetchall())


def begin_granting(run_id: UUID, lines: pa.Table, *, programme: str, measure: str) -> None:
    """Take choices into a run, in the caller's transaction: exactly these, or MakegoodError MG839.

    ``lines`` has ``line_id``, ``option`` as it was chosen, and ``key``, the pay-once key under
    which the run grants it. One that was changed meanwhile is not as it was planned.
    """
    _expect_transaction()
    taken = 0
    for batch in lines.select(["line_id", "option", "key"]).to_batches(_AT_ONCE):
        columns = [column.to_pylist() for column in batch.columns]
        with psycopg.Cursor(connection.connection) as cursor:
            cursor.execute(_BEGIN, [run_id, *columns, programme, measure])
            taken += cursor.rowcount
    if taken != lines.num_rows:
        raise rows_changed(lines.num_rows, taken)


def stop_granting(run_id: UUID) -> int:
    """A run was cancelled before anything left: its choices are open again; how many."""
    with transaction.atomic(), psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(_STOP, [run_id])
        return cursor.rowcount


def settle_choices(run_id: UUID, answers: pa.Table) -> int:
    """Settle choices by a run's answers, in the caller's transaction; how many changed.

    ``answers`` has ``key``, ``outcome`` and ``code``. Done is granted; failed and returned are open
    to be chosen again; unknown stays. The same again is harmless.
    """
    _expect_transaction()
    changed = 0
    for batch in answers.select(["key", "outcome", "code"]).to_batches(_AT_ONCE):
        keys, outcomes, codes = (column.to_pylist() for column in batch.columns)
        # Of several answers about a key a failure counts: nothing is granted by half.
        ends: dict[str, tuple[bool, str]] = {}
        for key, outcome, code in zip(keys, outcomes, codes, strict=True):
            done = _ENDS.get(str(outcome))
            if done is not None and ends.get(key, (True, ""))[0]:
                ends[key] = (done, code or "")
        done_by = [done for done, _ in ends.values()]
        told = [code for _, code in ends.values()]
        with psycopg.Cursor(connection.connection) as cursor:
            cursor.execute(_SETTLE, [now(), list(ends), done_by, told, run_id])
            changed += cursor.rowcount
    return changed


def _expect_transaction() -> None:
    if not connection.in_atomic_block:
        message = "choices go into a run in the transaction of its act"
        raise transaction.TransactionManagementError(message)
