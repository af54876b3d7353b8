"""Items that did not go well: failed, returned, or contradictory."""

from __future__ import annotations

from uuid import UUID

import pyarrow as pa

from makegood.kernel import Finding, MakegoodError
from makegood.runs.merging import CONTRADICTORY
from makegood.runs.rows import ShardRow, execute, select
from makegood.runs.stopping import stop
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
# Follow-ups that would pay what one answer says is paid already, and have not begun to.
_IN_DANGER = """
SELECT DISTINCT follow.run_id FROM runs_exception AS found
JOIN runs_run AS follow ON follow.run_id = found.taken_by
WHERE found.run_id = %s AND found.item_key = ANY(%s)
  AND follow.state IN ('planned', 'checked', 'released')
"""


def keep_exceptions(shard: ShardRow, found: pa.Table) -> None:
    """Keep what became of items, in the caller's transaction; the newest outcome stands.

    A follow-up that has taken an item which is contradictory by now, and of which nothing has left,
    is stopped.
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
        stop(row[0], _contradicted(shard.run_id))


def _contradicted(run_id: UUID) -> MakegoodError:
    return MakegoodError(
        Finding(
            "MG876",
            f"the other side says of items of run {run_id} both that they failed and that they"
            " are done",
            "find out which it is before anything is sent again: 'makegood run show' lists them;"
            " cancel this follow-up, and let another be planned",
        )
    )
