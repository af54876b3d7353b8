"""Sums of the ledger are kept, so that a balance is not added up from the first transfer each time.

Who posts touches no sum: applications of many people at once would wait for each other. Instead
each transfer has the number of the transaction that wrote it, and the sums hold what was written
before a *horizon*: every transaction below it is over, so that nothing can still appear there. A
balance is its sum and the transfers from the horizon on, read by one statement. The sums are made
from the transfers alone; the horizon is moved on now and then.

Numbers of transactions say something only where they were given. So a horizon names the *origin* of
its numbers: the server, by the identifier that each has for itself, and the very table of transfers
on it. Where a store was copied by a dump to another server, or beside itself, nothing counts as
summed until the sums are made anew.
"""

from __future__ import annotations

from django.db import connection, transaction

MOVED_ON_AFTER = 1_000
"""So many transfers may stand after the horizon before it is moved on."""

# Asked of the server, not of rows, which a dump carries elsewhere. Every role may ask it.
_ORIGIN = """
SELECT system_identifier || '/' || 'ledger_transfer'::regclass::oid FROM pg_control_system()
"""
# A copy of the server's own files has its identifier, and may have come less far.
HORIZON = f"""
SELECT coalesce((
    SELECT before FROM ledger_horizon WHERE programme = %(programme)s
    AND origin = ({_ORIGIN})
    AND before <= pg_snapshot_xmin(pg_current_snapshot())::text::bigint), 0)
"""
"""Below which number all transfers of a programme are in its sums; 0 where none are."""

_LOCK = """
INSERT INTO ledger_horizon (programme, before, origin) VALUES (%(programme)s, 0, '')
ON CONFLICT (programme) DO UPDATE SET before = ledger_horizon.before RETURNING before
"""
_WAITING = f"""
SELECT count(*) FROM (
    SELECT FROM ledger_transfer
    WHERE programme = %(programme)s AND written_in >= ({HORIZON})
      AND written_in < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
    LIMIT %(enough)s) AS waiting
"""
_FORGET = f"DELETE FROM ledger_sum WHERE programme = %(programme)s AND ({HORIZON}) = 0"
# One statement, and so one view of what is over and of what was written.
_MOVE_ON = f"""
WITH bounds AS MATERIALIZED (
    SELECT ({HORIZON}) AS since,
           pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS before),
fresh AS MATERIALIZED (
    SELECT measure, source, target, amount, heads FROM ledger_transfer, bounds
    WHERE programme = %(programme)s AND written_in >= since AND written_in < before),
postings AS (
    SELECT measure, source AS account, -amount AS amount, -heads AS heads FROM fresh
    UNION ALL SELECT measure, target, amount, heads FROM fresh),
summed AS (
    INSERT INTO ledger_sum AS kept (programme, measure, account, amount, heads)
    SELECT %(programme)s, measure, account, sum(amount), sum(heads) FROM postings
    GROUP BY measure, account
    ON CONFLICT (programme, measure, account)
    DO UPDATE SET amount = kept.amount + EXCLUDED.amount, heads = kept.heads + EXCLUDED.heads)
UPDATE ledger_horizon SET before = bounds.before, origin = ({_ORIGIN}) FROM bounds
WHERE programme = %(programme)s
"""


def keep_sums(programme: str, *, after: int = MOVED_ON_AFTER) -> bool:
    """Take into a programme's sums what was posted since; whether anything was to take in.

    Nothing is done while fewer transfers than ``after`` wait for it. Safe in any number of
    processes at once, and killed at any instant: it is one transaction of its own.
    """
    enough = max(1, after)
    values: dict[str, str | int] = {"programme": programme, "enough": enough}
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(_WAITING, values)
        (waiting,) = cursor.fetchone()
        if waiting < enough:
            return False
        # Whoever came first has moved it on by the time the others get the row.
        cursor.execute(_LOCK, values)
        cursor.execute(_FORGET, values)
        cursor.execute(_MOVE_ON, values)
    return True
