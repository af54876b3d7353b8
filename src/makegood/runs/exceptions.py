"""Items that did not go well: failed, returned, or contradictory."""

from __future__ import annotations

import pyarrow as pa

from makegood.runs.merging import CONTRADICTORY
from makegood.runs.rows import ShardRow, execute, select
from makegood.runs.stopping import stop
from makegood.runs.tried_again import contradicted
from makegood.trust.clock import now

_COLUMNS = ("item", "key", "line_id", "attempt", "amount", "outcome", "code")
_KEEP = """
INSERT INTO runs_exception (run_id, item, item_key, line_id, attempt, amount, outcome, code,
                            shard, told_at)
SELECT %s, given.*, %s, %s
FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::int[], %s::bigint[], %s::text[], %s::text[])
     AS given ORDER BY 3
ON CONFLICT (run_id, item_key) DO UPDATE
SET outcome = excluded.outcome, code = excluded.code, told_at = excluded.told_at
"""
_CHUNK = 50_000
# Runs that would pay what one answer says is paid already, and of which something is still to
# leave. What is in somebody's hand at this instant is looked at again before its next try.
_IN_DANGER = """
SELECT DISTINCT follow.run_id FROM runs_exception AS found
JOIN runs_exception AS later ON later.item_key = found.item_key AND later.attempt >= found.attempt
JOIN runs_run AS follow ON follow.run_id = later.taken_by
WHERE found.run_id = %s AND found.item_key = ANY(%s)
  AND (follow.state IN ('planned', 'checked', 'released')
       OR follow.state = 'sending' AND EXISTS (
           SELECT 1 FROM runs_shard AS shard
           WHERE shard.run_id = follow.run_id AND shard.state = 'pending'))
"""


def keep_exceptions(shard: ShardRow, found: pa.Table) -> None:
    """Keep what became of items, in the caller's transaction; the newest outcome stands.

    A run that has taken an item which is contradictory by now, and of which not everything has
    left, is stopped: a sender that takes a shard of it meanwhile waits for this transaction, or
    this one for it.
    """
    for start in range(0, found.num_rows, _CHUNK):
        some = found.slice(start, _CHUNK)
        columns = [some.column(name).to_pylist() for name in _COLUMNS]
        execute(_KEEP, [shard.run_id, shard.number, now(), *columns])
    doubtful = [
        key
        for key, outcome in zip(
            found.column("key").to_pylist(), found.column("outcome").to_pylist(), strict=True
        )
        if outcome == CONTRADICTORY
    ]
    for row in select(_IN_DANGER, [shard.run_id, doubtful]) if doubtful else ():
        stop(row[0], contradicted(shard.run_id, row[0]))
