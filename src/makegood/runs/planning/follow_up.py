"""A follow-up takes exactly what failed or was returned, under the same keys, once more."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.db import transaction

from makegood.kernel import Progress, silent
from makegood.runs.days import today_of
from makegood.runs.folders import folder_of
from makegood.runs.kinds import RunKind
from makegood.runs.planning.earlier import family_runs, item_files
from makegood.runs.planning.keeping import described, put_in, seal
from makegood.runs.planning.plan import family
from makegood.runs.planning.problems import not_closed
from makegood.runs.planning.times import SHARD_ITEMS
from makegood.runs.planning.upheld import is_upheld
from makegood.runs.planning.upheld_check import on_bills_of_others
from makegood.runs.rows import RunRow, execute, run_of, select
from makegood.runs.states import RunState
from makegood.trust.clock import now

if TYPE_CHECKING:
    from makegood.configuration import Settings

# Nothing is tried once more while an earlier try of it may have been done.
_CERTAIN = """NOT EXISTS (
    SELECT 1 FROM runs_exception AS doubt
    WHERE doubt.item_key = runs_exception.item_key AND doubt.outcome = 'contradictory')
"""
# Nor where an earlier one was: what a person found done leaves no row. A claim knows by itself.
_NEVER_DONE = """(%s OR attempt - 1 = (
    SELECT count(DISTINCT earlier.attempt) FROM runs_exception AS earlier
    WHERE earlier.item_key = runs_exception.item_key
      AND earlier.attempt < runs_exception.attempt
      AND earlier.outcome IN ('failed', 'returned')))
"""
_FREE = f"""
outcome IN ('failed', 'returned') AND taken_by IS NULL AND {_CERTAIN} AND {_NEVER_DONE}
"""
_FAILED = f"""
SELECT item_key, line_id, attempt FROM runs_exception
WHERE run_id = %s AND {_FREE} ORDER BY item
"""
_TAKE = f"""
UPDATE runs_exception SET taken_by = %s
WHERE run_id = %s AND item_key = ANY(%s) AND {_FREE}
"""

CLAIM_KINDS = frozenset({RunKind.PAY_OUT, RunKind.COVER})
"""Kinds whose items are claims, or may be."""


def plan_follow_up(
    settings: Settings, run_id: UUID, by: str, progress: Progress = silent
) -> RunRow | None:
    """Plan a run of exactly what failed or was returned and no other run took; None without any.

    Each item keeps its key; its attempt is one more. Of claims only those are taken that were
    mended and wait to be paid again, with the amount and the account that they have now; those that
    need no account wait again by this. A pass that failed was given back, to be chosen anew. What
    was upheld and comes on the bill waits while somebody else has the line: it is theirs. Raises
    BeingPlanned MG861, MakegoodError MG870.
    """
    before = run_of(run_id)
    with family(*before.family):
        failed = select(_FAILED, [run_id, before.kind in CLAIM_KINDS])
        if before.kind in CLAIM_KINDS:
            _wait_again(settings, before, [key for key, _, _ in failed])
        keys = _free_to_try(settings, before, failed)
        if not keys:
            return None
        return _follow(settings, run_of(run_id), keys, by, progress)


def _wait_again(settings: Settings, run: RunRow, keys: list[str]) -> None:
    """Of what failed the claims without an account wait again: nobody has anything to mend."""
    from makegood.redress.claims import try_again

    with transaction.atomic():
        try_again(keys, today_of(settings, run.programme))


def _free_to_try(settings: Settings, before: RunRow, failed: list[tuple[Any, ...]]) -> list[str]:
    """The keys that this run's follow-up may take."""
    if before.kind is RunKind.PASSES:
        return []
    if failed and is_upheld(before.kind, before.period):
        of_others = on_bills_of_others(settings, before)
        return [key for key, _, _ in failed if key not in of_others]
    if before.kind not in CLAIM_KINDS:
        return [key for key, _, _ in failed]
    from makegood.redress.claims import claimed_lines

    waiting = _payable(settings, before)
    pairs = zip(
        waiting.column("key").to_pylist(), waiting.column("attempt").to_pylist(), strict=True
    )
    mended = set(pairs)
    claimed = claimed_lines(before.programme, before.measure).column("line_id")
    lines = set(claimed.to_pylist())
    return [
        key
        for key, line, attempt in failed
        if (key, attempt + 1) in mended or (before.kind is RunKind.COVER and line not in lines)
    ]


def _payable(settings: Settings, run: RunRow) -> pa.Table:
    from makegood.redress.claims import payable

    return payable(run.programme, run.measure, today_of(settings, run.programme))


def _as_claimed(items: pa.Table, claims: pa.Table) -> pa.Table:
    """The items with the amounts and accounts that their claims have now."""
    at = pc.index_in(items.column("key"), claims.column("key").combine_chunks())
    for name in ("amount", "account_id"):
        place = items.column_names.index(name)
        now_due = claims.column(name).combine_chunks().take(at.combine_chunks())
        # What was enrolled without an application has no claim, and stays as it was.
        own = items.column(name).combine_chunks()
        kind = items.schema.field(name).type
        column = pc.if_else(pc.is_valid(at.combine_chunks()), now_due.cast(kind), own)
        items = items.set_column(place, items.schema.field(name), column)
    return items


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
        done=0,
        done_total=0,
        failed=0,
        returned=0,
        checked_at=None,
        released_at=None,
        released_by="",
        proposal_id=None,
        paused_at=None,
        sent_at=None,
        closed_at=None,
    )
    wanted, files = pa.array(keys), item_files(settings, before)
    claims = _payable(settings, before) if before.kind in CLAIM_KINDS else None
    if claims is not None:
        claims = claims.filter(pc.is_in(claims.column("key"), wanted))
    with Staging(folder_of(settings, row.run_id)) as staging:
        with ItemWriter(staging.folder, SHARD_ITEMS[row.channel]) as writer:
            for done, path in enumerate(files):
                items = pq.read_table(path, partitioning=None)
                items = items.filter(pc.is_in(items.column("key"), wanted))
                if items.num_rows:
                    attempt = pc.add(items.column("attempt"), pa.scalar(1, pa.int16()))
                    place = items.column_names.index("attempt")
                    items = items.set_column(place, "attempt", attempt)
                    writer.add_items(items if claims is None else _as_claimed(items, claims))
                progress("items", done + 1, len(files))
            written = writer.close()
        row, shards = described(row, written, len(keys))
        if row.items != len(keys):
            raise not_closed("follow-up", len(keys), row.items, 0)
        seal(staging.folder, row, written, "")
        staging.publish()

    def take() -> None:
        taken = execute(_TAKE, [row.run_id, before.run_id, keys, before.kind in CLAIM_KINDS])
        if taken != len(keys):
            raise not_closed("follow-up", len(keys), taken, 0)
        if claims is not None:
            from makegood.redress.claims import begin_paying

            begin_paying(row.run_id, claims)

    put_in(settings, row, shards, take)
    return row
