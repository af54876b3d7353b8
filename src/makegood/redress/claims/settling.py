"""What the other side says about payments becomes the claims' states, in whatever order it comes.

Of every attempt three words are kept: that it was done, that it failed, that it was returned. What
they come to does not depend on the order or on how often they are said: returned if ever said;
contradictory where both done and failed; else the one that was said.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import psycopg
import pyarrow as pa
from django.db import connection

from makegood.ledger import Account, Transfer, post
from makegood.redress.claims.paying import expect_transaction
from makegood.redress.claims.states import ClaimState
from makegood.redress.claims.values import Claim
from makegood.trust.audit import Record, append
from makegood.trust.clock import now

_WORKER = "system:worker"

# The claim's row is locked before its payment's, as everywhere; in one order.
_LOCK = """
SELECT count(*) FROM (
    SELECT claim.claim_id FROM claims_claim AS claim
    JOIN claims_payment AS payment USING (claim_id)
    WHERE payment.run_id = %s AND payment.key = ANY(%s)
    ORDER BY claim.claim_id FOR UPDATE OF claim) AS locked
"""
# Only what says something new is written, so that the same answers again change nothing.
_HEAR = """
WITH given AS (
    SELECT key, attempt, bool_or(outcome = 'done') AS done, bool_or(outcome = 'failed') AS failed,
           bool_or(outcome = 'returned') AS returned,
           coalesce(max(code) FILTER (WHERE outcome IN ('failed', 'returned')), '') AS code
    FROM unnest(%(keys)s::text[], %(attempts)s::int[], %(outcomes)s::text[], %(codes)s::text[])
         AS given (key, attempt, outcome, code)
    WHERE outcome IN ('done', 'failed', 'returned') GROUP BY key, attempt),
heard AS (
    UPDATE claims_payment AS payment
    SET said_done = payment.said_done OR given.done,
        said_failed = payment.said_failed OR given.failed,
        said_returned = payment.said_returned OR given.returned,
        code = CASE WHEN given.code <> '' THEN given.code ELSE payment.code END
    FROM given
    WHERE payment.run_id = %(run_id)s AND payment.key = given.key
      AND payment.attempt = given.attempt
      AND (given.done AND NOT payment.said_done OR given.failed AND NOT payment.said_failed
           OR given.returned AND NOT payment.said_returned)
    RETURNING payment.*)
SELECT claim.claim_id, claim.receipt_number, claim.programme, claim.measure, heard.key,
       heard.attempt, heard.amount, heard.code, heard.said_done, heard.said_failed,
       heard.said_returned, heard.resolved, claim.state, claim.attempt, claim.is_contradictory,
       EXISTS (SELECT 1 FROM claims_payment AS other
               WHERE other.claim_id = heard.claim_id AND other.attempt <> heard.attempt
                 AND other.said_done AND NOT other.said_returned AND other.resolved <> 'failed')
FROM heard JOIN claims_claim AS claim USING (claim_id) ORDER BY claim.claim_id
"""
_MOVE = """
WITH given AS (
    SELECT * FROM unnest(%(claims)s::uuid[], %(states)s::text[], %(reasons)s::text[],
                         %(contradictory)s::boolean[])
                  AS given (claim_id, state, reason, contradictory)),
before AS (
    SELECT claim_id, state FROM claims_claim WHERE claim_id = ANY(%(claims)s)),
moved AS (
    UPDATE claims_claim AS claim
    SET state = given.state, reason = given.reason, changes = claim.changes + 1,
        is_contradictory = given.contradictory
    FROM given WHERE claim.claim_id = given.claim_id
    RETURNING claim.claim_id, claim.changes, claim.state, claim.reason, claim.amount)
INSERT INTO claims_event (claim_id, number, at, before, after, reason, by, run_id, amount)
SELECT moved.claim_id, moved.changes, %(at)s, before.state, moved.state, moved.reason, %(by)s,
       %(run_id)s, moved.amount
FROM moved JOIN before USING (claim_id)
"""
CONTRADICTORY = "contradictory"

# Whether a person must find out, by all attempts of a claim: both was said of one, or one that was
# given up was done after all; also where a person had found so, and the later one then came back.
_IS_OPEN = """
    payment.said_done AND NOT payment.said_returned AND (
        payment.resolved = '' AND (payment.said_failed OR payment.attempt < {attempt})
        OR payment.resolved = 'done' AND payment.attempt < {attempt} AND {state} = 'returned')
