"""The facts of a snapshot's lines as the engines see them, with membership of every joined base."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from makegood.decisions.bases import BASE_PREFIX
from makegood.decisions.duckdb_engine import LINES_VIEW, base_views, connected, cores, look_at
from makegood.decisions.job import Job, parquet_relation, source_sql
from makegood.population import LINE_ID, Part, Snapshot
from makegood.rules import DUCKDB, sql_text

BATCH_ROWS = 122_880


def facts_of_part(job: Job, part: Part) -> Iterator[pa.RecordBatch]:
    """The lines of a part: ``line_id``, its facts, ``base.<name>`` of joined bases.

    In the part's order where no base is joined. Raises MakegoodError MG618 where a file can no
    longer be read.
    """
    with connected(cores()) as connection:
        look_at(connection, job, part)
        yield from _batches(connection, _facts(job))


def changed_facts(job: Job, former: Snapshot, limit: int) -> tuple[pa.Table, pa.Table] | None:
    """What a population changed against a former one: lines as they are now, and lines gone.

    Both snapshots have the same facts. The first table is as ``facts_of_part`` gives it, the second
    holds line ids. None as soon as more than ``limit`` lines differ.
    """
    parts, changed, gone, count = job.snapshot.parts, [], [], 0
    same = {part.content_sha256 for part in former.parts}
    with connected(cores()) as connection:
        for index, part in enumerate(parts):
            first = part.first_line if index else ""
            behind = parts[index + 1].first_line if index + 1 < len(parts) else None
            own = _between(former, first, behind)
            if part.content_sha256 in same and [p.content_sha256 for p in own] == [
                part.content_sha256
            ]:
                continue
            look_at(connection, job, part)
            before = _former(former, own, first, behind)
            lines = _batches(connection, _differing(job, before))
            changed += list(lines)
            left = f"SELECT {LINE_ID} FROM {before} AS b ANTI JOIN {LINES_VIEW} AS n"
            gone += list(_batches(connection, f"{left} USING ({LINE_ID})"))
            count = sum(batch.num_rows for batch in (*changed, *gone))
            if count > limit:
                return None
    return _table(changed), _table(gone)


def _facts(job: Job) -> str:
    names = [LINE_ID, *job.snapshot.columns]
    names += [f"{BASE_PREFIX}{source.base.name}" for source in job.joined()]
    views = {name: f'"{view}"' for name, view in base_views(job).items()}
    chosen = ", ".join(f'"{name}"' for name in names)
    return f"SELECT {chosen} FROM {source_sql(job, LINES_VIEW, views, DUCKDB)}"


def _differing(job: Job, before: str) -> str:
    differs = " OR ".join(
        f'n."{name}" IS DISTINCT FROM b."{name}"' for name in job.snapshot.columns
    )
    changed = (
        f"SELECT n.{LINE_ID} FROM {LINES_VIEW} AS n LEFT JOIN {before} AS b USING ({LINE_ID}) "
        f"WHERE b.{LINE_ID} IS NULL OR {differs or 'FALSE'}"
    )
    return f"{_facts(job)} WHERE {LINE_ID} IN ({changed})"


def _between(former: Snapshot, first: str, behind: str | None) -> list[Part]:
    """The parts of a snapshot with lines from ``first`` on and before ``behind``."""
    return [
        part
        for part in former.parts
        if part.last_line >= first and (behind is None or part.first_line < behind)
    ]


def _former(former: Snapshot, parts: Sequence[Part], first: str, behind: str | None) -> str:
    paths: list[Path] = [former.folder / part.file for part in parts] or former.part_paths()[:1]
    ends = f" AND {LINE_ID} < {sql_text(behind)}" if behind is not None else ""
    relation = parquet_relation(paths)
    return f"(SELECT * FROM {relation} WHERE {LINE_ID} >= {sql_text(first)}{ends})"


def _batches(connection: duckdb.DuckDBPyConnection, query: str) -> Iterator[pa.RecordBatch]:
    found: Any = connection.sql(query)
    yield from found.to_arrow_reader(BATCH_ROWS)


def _table(batches: list[pa.RecordBatch]) -> pa.Table:
    full = [batch for batch in batches if batch.num_rows]
    return pa.Table.from_batches(full) if full else pa.table({LINE_ID: pa.array([], pa.string())})
