"""Claims whose line the facts lack: held, one by one, until the line is back or persons agree.

A line that left stays in a snapshot, as terminated. Where one is gone, the facts are wrong or
short, and nobody knows what is due for it. Its claim stays scheduled, in no pay-out, meanwhile.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

import psycopg
from django.db import transaction

from makegood.redress.claims.paying import connection_of_act, expect_transaction
from makegood.redress.claims.values import LINE_MISSING
from makegood.trust.audit import Json, Record, append
from makegood.trust.clock import now

LINE_BACK = "line_back"
_WORKER = "system:worker"

_NOTE = """
WITH mine AS MATERIALIZED (
    SELECT claim_id FROM claims_claim
    WHERE {which} AND state = 'scheduled' AND (reason = 'line_missing') = %(was)s
    ORDER BY claim_id FOR UPDATE),
moved AS (
    UPDATE claims_claim AS claim SET reason = %(reason)s, changes = changes + 1
    FROM mine WHERE claim.claim_id = mine.claim_id
    RETURNING claim.claim_id, claim.changes, claim.amount)
INSERT INTO claims_event (claim_id, number, at, before, after, reason, by, run_id, amount)
SELECT claim_id, changes, %(at)s, 'scheduled', 'scheduled', %(told)s, %(by)s, %(run)s, amount
FROM moved
"""
_HOLD = _NOTE.format(which="key = ANY(%(keys)s)")
_LET_GO = _NOTE.format(which="programme = %(programme)s AND line_id = ANY(%(lines)s)")
_LINES = """
SELECT DISTINCT line_id FROM claims_claim
WHERE state = 'scheduled' AND reason = 'line_missing' AND programme = %s ORDER BY line_id
"""
# As in ``approvals``: what persons approved, or agreed on since.
_AGREED = """
SELECT claim.key FROM claims_claim AS claim
WHERE claim.key = ANY(%s) AND claim.state = 'scheduled' AND EXISTS (
    SELECT 1 FROM claims_event AS event
    WHERE event.claim_id = claim.claim_id AND event.by NOT LIKE 'system:%%'
      AND (event.after = 'approved' OR event.reason = 'exception'))
"""


def agreed_by_persons(keys: Collection[str]) -> frozenset[str]:
    """Of scheduled claims with these keys those on whose amount two persons agreed."""
    with psycopg.Cursor(connection_of_act()) as cursor:
        return frozenset(row[0] for row in cursor.execute(_AGREED, [sorted(keys)]).fetchall())


def hold_for_lines(run_id: UUID, keys: Collection[str]) -> int:
    """A run left these claims out, because the facts have no such line; how many are new to it.

    In the caller's transaction. Those that were left out before stay as they are.
    """
    expect_transaction("hold_for_lines")
    given = {"keys": sorted(keys), "was": False, "reason": LINE_MISSING, "told": LINE_MISSING}
    return _noted(_HOLD, {**given, "run": run_id}, f"run:{run_id}", LINE_MISSING)


def held_lines(programme: str) -> list[str]:
    """The lines that claims of a programme are held for, in order."""
    with psycopg.Cursor(connection_of_act()) as cursor:
        return [row[0] for row in cursor.execute(_LINES, [programme]).fetchall()]


def lines_are_back(programme: str, lines: Sequence[str]) -> int:
    """The facts have these lines again: their claims go into the next pay-out; how many."""
    given = {"programme": programme, "lines": list(lines), "was": True, "reason": ""}
    with transaction.atomic():
        return _noted(_LET_GO, {**given, "told": LINE_BACK, "run": None}, "claims", LINE_BACK)


def _noted(statement: str, given: dict[str, object], subject: str, why: str) -> int:
    with psycopg.Cursor(connection_of_act()) as cursor:
        moved = cursor.execute(statement, {**given, "at": now(), "by": _WORKER}).rowcount
    if moved:
        details: dict[str, Json] = {"state": "scheduled", "claims": moved, "why": why}
        append(Record("claim.changed", _WORKER, subject, details=details))
    return moved
