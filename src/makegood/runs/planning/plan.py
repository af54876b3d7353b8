"""A run is planned: its items written and closed, its rows put in, or nothing at all."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import TYPE_CHECKING
from uuid import uuid4
from zoneinfo import ZoneInfo

import pyarrow.compute as pc
import pyarrow.dataset as ds
from django.db import transaction

from makegood.channels import ChannelName
from makegood.kernel import Progress, silent
from makegood.runs.folders import folder_of
from makegood.runs.kinds import RULES, RunKind
from makegood.runs.locks import family_lock, locks
from makegood.runs.planning.choosing import Choice, If, choices
from makegood.runs.planning.earlier import family_runs, holding, item_files, standing
from makegood.runs.planning.problems import (
    being_planned,
    lines_unknown,
    not_closed,
    unknown_measure,
)
from makegood.runs.planning.selecting import (
    MEMBER,
    MEMBER_UNKNOWN,
    NO_MEMBER,
    Work,
    statements,
)
from makegood.runs.planning.texts import MESSAGES, texts_of
from makegood.runs.planning.times import SHARD_ITEMS
from makegood.runs.planning.waiting import WAITING_SCHEMA, waiting_for, waiting_select
from makegood.runs.rows import RunRow, ShardRow, execute, insert, items_sha256_of, message_id_of
from makegood.trust.audit import Record, append
from makegood.trust.clock import now

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb
    import pyarrow as pa

    from makegood.configuration import Settings
    from makegood.programmes import Measure, Programme
    from makegood.publication import Published
    from makegood.runs.planning.deciding import Decided
    from makegood.runs.planning.due import Due
    from makegood.runs.planning.writing import Written

_NEEDS_CUSTOMERS = frozenset({ChannelName.SMS, ChannelName.MAIL})
_DRAWING = frozenset({RunKind.PAY_OUT, RunKind.COVER, RunKind.PASSES})
"""Kinds that draw on claims or choices: what they take, nobody else may."""

# What failed before and is tried again here is in nobody else's hands.
_TAKE_AGAIN = """
UPDATE runs_exception SET taken_by = %s WHERE item_key = ANY(%s) AND taken_by IS NULL
"""
# What a month or a bill brings is decided by the facts of its day, also when it comes later.
_BY_ITS_DAY = frozenset({RunKind.GRANT, RunKind.BILL, RunKind.UPLIFT_START})


def plan_run(
    settings: Settings,
    programme_name: str,
    due: Due,
    by: str,
    progress: Progress = silent,
    *,
    again: bool = False,
) -> RunRow:
    """Plan what is due; the same due again is the run that stands, also where it was cancelled.

    ``again`` plans anew what was cancelled. Items are made from the decisions of the version in
    force over the newest snapshot of the day. Raises BeingPlanned MG861 while another process
    plans the family, MakegoodError MG632 where no version is in force, MG860 without a snapshot,
    MG862 where items and left out are not what was decided, MG863 and MG867.
    """
    key = (programme_name, due.measure, due.period)
    # Asked every few seconds of everything that was ever due: mostly it stands, without a lock.
    found = standing(family_runs(*key), due.kind, due.due_at)
    if found is not None and not (again and found.state == "cancelled"):
        return found
    with family(*key):
        earlier = family_runs(*key)
        found = standing(earlier, due.kind, due.due_at)
        if found is not None and not (again and found.state == "cancelled"):
            return found
        return _Planner(settings, programme_name, due, by, earlier, progress).run()


@contextmanager
def family(programme: str, measure: str, period: str) -> Iterator[None]:
    """Nobody else plans this family meanwhile. Raises BeingPlanned MG861."""
    with locks() as own, own.held(*family_lock(programme, measure, period)) as got:
        if not got:
            raise being_planned(f"{programme} {measure} {period}".replace("  ", " "))
        yield


@dataclass(slots=True)
class _Planner:
    """Plans one run, with its family's lock held."""

    settings: Settings
    programme_name: str
    due: Due
    by: str
    earlier: list[RunRow]
    progress: Progress

    def run(self) -> RunRow:
        from makegood.publication import in_force
        from makegood.redress.serving import programme_in_force
        from makegood.runs.planning.deciding import newest_decisions

        programme = programme_in_force(self.programme_name)
        published = in_force(self.programme_name)
        if published is None or published.sha256 != programme.sha256:
            raise being_planned(self.programme_name)  # published in this very moment
        if self.due.measure and self.due.measure not in programme.measures:
            raise unknown_measure(self.programme_name, self.due.measure)
        texts = texts_of(programme, published, self.due)
        day = self._facts_day(programme)
        decided = newest_decisions(self.settings, programme, day, self.progress)
        work = self._work(programme, decided)
        row = _row(programme, published, self.due, decided, self.by)
        row = replace(row, sequence=len(self.earlier), texts=texts)
        return keep(self.settings, row, self.progress, work)

    def _facts_day(self, programme: Programme) -> date:
        day = local_day(programme, self.due)
        if self.due.kind in _BY_ITS_DAY and self.earlier:
            return min(day, self.earlier[0].due_on)
        return day

    def _work(self, programme: Programme, decided: Decided) -> Work:
        due, measure = self.due, programme.measures.get(self.due.measure)
        held = holding(self.settings, self.earlier)
        if measure is None:
            return Work(programme, due, decided, TO_ALL, WAITING_SCHEMA.empty_table(), holding=held)
        day = local_day(programme, due)
        return Work(
            programme,
            due,
            decided,
            choices(due.kind, measure),
            self._waiting(programme, measure, day),
            quantity=_quantity(due.kind, measure),
            holding=held,
        )

    def _waiting(self, programme: Programme, measure: Measure, day: date) -> pa.Table | str:
        if self.due.kind is RunKind.UPLIFT_END:
            return _started(self.settings, programme.identifier, measure.name)
        if self.due.kind is RunKind.TOP_UP:
            from makegood.runs.planning.top_ups import better_lines

            return better_lines(self.settings, programme, measure, self.progress)
        return waiting_for(self.due.kind, programme.identifier, measure, day)


