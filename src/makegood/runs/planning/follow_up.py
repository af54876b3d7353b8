"""A follow-up takes exactly what failed or was returned, under the same keys, once more."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from makegood.kernel import Progress, silent
from makegood.runs.folders import folder_of
from makegood.runs.planning.earlier import family_runs, item_files
from makegood.runs.planning.plan import described, family, put_in, seal
from makegood.runs.planning.times import SHARD_ITEMS
from makegood.runs.rows import RunRow, execute, run_of, select
from makegood.runs.states import RunState
from makegood.trust.clock import now

if TYPE_CHECKING:
    from makegood.configuration import Settings

_FAILED = """
SELECT item_key FROM runs_exception
WHERE run_id = %s AND outcome IN ('failed', 'returned') AND taken_by IS NULL ORDER BY item
"""
_TAKE = """
UPDATE runs_exception SET taken_by = %s
WHERE run_id = %s AND item_key = ANY(%s) AND taken_by IS NULL
  AND outcome IN ('failed', 'returned')
"""


def plan_follow_up(
    settings: Settings, run_id: UUID, by: str, progress: Progress = silent
) -> RunRow | None:
    """Plan a run of exactly what failed or was returned and no other run took; None without any.

    Each item keeps its key; its attempt is one more. Runs of claims have none: a returned claim is
    mended and waits for a run of its own. Raises BeingPlanned MG861, MakegoodError MG870.
    """
    before = run_of(run_id)
    with family(*before.family):
        keys = [row[0] for row in select(_FAILED, [run_id])]
        if not keys:
            return None
        return _follow(settings, run_of(run_id), keys, by, progress)


def _follow(
    settings: Settings, before: RunRow, keys: list[str], by: str, progress: Progress
) -> RunRow:
    from makegood.population import Staging
    from makegood.runs.planning.writing import ItemWriter

    row = replace(
        before,
        run_id=uuid4(),
        sequence=len(family_runs(*before.family)),
        follows=before.run_id,
        planned_at=now(),
        planned_by=by,
        state=RunState.PLANNED,
        finding="",
        **dict.fromkeys(("done", "done_total", "failed", "returned"), 0),
        **dict.fromkeys(("checked_at", "released_at", "proposal_id", "paused_at"), None),
        **dict.fromkeys(("sent_at", "closed_at"), None),
        released_by="",
    )
    wanted, files = pa.array(keys), item_files(settings, before)
    with Staging(folder_of(settings, row.run_id)) as staging:
        with ItemWriter(staging.folder, SHARD_ITEMS[row.channel]) as writer:
            for done, path in enumerate(files):
                items = pq.read_table(path, partitioning=None)
                items = items.filter(pc.is_in(items.column("key"), wanted))
                if items.num_rows:
                    attempt = pc.add(items.column("attempt"), pa.scalar(1, pa.int16()))
                    place = items.column_names.index("attempt")
                    writer.add_items(items.set_column(place, "attempt", attempt))
                progress("items", done + 1, len(files))
            written = writer.close()
        row, shards = described(row, written, len(keys))
        if row.items != len(keys):
            from makegood.runs.planning.problems import not_closed

            raise not_closed("follow-up", len(keys), row.items, 0)
        seal(staging.folder, row, written, "")
        staging.publish()

    def take() -> None:
        taken = execute(_TAKE, [row.run_id, before.run_id, keys])
        if taken != len(keys):
            from makegood.runs.planning.problems import not_closed

            raise not_closed("follow-up", len(keys), taken, 0)

    put_in(settings, row, shards, take)
    return row