"""
_OPEN = f"""
SELECT DISTINCT given.claim_id
FROM unnest(%s::uuid[], %s::int[], %s::text[]) AS given (claim_id, attempt, state)
JOIN claims_payment AS payment USING (claim_id)
WHERE {_IS_OPEN.format(attempt="given.attempt", state="given.state")}
"""


@dataclass(frozen=True, slots=True)
class Heard:
    """A payment about which something new was said, with its claim as it stood before."""

    claim_id: UUID
    receipt_number: str
    programme: str
    measure: str
    key: str
    attempt: int
    amount: int
    code: str
    said_done: bool
    said_failed: bool
    said_returned: bool
    resolved: str
    state: str
    claim_attempt: int
    was_contradictory: bool
    is_done_otherwise: bool

    @property
    def outcome(self) -> str:
        """What all that was said comes to."""
        if self.said_returned:
            return "returned"
        if self.resolved:
            return self.resolved
        if self.said_done and self.said_failed:
            return CONTRADICTORY
        return "done" if self.said_done else "failed"

    @property
    def next_state(self) -> ClaimState:
        """Where its claim goes.

        Where it stands if the answer is about an older attempt, but for the one that paid it.
        """
        standing = ClaimState(self.state)
        if self.claim_attempt != self.attempt:
            has_paid = standing is ClaimState.PAID and self.resolved == "done"
            is_back = has_paid and self.said_returned and not self.is_done_otherwise
            return ClaimState.RETURNED if is_back else standing
        match self.outcome:
            case "done":
                return ClaimState.PAID
            case "failed" | "returned":
                return ClaimState.RETURNED
            case _:
                return standing

    def transfer(self, day: date) -> Transfer | None:
        """What it moves in the ledger; None where the amount stands where it belongs already."""
        after = self.next_state
        if after == self.state or self.amount == 0:
            return None
        source, target, word = _MONEY[self.state == ClaimState.PAID, after, self.attempt > 1]
        if source is target:
            return None
        if after is ClaimState.RETURNED and self.outcome == "failed":
            word = "failed"
        return Transfer(
            f"{word}:{self.key}:{self.attempt}",
            self.programme,
            self.measure,
            day,
            source,
            target,
            self.amount,
            subject=f"claim:{self.receipt_number}",
        )


# By: whether it was paid before, where the claim goes, whether it is a later attempt.
_MONEY: dict[tuple[bool, ClaimState, bool], tuple[Account, Account, str]] = {
    (False, ClaimState.PAID, False): (Account.APPROVED, Account.PAID, "paid"),
    (False, ClaimState.PAID, True): (Account.RETURNED, Account.PAID, "paid"),
    (False, ClaimState.RETURNED, False): (Account.APPROVED, Account.RETURNED, "returned"),
    (False, ClaimState.RETURNED, True): (Account.RETURNED, Account.RETURNED, "returned"),
    (True, ClaimState.RETURNED, False): (Account.PAID, Account.RETURNED, "returned"),
    (True, ClaimState.RETURNED, True): (Account.PAID, Account.RETURNED, "returned"),
}


def settle(run_id: UUID, day: date, answers: pa.Table) -> int:
    """Apply answers to the payments of a run, in the caller's transaction; how many were news.

    ``answers`` has the columns key, attempt, outcome (a word of channels.Outcome) and code; others
    are not looked at. The same again is harmless, and so is any order. What an older attempt turns
    out to have done, or what is said both ways, marks the claim as contradictory: it is not paid
    again until a person has found out (``resolve``). ``day`` is the day of the ledger.
    """
    expect_transaction("settle")
    if not answers.num_rows:
        return 0
    names = ("key", "attempt", "outcome", "code")
    keys, attempts, outcomes, codes = (answers.column(name).to_pylist() for name in names)
    with psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(_LOCK, [run_id, keys])
        given = {
            "keys": keys,
            "attempts": attempts,
            "outcomes": [str(outcome) for outcome in outcomes],
            "codes": [code or "" for code in codes],
            "run_id": run_id,
        }
        heard = [Heard(*row) for row in cursor.execute(_HEAR, given).fetchall()]
        _move(cursor, run_id, heard)
    post([transfer for each in heard if (transfer := each.transfer(day)) is not None])
    if heard:
        _tell(run_id, heard)
    return len(heard)


def _move(cursor: psycopg.Cursor[tuple[object, ...]], run_id: UUID, heard: Sequence[Heard]) -> None:
    if not heard:
        return
    # An answer about an older attempt and one about the newest may come at once; the newest last.
    by_claim = {each.claim_id: each for each in sorted(heard, key=lambda each: each.attempt)}
    found = list(by_claim.values())
    given = [
        [each.claim_id for each in found],
        [each.claim_attempt for each in found],
        [each.next_state.value for each in found],
    ]
    wrong = {row[0] for row in cursor.execute(_OPEN, given).fetchall()}
    chosen = [
        each
        for each in found
        if each.next_state != each.state or each.was_contradictory != (each.claim_id in wrong)
    ]
    if not chosen:
        return
    cursor.execute(
        _MOVE,
        {
            "claims": [each.claim_id for each in chosen],
            "states": [each.next_state.value for each in chosen],
            "reasons": [
                CONTRADICTORY if each.claim_id in wrong else _reason(each) for each in chosen
            ],
            "contradictory": [each.claim_id in wrong for each in chosen],
            "at": now(),
            "by": _WORKER,
            "run_id": run_id,
        },
    )


def _reason(heard: Heard) -> str:
    return heard.code if heard.next_state is ClaimState.RETURNED else ""


def _tell(run_id: UUID, heard: Sequence[Heard]) -> None:
    counts = dict.fromkeys(("done", "failed", "returned", CONTRADICTORY), 0)
    for each in heard:
        counts[each.outcome] += 1
    append(Record("claim.changed", _WORKER, f"run:{run_id}", details={"answers": counts}))


_RESOLVE = f"""
UPDATE claims_payment AS payment SET resolved = %(outcome)s
WHERE claim_id = %(claim_id)s
  AND ({_IS_OPEN.format(attempt="%(attempt)s", state="%(state)s::text")})
RETURNING attempt
"""


def resolve_payments(claim: Claim, outcome: str) -> set[int]:
    """Keep what a person found out (``done`` or ``failed``); the attempts that were open.

    In the caller's transaction, which holds the claim's row.
    """
    values = {
        "claim_id": claim.claim_id,
        "attempt": claim.attempt,
        "state": claim.state.value,
        "outcome": outcome,
    }
    with psycopg.Cursor(connection.connection) as cursor:
        return {row[0] for row in cursor.execute(_RESOLVE, values).fetchall()}
