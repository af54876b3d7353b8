"""What a run takes of the claims: those whose day has come, each by one run, each attempt once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

import psycopg
import pyarrow as pa
from django.db import connection, transaction

from makegood.redress.claims.problems import begun_twice, not_payable
from makegood.redress.claims.states import ClaimState, sources_of
from makegood.trust.audit import Json, Record, append
from makegood.trust.clock import now

PAYABLE_SCHEMA = pa.schema(
    [
        pa.field("claim_id", pa.string(), nullable=False),
        pa.field("key", pa.string(), nullable=False),
        pa.field("attempt", pa.int16(), nullable=False),
        pa.field("line_id", pa.string(), nullable=False),
        pa.field("customer_id", pa.string(), nullable=False),
        pa.field("account_id", pa.string()),  # empty where no account is needed
        pa.field("amount", pa.int64(), nullable=False),
        pa.field("contract", pa.string(), nullable=False),
    ]
)
"""The columns of what may be paid."""

_WORKER = "system:worker"

# An attempt that was done and is neither returned nor found to have failed stands in the way.
_DONE_BEFORE = """
EXISTS (
    SELECT 1 FROM claims_payment AS payment
    WHERE payment.claim_id = claim.claim_id AND payment.said_done
      AND NOT payment.said_returned AND payment.resolved <> 'failed')
"""
# The index of payable claims is by programme, measure and day. What no run may take is not offered
# to any: one such claim would hold up all others of the measure.
_PAYABLE = f"""
SELECT claim_id::text, key, attempt, line_id, customer_id,
       CASE WHEN has_account THEN customer_id || '#' || receipt_number END, amount, contract
FROM claims_claim AS claim
WHERE state = 'scheduled' AND NOT is_contradictory
  AND programme = %s AND measure = %s AND pay_on <= %s AND NOT {_DONE_BEFORE}
ORDER BY key
"""
# What was left out because its line is missing waits until it is back (``missing_lines``).
_ANY_PAYABLE = f"""
SELECT 1 FROM claims_claim AS claim
WHERE state = 'scheduled' AND NOT is_contradictory AND reason <> 'line_missing'
  AND programme = %s AND measure = %s AND pay_on <= %s AND NOT {_DONE_BEFORE}
LIMIT 1
"""
# Exactly what a run's items say: the attempt, the amount and the account as well as the key.
_GIVEN = """
    unnest(%(keys)s::text[], %(attempts)s::smallint[], %(amounts)s::bigint[],
           %(accounts)s::text[]) AS given (key, attempt, amount, account_id)
    ON claim.key = given.key AND claim.attempt = given.attempt AND claim.amount = given.amount
       AND given.account_id IS NOT DISTINCT FROM
           CASE WHEN claim.has_account THEN claim.customer_id || '#' || claim.receipt_number END
"""
# Rows are locked in one order, so that two runs wait for each other and do not deadlock.
_BEGIN = f"""
WITH mine AS MATERIALIZED (
    SELECT claim.claim_id FROM claims_claim AS claim JOIN {_GIVEN}
    WHERE claim.state = ANY(%(sources)s) AND NOT claim.is_contradictory AND NOT {_DONE_BEFORE}
    ORDER BY claim.claim_id FOR UPDATE OF claim),
moved AS (
    UPDATE claims_claim AS claim
    SET state = 'paying', run_id = %(run_id)s, changes = changes + 1, reason = ''
    FROM mine WHERE claim.claim_id = mine.claim_id
    RETURNING claim.claim_id, claim.key, claim.attempt, claim.amount, claim.changes),
told AS (
    INSERT INTO claims_event
        (claim_id, number, at, before, after, reason, by, run_id, amount)
    SELECT claim_id, changes, %(at)s, 'scheduled', 'paying', '', %(by)s, %(run_id)s, amount
    FROM moved),
begun AS (
    INSERT INTO claims_payment (key, attempt, claim_id, run_id, amount, began_at, said_done,
                                said_failed, said_returned, code, resolved)
    SELECT key, attempt, claim_id, %(run_id)s, amount, %(at)s, false, false, false, '', ''
    FROM moved)
SELECT count(*), coalesce(sum(amount), 0)::bigint FROM moved
"""
_BEGUN = f"""
SELECT count(*) FROM claims_claim AS claim JOIN {_GIVEN}
WHERE claim.state = 'paying' AND claim.run_id = %(run_id)s
"""
_STOP = """
WITH mine AS MATERIALIZED (
    SELECT claim_id FROM claims_claim WHERE run_id = %(run_id)s AND state = 'paying'
    ORDER BY claim_id FOR UPDATE),
undone AS (
    DELETE FROM claims_payment USING mine
    WHERE claims_payment.claim_id = mine.claim_id AND run_id = %(run_id)s
      AND NOT (said_done OR said_failed OR said_returned)
    RETURNING claims_payment.claim_id),
moved AS (
    UPDATE claims_claim AS claim
    SET state = 'scheduled', run_id = NULL, changes = changes + 1, reason = 'run_cancelled'
    FROM undone WHERE claim.claim_id = undone.claim_id
    RETURNING claim.claim_id, claim.changes, claim.amount)
INSERT INTO claims_event (claim_id, number, at, before, after, reason, by, run_id, amount)
SELECT claim_id, changes, %(at)s, 'paying', 'scheduled', 'run_cancelled', %(by)s, %(run_id)s, amount
FROM moved
"""


# Without an account there is nothing that a person would mend and the worker check.
_AGAIN = """
WITH mine AS MATERIALIZED (
    SELECT claim_id FROM claims_claim
    WHERE key = ANY(%(keys)s) AND state = 'returned' AND NOT is_contradictory AND NOT has_account
    ORDER BY claim_id FOR UPDATE),
