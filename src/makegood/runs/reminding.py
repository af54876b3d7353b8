"""Whoever has applied by the moment a reminder leaves is not reminded.

A run is planned and released hours before its shards leave. So each shard of reminders is looked
over once more as it leaves: who has applied by then is taken off, and the rest is written beside
the items, once, so that a second try under the same message identification sends the same bytes.
What was taken off is answered by the program itself: done, with the code ``applied``. So is what
any run tries again and was done before after all: ``tried_again``.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from makegood.configuration import Settings
from makegood.kernel import Finding, MakegoodError
from makegood.redress.claims import applied_among
from makegood.runs.folders import folder_of, items_file, leaving_file, put
from makegood.runs.kinds import RunKind
from makegood.runs.rows import RunRow, ShardRow, select, source_id_of
from makegood.runs.tried_again import DONE_BEFORE, done_before, let_leave

APPLIED = "applied"
"""The code of an item that was not sent because its customer has applied."""

_COUNT = "SELECT coalesce(sum(answers), 0)::bigint FROM runs_applied WHERE source_id = ANY(%s)"


@dataclass(frozen=True, slots=True)
class Leaving:
    """What leaves of a shard of which not everything does; ``total`` in minor units."""

    path: Path
    items: int
    total: int


def look_over(settings: Settings, run: RunRow, shard: ShardRow) -> int:
    """Keep what leaves still, of a shard that is in one's hand; how many items these are.

    What was kept before stands: it is outside in part, and nobody knows which part. The caller has
    the shard's lock.
    """
    folder = folder_of(settings, run.run_id)
    leaving = leaving_file(folder, shard.number)
    done = done_before(run.run_id, shard.number)
    if leaving.exists():
        left = _leaving(settings, run, shard).column("key").to_pylist()
        if done:
            let_leave(run.run_id, shard.number, sorted(set(done).intersection(left)))
        return len(left)
    if run.kind is not RunKind.REMINDER and not done:
        return shard.items
    items = pq.read_table(items_file(folder, shard.number), partitioning=None)
    gone = pc.is_in(items.column("key"), pa.array(done, pa.string()))
    if run.kind is RunKind.REMINDER:
        lines = items.column("line_id")
        applied = applied_among(run.programme, run.measure, lines.to_pylist())
        gone = pc.or_(gone, pc.is_in(lines, pa.array(sorted(applied), pa.string())))
    put(items.filter(pc.invert(gone)), leaving)
    return int(_leaving(settings, run, shard).num_rows)


def keep_whole(settings: Settings, run: RunRow, shard: ShardRow) -> None:
    """Some of the shard is outside: every later try is of the same items."""
    folder = folder_of(settings, run.run_id)
    leaving = leaving_file(folder, shard.number)
    if not leaving.exists():
        put(pq.read_table(items_file(folder, shard.number), partitioning=None), leaving)


def forget(settings: Settings, run: RunRow, shard: ShardRow) -> None:
    """Nothing of the shard is outside: the next try looks over it anew."""
    leaving_file(folder_of(settings, run.run_id), shard.number).unlink(missing_ok=True)


def leaving_of(settings: Settings, run: RunRow, shard: ShardRow) -> Leaving | None:
    """What leaves of a shard; None where all of its items do."""
    path = leaving_file(folder_of(settings, run.run_id), shard.number)
    if not path.exists():
        return None
    left = _leaving(settings, run, shard)
    return Leaving(path, left.num_rows, int(pc.sum(left.column("amount")).as_py() or 0))


def applied_of(run: RunRow, found: tuple[ShardRow, ...]) -> int:
    """How many items of a run were not sent because their customers had applied."""
    if run.kind is not RunKind.REMINDER or not found:
        return 0
    return int(select(_COUNT, [[applied_source(shard.message_id) for shard in found]])[0][0])


def taken_off(settings: Settings, run: RunRow, shard: ShardRow) -> dict[str, list[tuple[str, int]]]:
    """Key and attempt of what was taken off of a shard, by the code that says why."""
    folder = folder_of(settings, run.run_id)
    if not leaving_file(folder, shard.number).exists():
        return {}
    items = pq.read_table(
        items_file(folder, shard.number), columns=["key", "attempt"], partitioning=None
    )
    left = _leaving(settings, run, shard).column("key").combine_chunks()
    rest = items.filter(pc.invert(pc.is_in(items.column("key"), left)))
    pairs = list(zip(rest["key"].to_pylist(), rest["attempt"].to_pylist(), strict=True))
    done = set(done_before(run.run_id, shard.number))
    found = {
        APPLIED: [each for each in pairs if each[0] not in done],
        DONE_BEFORE: [each for each in pairs if each[0] in done],
    }
    return {code: some for code, some in found.items() if some}


def _leaving(settings: Settings, run: RunRow, shard: ShardRow) -> pa.Table:
    """What leaves; MG873 where it is not some of the shard's items, as they were planned."""
    folder = folder_of(settings, run.run_id)
    leaving = pq.read_table(leaving_file(folder, shard.number), partitioning=None)
    items = pq.read_table(items_file(folder, shard.number), partitioning=None)
    same = items.filter(pc.is_in(items.column("item"), leaving.column("item").combine_chunks()))
    if not same.equals(leaving.cast(items.schema)):
        raise MakegoodError(
            Finding(
                "MG873",
                f"what is to leave of shard {shard.number} of run {run.run_id} is not of its items",
                "nothing more of this shard is sent; put the run's folder back from a copy",
            )
        )
    return leaving


def applied_source(message_id: str, code: str = APPLIED) -> str:
    """The identification of what the program answers about a shard."""
    return source_id_of(code, message_id)