def keep(settings: Settings, row: RunRow, progress: Progress, work: Work) -> RunRow:
    """Write a run's folder, then put in its rows: it appears whole, or not at all."""
    from makegood.population import Staging

    folder = folder_of(settings, row.run_id)
    with Staging(folder) as staging:
        written = _write(staging.folder, work, progress)
        row, shards = described(row, written, work.decided.decisions.rows)
        _expect_closed(work, row, written)
        seal(staging.folder, row, written, work.decided.decisions.folder.name)
        staging.publish()
    put_in(settings, row, shards, partial(_take, settings, row, work))
    return row


def seal(folder: Path, row: RunRow, written: Written, decisions_folder: str) -> None:
    """Write the manifest of a run's folder; it names the folder of the decisions."""
    from makegood.population import content_sha256_total
    from makegood.runs.planning.manifest import write_manifest

    content = content_sha256_total(shard.content_sha256 for shard in written.shards)
    write_manifest(folder, row, written, content, decisions_folder)


def put_in(
    settings: Settings, row: RunRow, shards: list[ShardRow], take: Callable[[], None]
) -> None:
    """Put in a run's rows and take what it draws on, in one transaction; else drop its folder."""
    try:
        with transaction.atomic():
            insert(row, shards)
            take()
            details = {
                "programme": row.programme,
                "measure": row.measure,
                "period": row.period,
                "kind": row.kind.value,
                "items": row.items,
                "left_out": row.left_out,
                "total": row.total,
                "items_sha256": row.items_sha256,
                "programme_sha256": row.programme_sha256,
                "snapshot_sha256": row.snapshot_sha256,
            }
            append(Record("run.planned", row.planned_by, row.subject, details=details))
    except BaseException:
        shutil.rmtree(folder_of(settings, row.run_id), ignore_errors=True)
        raise


def _take(settings: Settings, row: RunRow, work: Work) -> None:
    """Claims and choices of the items belong to this run from now on."""
    waiting = work.waiting
    if row.kind not in _DRAWING or isinstance(waiting, str) or not (row.items and waiting.num_rows):
        return
    files = [str(path) for path in item_files(settings, row)]
    columns = ["line_id", "key", "attempt"]
    items = ds.dataset(files, format="parquet").to_table(columns=columns)
    if row.kind is RunKind.PASSES:
        from makegood.redress.choices import begin_granting

        lines = items.join(waiting.select(["line_id", "option"]), "line_id", join_type="inner")
        begin_granting(row.run_id, lines, programme=row.programme, measure=row.measure)
    else:
        from makegood.redress.claims import begin_paying

        claimed = waiting.column("key").combine_chunks()
        keys = items.column("key")
        begin_paying(row.run_id, keys.filter(pc.is_in(keys, claimed)))
    again = items.filter(pc.greater(items.column("attempt"), 1)).column("key").to_pylist()
    if again:
        execute(_TAKE_AGAIN, [row.run_id, again])


