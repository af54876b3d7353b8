"""The facts of a population as each peer takes them; reading them is not part of what is timed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

# Facts that nobody may know. The peers have no third truth value: lines without one of these are
# left out of their work, and counted.
UNKNOWABLE = (
    "holder_age",
    "contract_action",
    "contracted_on",
    "subsidy_won",
    "monthly_discount_won",
)


def first_lines(parts: list[Path], lines: int) -> pa.Table:
    """The first lines of a population, in order."""
    return ds.dataset([str(part) for part in parts]).head(lines).combine_chunks()


def complete_lines(table: pa.Table) -> pa.Table:
    """The lines of which everything is known that can be."""
    known = pc.is_valid(table.column(UNKNOWABLE[0]))
    for name in UNKNOWABLE[1:]:
        known = pc.and_(known, pc.is_valid(table.column(name)))
    return table.filter(known).combine_chunks()


def rows_of(table: pa.Table, days: Iterable[str]) -> Iterator[dict[str, object]]:
    """One dictionary per line. ``days`` names the facts that are dates: they become ISO texts."""
    plain = table
    for name in days:
        index = plain.column_names.index(name)
        plain = plain.set_column(index, name, pc.strftime(plain.column(name), format="%Y-%m-%d"))
    yield from plain.to_pylist()
