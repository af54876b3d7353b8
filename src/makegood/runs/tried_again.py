"""An item that is tried again while it turns out that the try before was done after all.

Nothing of the run that has taken it leaves while nobody knows. Once a person has found out, the run
goes on; what was done before is taken off of its shard as that leaves.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from makegood.configuration import Settings
from makegood.kernel import Finding, MakegoodError
from makegood.runs.folders import folder_of, items_file
from makegood.runs.rows import RunRow, execute, run_of, select, shards
from makegood.runs.states import RunState, ShardState
from makegood.trust.clock import now

DONE_BEFORE = "done_before"
"""The code of an item that was not sent because an earlier try of it was done after all."""

# Also where it was tried more than once in between.
_IN_DOUBT = """
SELECT doubt.run_id, doubt.item_key FROM runs_exception AS doubt
JOIN runs_exception AS taken ON taken.item_key = doubt.item_key AND taken.attempt >= doubt.attempt
WHERE doubt.outcome = 'contradictory' AND taken.taken_by = %s
ORDER BY doubt.run_id, doubt.item_key
"""
# The runs that have tried it again since, the first first.
_TAKEN_BY = """
SELECT later.taken_by FROM runs_exception AS found
JOIN runs_exception AS later ON later.item_key = found.item_key AND later.attempt >= found.attempt
WHERE found.run_id = %s AND found.item_key = %s AND later.taken_by IS NOT NULL
ORDER BY later.attempt
"""
# What was tried last and failed is tried no more. Where that is told later, the follow-up sees that
# an earlier try has no row: ``planning.follow_up``.
_TRIED_NO_MORE = """
UPDATE runs_exception SET taken_by = %s
WHERE run_id = %s AND item_key = %s AND outcome IN ('failed', 'returned') AND taken_by IS NULL
"""
_LOCKED = "WHERE run_id = %s AND number = %s FOR UPDATE"
# It is in the hands of the run that has brought it: nobody tries it again.
_TAKE_OFF = """
INSERT INTO runs_exception (run_id, item, item_key, line_id, attempt, amount, outcome, code, shard,
                            told_at, taken_by)
VALUES (%s, %s, %s, %s, %s, %s, 'failed', %s, %s, %s, %s) ON CONFLICT (run_id, item_key) DO NOTHING
"""
_OFF = "SELECT item_key FROM runs_exception WHERE run_id = %s AND shard = %s AND code = %s"
_LEAVE = """
DELETE FROM runs_exception
WHERE run_id = %s AND shard = %s AND code = %s AND item_key = ANY(%s)
"""
_NONE_OFF = "DELETE FROM runs_exception WHERE run_id = %s AND code = %s"
_ANY_OFF = "SELECT 1 FROM runs_exception WHERE run_id = %s AND code = %s LIMIT 1"
_COLUMNS = ("item", "key", "line_id", "attempt", "amount")


def expect_certain(run_id: UUID) -> None:
    """Raises MakegoodError MG876 where the run has taken what may have been done before."""
    for earlier_id, _ in select(_IN_DOUBT, [run_id]):
        raise contradicted(earlier_id, run_id)


def in_doubt(run_id: UUID) -> frozenset[str]:
    """The keys of what the run tries again and may have been done before."""
    return frozenset(row[1] for row in select(_IN_DOUBT, [run_id]))


def contradicted(earlier_id: UUID, run_id: UUID) -> MakegoodError:
    """MG876: a run has taken items of an earlier one that contradict themselves by now."""
    short, earlier = str(run_id)[:8], str(earlier_id)[:8]
    return MakegoodError(
        Finding(
            "MG876",
            f"the other side says of items of run {earlier_id} both that they failed and that they"
            " are done",
            f"find out which it is before anything is sent again: 'makegood run show {earlier}'"
            f" lists them, 'makegood run resolve' says it; then 'makegood run resume {short}'"
            " lets this follow-up go on; or cancel it while nothing of it has left",
        )
    )


def row_of(settings: Settings, run: RunRow, key: str) -> tuple[int, pa.Table] | None:
    """The number of the item's shard, and the item; None where the run has no such item."""
    for number in range(1, run.shards + 1):
        path = items_file(folder_of(settings, run.run_id), number)
        table = pq.read_table(path, columns=list(_COLUMNS), partitioning=None)
        at = pc.index(table.column("key"), key).as_py()
        if at >= 0:
            return number, table.slice(at, 1)
    return None


def end_before_next_try(settings: Settings, run: RunRow, key: str, was: str) -> str:
    """An item of a run ends as a person found out: what that means for the run that tries it again.

    In the caller's transaction. Why it may not end now; empty where it may. What was done and has
    not left again is kept from leaving.
    """
    for (taken_by,) in select(_TAKEN_BY, [run.run_id, key]):
        follow = run_of(taken_by)
        found = row_of(settings, follow, key)
        if found is None or follow.state is RunState.CANCELLED:
            continue
        number, item = found
        (shard,) = shards(_LOCKED, [taken_by, number])
        if shard.state is ShardState.SENDING:
            return "it is tried again, and nobody knows yet whether that has left"
        if was == "done" and shard.state is ShardState.PENDING:
            position, _, line_id, attempt, amount = (item[name][0].as_py() for name in _COLUMNS)
            given = [taken_by, position, key, line_id, attempt, amount, DONE_BEFORE, number]
            execute(_TAKE_OFF, [*given, now(), run.run_id])
        elif was == "done":
            execute(_TRIED_NO_MORE, [run.run_id, taken_by, key])
    return ""


def done_before(run_id: UUID, number: int) -> list[str]:
    """The keys of a shard's items that are not to leave: an earlier try of them was done."""
    return [row[0] for row in select(_OFF, [run_id, number, DONE_BEFORE])]


def let_leave(run_id: UUID, number: int, keys: Sequence[str]) -> None:
    """These items of a shard leave all the same: they may be outside already."""
    execute(_LEAVE, [run_id, number, DONE_BEFORE, list(keys)])


def forget_done_before(run_id: UUID) -> None:
    """Nothing of the run ever leaves: what it had taken is given back."""
    execute(_NONE_OFF, [run_id, DONE_BEFORE])


def any_done_before(run_id: UUID) -> bool:
    """Whether the run has any such item."""
    return bool(select(_ANY_OFF, [run_id, DONE_BEFORE]))
