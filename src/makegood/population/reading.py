"""Reads single lines of a snapshot, in the values that the engines reckon with."""

from __future__ import annotations

import random
from bisect import bisect_left
from collections.abc import Iterator
from itertools import accumulate

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from makegood.population.layout import LINE_ID
from makegood.population.snapshot import Snapshot

Values = dict[str, int | str | bool | None]
"""A line's facts: dates as day numbers, money in minor units, an empty cell as None."""


def read_line(snapshot: Snapshot, line_id: str) -> Values | None:
    """One line's facts; None where the snapshot does not hold the line. Opens one part."""
    key = line_id.encode()
    at = bisect_left([part.last_line.encode() for part in snapshot.parts], key)
    if at == len(snapshot.parts) or key < snapshot.parts[at].first_line.encode():
        return None
    path = snapshot.folder / snapshot.parts[at].file
    found = pq.read_table(path, filters=[(LINE_ID, "=", line_id)], partitioning=None)
    return next((values for _, values in _lines(found)), None)


def sample_lines(snapshot: Snapshot, count: int, seed: int) -> Iterator[tuple[str, Values]]:
    """``count`` lines (or all, where there are fewer), chosen by the seed, in order of line."""
    chance = random.Random(seed)  # noqa: S311 - a sample, not a secret
    wanted = sorted(chance.sample(range(snapshot.rows), min(count, snapshot.rows)))
    ends = list(accumulate(part.rows for part in snapshot.parts))
    start = 0
    for path, end in zip(snapshot.part_paths(), ends, strict=True):
        here = [position - start for position in wanted if start <= position < end]
        yield from _lines_at(pq.ParquetFile(path), here) if here else ()
        start = end


def _lines_at(file: pq.ParquetFile, positions: list[int]) -> Iterator[tuple[str, Values]]:
    start = 0
    for group in range(file.num_row_groups):
        rows = file.metadata.row_group(group).num_rows
        here = [position - start for position in positions if start <= position < start + rows]
        if here:
            yield from _lines(file.read_row_group(group).take(pa.array(here)))
        start += rows


def _lines(table: pa.Table) -> Iterator[tuple[str, Values]]:
    for name, column in zip(table.column_names, table.columns, strict=True):
        if pa.types.is_date32(column.type):
            at = table.column_names.index(name)
            table = table.set_column(at, name, pc.cast(column, pa.int32()))
    for row in table.to_pylist():
        yield row.pop(LINE_ID), row
