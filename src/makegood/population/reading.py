"""Reads single lines of a snapshot, in the values that the engines reckon with."""

from __future__ import annotations

import random
from bisect import bisect_left
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from makegood.kernel import Finding, MakegoodError
from makegood.population.layout import LINE_ID
from makegood.population.snapshot import Snapshot

Values = dict[str, int | str | bool | None]
"""A line's facts: dates as day numbers, money in minor units, an empty cell as None."""


def read_line(snapshot: Snapshot, line_id: str) -> Values | None:
    """One line's facts; None where the snapshot does not hold the line. Opens one part.

    MakegoodError (MG505) where the part can no longer be read.
    """
    key = line_id.encode()
    at = bisect_left([part.last_line.encode() for part in snapshot.parts], key)
    if at == len(snapshot.parts) or key < snapshot.parts[at].first_line.encode():
        return None
    path = snapshot.folder / snapshot.parts[at].file
    with _readable(path):
        found = pq.read_table(path, filters=[(LINE_ID, "=", line_id)], partitioning=None)
    return next((values for _, values in _lines(found)), None)


def sample_lines(snapshot: Snapshot, count: int, seed: int) -> Iterator[tuple[str, Values]]:
    """``count`` lines (or all, where there are fewer), chosen by the seed, in order of line."""
    chance = random.Random(seed)  # noqa: S311 - a sample, not a secret
    wanted = chance.sample(range(snapshot.rows), min(count, snapshot.rows))
    wanted.sort()
    start = 0
    for part, path in zip(snapshot.parts, snapshot.part_paths(), strict=True):
        end = start + part.rows
        here = [p - start for p in wanted[bisect_left(wanted, start) : bisect_left(wanted, end)]]
        if here:
            yield from _lines_at(path, here)
        start = end


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, pa.ArrowException) as error:
        message = f"{path.parent.name}/{path.name} can no longer be read"
        hint = "restore the file from a copy, or make the snapshot again"
        raise MakegoodError(Finding("MG505", message, hint)) from error


def _lines_at(path: Path, positions: list[int]) -> Iterator[tuple[str, Values]]:
    start = 0
    with _readable(path):
        file = pq.ParquetFile(path)
    for group in range(file.num_row_groups):
        end = start + file.metadata.row_group(group).num_rows
        first, last = bisect_left(positions, start), bisect_left(positions, end)
        if first < last:
            here = [position - start for position in positions[first:last]]
            with _readable(path):
                found = file.read_row_group(group).take(pa.array(here))
            yield from _lines(found)
        start = end


def _lines(table: pa.Table) -> Iterator[tuple[str, Values]]:
    for name, column in zip(table.column_names, table.columns, strict=True):
        if pa.types.is_date32(column.type):
            at = table.column_names.index(name)
            table = table.set_column(at, name, pc.cast(column, pa.int32()))
    for row in table.to_pylist():
        yield row.pop(LINE_ID), row