def _write(folder: Path, work: Work, progress: Progress) -> Written:
    from makegood.decisions import connected, cores
    from makegood.redress.serving import customers_of
    from makegood.runs.planning.writing import ItemWriter

    customers = customers_of if work.due.channel in _NEEDS_CUSTOMERS else None
    rows, done = work.decided.snapshot.rows, 0
    progress("items", 0, rows)
    with (
        connected(cores(), folder) as connection,
        ItemWriter(folder, SHARD_ITEMS[work.due.channel], customers) as writer,
    ):
        if isinstance(work.waiting, str):
            connection.execute(f"CREATE TEMP VIEW waiting AS {work.waiting}")
        elif work.waits:
            connection.register("waiting", work.waiting)
            _expect_known(connection, work)
        parts = work.decided.snapshot.parts
        for part, statement in zip(parts, statements(work), strict=True):
            writer.add(connection.sql(statement).to_arrow_table())
            done += part.rows
            progress("items", done, rows)
        return writer.close()


def _expect_known(connection: duckdb.DuckDBPyConnection, work: Work) -> None:
    from makegood.decisions import parquet_relation

    lines = parquet_relation(work.decided.decisions.part_paths())
    query = f"SELECT count(*) FROM waiting ANTI JOIN {lines} AS known USING (line_id)"
    # All rows are fetched: a result that is not at its end keeps the connection.
    ((count,),) = connection.execute(query).fetchall()
    if count:
        raise lines_unknown(work.name, count)


def _expect_closed(work: Work, row: RunRow, written: Written) -> None:
    if written.lines + written.left_out != row.decided:
        raise not_closed(work.name, row.decided, written.lines, written.left_out)


def _row(programme: Programme, published: Published, due: Due, decided: Decided, by: str) -> RunRow:
    decisions = decided.decisions
    return RunRow(
        run_id=uuid4(),
        programme=programme.identifier,
        measure=due.measure,
        period=due.period,
        sequence=0,
        kind=due.kind,
        channel=due.channel,
        follows=None,
        due_at=due.due_at,
        due_on=local_day(programme, due),
        currency=programme.currency.code,
        minor_digits=programme.currency.minor_digits,
        texts={},
        programme_sha256=programme.sha256,
        messages_sha256=published.messages_sha256 if due.kind in MESSAGES else "",
        snapshot_sha256=decided.snapshot.content_sha256,
        decisions_sha256=decisions.content_sha256,
        items_sha256="",
        engine=f"{decisions.engine} {decisions.engine_version}",
        needs_release=False,
        decided=0,
        items=0,
        left_out=0,
        total=0,
        shards=0,
        planned_at=now(),
        planned_by=by,
        unknown=0,
    )


def described(row: RunRow, written: Written, decided: int) -> tuple[RunRow, list[ShardRow]]:
    """The row of a run and those of its shards, with what was written."""
    shards = [
        ShardRow(
            row.run_id,
            shard.number,
            message_id_of(row.run_id, shard.number),
            shard.first_item,
            shard.items,
            shard.total,
            shard.sha256,
        )
        for shard in written.shards
    ]
    row = replace(
        row,
        items_sha256=items_sha256_of(shards),
        # Nothing leaves without items: there is nothing to release.
        needs_release=RULES[row.kind].needs_release and written.items > 0,
        decided=decided,
        items=written.items,
        left_out=written.left_out,
        total=written.total,
        shards=len(shards),
        unknown=written.items,
    )
    return row, shards


def local_day(programme: Programme, due: Due) -> date:
    """The day on which something is due, in the programme's zone."""
    return due.due_at.astimezone(ZoneInfo(programme.section.time_zone)).date()


def _quantity(kind: RunKind, measure: Measure) -> int:
    if kind is RunKind.GRANT and measure.section.grant:
        return measure.section.grant.quantity
    if kind in (RunKind.UPLIFT_START, RunKind.UPLIFT_END) and measure.section.uplift:
        return measure.section.uplift.percent
    return 0


def _started(settings: Settings, programme: str, measure: str) -> str:
    """The lines whose uplift was started, as a SELECT; empty where none was."""
    from makegood.decisions import parquet_relation
    from makegood.runs.planning.due import START

    held = holding(settings, family_runs(programme, measure, START))
    files = [path for paths in held.values() for path in paths]
    return (
        waiting_select(f"SELECT DISTINCT line_id FROM {parquet_relation(files)}") if files else ""
    )


TO_ALL = {
    MEMBER: Choice(If.ALWAYS),
    NO_MEMBER: Choice(If.NEVER, "not_in_scope"),
    MEMBER_UNKNOWN: Choice(If.NEVER, "undetermined"),
}
"""What becomes of whom a notice to everybody is for."""
