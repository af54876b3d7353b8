"""A run's folder is written whole, then its rows are put in with what it draws on."""

from __future__ import annotations

import shutil
from collections import deque
from collections.abc import Callable, Generator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import pyarrow.compute as pc
import pyarrow.dataset as ds
from django.db import transaction

from makegood.channels import ChannelName
from makegood.kernel import Progress
from makegood.runs.folders import folder_of
from makegood.runs.kinds import RULES, RunKind
from makegood.runs.planning.earlier import item_files
from makegood.runs.planning.missing import with_missing
from makegood.runs.planning.problems import not_closed
from makegood.runs.planning.selecting import Work, constants, statements
from makegood.runs.planning.times import SHARD_ITEMS
from makegood.runs.planning.upheld import is_upheld, take_upheld
from makegood.runs.rows import RunRow, ShardRow, execute, insert, items_sha256_of, message_id_of
from makegood.trust.audit import Record, append

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb
    import pyarrow as pa

    from makegood.configuration import Settings
    from makegood.runs.planning.writing import Written

_NEEDS_CUSTOMERS = frozenset({ChannelName.SMS, ChannelName.MAIL})
_DRAWING = frozenset({RunKind.PAY_OUT, RunKind.COVER, RunKind.PASSES})
"""Kinds that draw on claims or choices: what they take, nobody else may."""

# What failed before and is tried again here is in nobody else's hands.
_TAKE_AGAIN = """
UPDATE runs_exception SET taken_by = %s WHERE item_key = ANY(%s) AND taken_by IS NULL
"""


def keep(settings: Settings, row: RunRow, progress: Progress, work: Work) -> RunRow:
    """Write a run's folder, then put in its rows: it appears whole, or not at all."""
    from makegood.population import Staging

    folder = folder_of(settings, row.run_id)
    with Staging(folder) as staging:
        work = with_missing(staging.folder, work)
        written = _write(staging.folder, work, progress)
        row, shards = described(row, written, work.lines)
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
    """Claims and choices of the items belong to this run from now on; what was left out is held."""
    if work.held:
        from makegood.redress.claims import hold_for_lines

        hold_for_lines(row.run_id, work.held)
    waiting = work.waiting
    if is_upheld(row.kind, row.period) and not isinstance(waiting, str) and row.items:
        take_upheld(row, waiting)
    if row.kind not in _DRAWING or isinstance(waiting, str) or not (row.items and waiting.num_rows):
        return
    files = [str(path) for path in item_files(settings, row)]
    columns = ["line_id", "key", "attempt", "amount", "account_id"]
    items = ds.dataset(files, format="parquet").to_table(columns=columns)
    if row.kind is RunKind.PASSES:
        from makegood.redress.choices import begin_granting

        lines = items.join(waiting.select(["line_id", "option"]), "line_id", join_type="inner")
        begin_granting(row.run_id, lines, programme=row.programme, measure=row.measure)
    else:
        from makegood.redress.claims import begin_paying

        claimed = waiting.column("key").combine_chunks()
        begin_paying(row.run_id, items.filter(pc.is_in(items.column("key"), claimed)))
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
        ItemWriter(folder, SHARD_ITEMS[work.due.channel], customers, constants(work)) as writer,
    ):
        if isinstance(work.waiting, str):
            connection.execute(f"CREATE TEMP VIEW waiting AS {work.waiting}")
        elif work.waits:
            connection.register("waiting", work.waiting)
        if work.missing is not None:
            connection.register("missing", work.missing)
        parts = work.decided.snapshot.parts
        with closing(_made(connection, work)) as made:
            for part, table in zip(parts, made, strict=True):
                writer.add(table)
                done += part.rows
                progress("items", done, rows)
        return writer.close()


def _made(connection: duckdb.DuckDBPyConnection, work: Work) -> Generator[pa.Table, None, None]:
    """The rows of each part, made while those of the part before are written."""
    ahead: deque[Future[pa.Table]] = deque()
    with ThreadPoolExecutor(1) as pool:
        for statement in statements(work):
            ahead.append(pool.submit(_rows_of, connection, statement))
            if len(ahead) > 1:
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()


def _rows_of(connection: duckdb.DuckDBPyConnection, statement: str) -> pa.Table:
    return connection.sql(statement).to_arrow_table()


def _expect_closed(work: Work, row: RunRow, written: Written) -> None:
    if written.lines + written.left_out != row.decided:
        raise not_closed(work.name, row.decided, written.lines, written.left_out)


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