moved AS (
    UPDATE claims_claim AS claim
    SET state = 'scheduled', reason = 'try_again', run_id = NULL, attempt = attempt + 1,
        changes = changes + 3, pay_on = %(day)s
    FROM mine WHERE claim.claim_id = mine.claim_id
    RETURNING claim.claim_id, claim.changes, claim.amount)
INSERT INTO claims_event (claim_id, number, at, before, after, reason, by, run_id, amount)
SELECT claim_id, changes - 3 + step, %(at)s, before, after, 'try_again', %(by)s, NULL, amount
FROM moved, (VALUES (1, 'returned', 'mended'), (2, 'mended', 'checked'),
                    (3, 'checked', 'scheduled')) AS steps (step, before, after)
"""


def payable(programme: str, measure: str, day: date) -> pa.Table:
    """The claims that wait to be paid and whose day has come by ``day``, in the order of keys.

    A table of PAYABLE_SCHEMA. Claims of a measure without money stand there with the amount 0.
    """
    with psycopg.Cursor(connection_of_act()) as cursor:
        rows = cursor.execute(_PAYABLE, [programme, measure, day], binary=True).fetchall()
    columns = list(zip(*rows, strict=True)) or [()] * len(PAYABLE_SCHEMA)
    arrays = [
        pa.array(column, field.type) for column, field in zip(columns, PAYABLE_SCHEMA, strict=True)
    ]
    return pa.Table.from_arrays(arrays, schema=PAYABLE_SCHEMA)


def any_payable(programme: str, measure: str, day: date) -> bool:
    """Whether ``payable`` would give any claim that is not held for its line, unfetched."""
    with psycopg.Cursor(connection_of_act()) as cursor:
        return cursor.execute(_ANY_PAYABLE, [programme, measure, day]).fetchone() is not None


def begin_paying(run_id: UUID, items: pa.Table) -> None:
    """A run takes exactly these claims, in the caller's transaction.

    ``items`` has the columns key, attempt, amount and account_id as in PAYABLE_SCHEMA; others are
    not looked at. The same run may take them again. Raises MakegoodError MG846 where not all of
    them wait to be paid under that attempt, with that amount, to that account; MG847 where another
    run began one under the same attempt; then let the transaction end.
    TransactionManagementError outside of ``transaction.atomic()``.
    """
    expect_transaction("begin_paying")
    if not items.num_rows:
        return
    wanted = items.num_rows
    values = {
        "keys": items.column("key").to_pylist(),
        "attempts": items.column("attempt").to_pylist(),
        "amounts": items.column("amount").to_pylist(),
        "accounts": items.column("account_id").to_pylist(),
        "sources": sources_of(ClaimState.PAYING),
        "run_id": run_id,
        "at": now(),
        "by": _WORKER,
    }
    with psycopg.Cursor(connection.connection) as cursor:
        try:
            begun = cursor.execute(_BEGIN, values).fetchone()
        except psycopg.errors.UniqueViolation:
            raise begun_twice() from None
        claims, amount = begun or (0, 0)
        if claims != wanted:
            here = cursor.execute(_BEGUN, values).fetchone()
            if here is None or here[0] != wanted:
                raise not_payable(wanted, claims)
    if claims:
        _tell(run_id, "paying", claims, amount)


def wait_again(run_id: UUID) -> int:
    """The claims of a run of which nothing left wait again; how many.

    In the caller's transaction. Claims that were answered already stay as they are.
    """
    expect_transaction("wait_again")
    values = {"run_id": run_id, "at": now(), "by": _WORKER}
    with psycopg.Cursor(connection.connection) as cursor:
        moved = cursor.execute(_STOP, values).rowcount
    if moved:
        _tell(run_id, "scheduled", moved, None)
    return moved


def try_again(keys: Iterable[str] | pa.ChunkedArray | pa.Array, day: date) -> int:
    """Returned claims that need no account wait to be carried out again on a day; how many.

    For what failed and is nobody's mistake: an insurer's file that was lost. In the caller's
    transaction. Claims that are not returned, that contradict themselves, or whose account is to be
    put right stay as they are; the next attempt has the next number.
    """
    expect_transaction("try_again")
    values = {"keys": _plain(keys), "day": day, "at": now(), "by": _WORKER}
    with psycopg.Cursor(connection.connection) as cursor:
        moved = cursor.execute(_AGAIN, values).rowcount // 3
    if moved:
        details: dict[str, Json] = {"state": "scheduled", "claims": moved, "why": "try_again"}
        append(Record("claim.changed", _WORKER, "claims", details=details))
    return moved


def expect_transaction(what: str) -> None:
    """Raises TransactionManagementError outside of ``transaction.atomic()``."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError(f"{what}() belongs into the run's transaction")


def connection_of_act() -> psycopg.Connection[tuple[Any, ...]]:
    """The driver's connection under Django's."""
    connection.ensure_connection()
    found: psycopg.Connection[tuple[Any, ...]] = connection.connection
    return found


def _plain(keys: Iterable[str] | pa.ChunkedArray | pa.Array) -> list[str]:
    """The keys once each, in order."""
    given = keys.to_pylist() if isinstance(keys, pa.Array | pa.ChunkedArray) else keys
    return sorted(set(given))


def _tell(run_id: UUID, after: str, claims: int, amount: int | None) -> None:
    """One entry for all claims of a run's step: each has its row in ``claims_event``."""
    details: dict[str, Json] = {"state": after, "claims": claims}
    if amount is not None:
        details["amount"] = amount
    append(Record("claim.changed", _WORKER, f"run:{run_id}", details=details))
