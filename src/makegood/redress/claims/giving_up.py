"""What a run took and never brings: its claims wait again, or were paid by an attempt before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

import psycopg
from django.db import connection

from makegood.kernel import MakegoodError
from makegood.ledger import Account
from makegood.redress.claims.acting import day_of
from makegood.redress.claims.changing import Change, keep
from makegood.redress.claims.paying import expect_transaction, wait_again
from makegood.redress.claims.reading import select
from makegood.redress.claims.states import ClaimState
from makegood.redress.claims.values import Claim
from makegood.trust.audit import Json, Record, append
from makegood.trust.clock import now

_WORKER = "system:worker"

# Locked in one order, as everywhere; a run that is given up moves all of them.
_LOCK = """
SELECT count(*) FROM (
    SELECT claim_id FROM claims_claim AS claim WHERE run_id = %s AND state = 'paying' {these}
    ORDER BY claim_id FOR UPDATE) AS locked
"""
# By claim the run that paid it: of an attempt before a person found that it was done.
_PAID_BEFORE = """
SELECT DISTINCT ON (claim.claim_id) claim.claim_id, earlier.run_id
FROM claims_claim AS claim
JOIN claims_payment AS mine
  ON mine.claim_id = claim.claim_id AND mine.run_id = claim.run_id AND mine.attempt = claim.attempt
JOIN claims_payment AS earlier
  ON earlier.claim_id = claim.claim_id AND earlier.attempt < claim.attempt
WHERE claim.run_id = %s AND claim.state = 'paying' {these}
  AND NOT (mine.said_done OR mine.said_failed OR mine.said_returned)
  AND earlier.said_done AND NOT earlier.said_returned AND earlier.resolved = 'done'
ORDER BY claim.claim_id, earlier.attempt DESC
"""
_THESE = "AND claim.key = ANY(%s)"
_NOT_BEGUN = "DELETE FROM claims_payment WHERE run_id = %s AND claim_id = ANY(%s)"
_NOT_SENT = """
UPDATE claims_payment SET said_failed = true, code = %s WHERE run_id = %s AND claim_id = ANY(%s)
"""


def stop_paying(run_id: UUID) -> int:
    """A run was cancelled before anything left: its claims wait again; how many it had.

    In the caller's transaction. Claims that were answered already stay as they are. What a person
    found to be paid by an attempt before waits for nothing: it is paid.
    """
    expect_transaction("stop_paying")
    found = _paid_before(run_id)
    _execute(_NOT_BEGUN, [run_id, list(found)])
    _end(run_id, found, None)
    return len(found) + wait_again(run_id)


def stay_paid(run_id: UUID, keys: Sequence[str], code: str, day: date) -> frozenset[str]:
    """These leave in no run, since an attempt before was done: their claims are paid; which.

    In the caller's transaction. Not in it is what no person found to be paid, or came back since.
    ``code`` is kept of the attempt that never left, ``day`` is the day of the ledger.
    """
    expect_transaction("stay_paid")
    found = _paid_before(run_id, keys)
    _execute(_NOT_SENT, [code, run_id, list(found)])
    return frozenset(claim.key for claim in _end(run_id, found, day))


def _paid_before(run_id: UUID, keys: Sequence[str] | None = None) -> Mapping[UUID, UUID]:
    """Claims of the run that were paid before, and by which run; all of its claims are locked."""
    which = {"these": "" if keys is None else _THESE}
    values = [run_id] if keys is None else [run_id, list(keys)]
    with psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(_LOCK.format(**which), values)
        return dict(cursor.execute(_PAID_BEFORE.format(**which), values).fetchall())


def _end(run_id: UUID, found: Mapping[UUID, UUID], day: date | None) -> list[Claim]:
    """Claims that were paid before are paid, on a day of the ledger or today."""
    if not found:
        return []
    claims = select("WHERE claim_id = ANY(%s) ORDER BY claim_id", [list(found)])
    changes = [_paid(claim, found[claim.claim_id], day or _today(claim)) for claim in claims]
    keep(changes, _WORKER)
    details: dict[str, Json] = {
        "state": ClaimState.PAID.value,
        "claims": len(claims),
        "amount": sum(claim.amount for claim in claims),
        "why": "resolved",
    }
    append(Record("claim.changed", _WORKER, f"run:{run_id}", details=details))
    return claims


def _paid(claim: Claim, paid_by: UUID, day: date) -> Change:
    """The claim as if it had been resolved while no run had it."""
    change = Change.of(claim).to(ClaimState.PAID, "resolved", run_id=paid_by)
    return change.moving("resolved", Account.RETURNED, Account.PAID, claim.amount, day)


def _today(claim: Claim) -> date:
    """Today as ``day_of`` has it; a run can be given up whatever becomes of its text."""
    try:
        return day_of(claim)
    except MakegoodError:
        return now().date()


def _execute(statement: str, values: Sequence[object]) -> None:
    with psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(statement, values)
