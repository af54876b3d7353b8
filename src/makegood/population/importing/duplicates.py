"""Finds rows of the same line among rows in order of their lines.

Rows that say the same are one row written twice: the first is kept. Rows that contradict each other
are all rejected: to keep one of them would let the order of a file decide what somebody is due.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from makegood.kernel import Finding, MakegoodError
from makegood.population.importing.reasons import Reason
from makegood.population.importing.rows import PROBLEM, ROW
from makegood.population.layout import LINE_ID

OTHER = "other_row"
REJECT_SCHEMA = pa.schema(
    [(ROW, pa.int64()), (LINE_ID, pa.string()), (PROBLEM, pa.int32()), (OTHER, pa.int64())]
)
SAME_LINE_ROWS_MAX = 1_000_000

Mask = npt.NDArray[np.bool_]


class Duplicates:
    """Takes tables in order of line and row; gives those rows back whose line stands alone."""

    def __init__(self) -> None:
        self._open: pa.Table | None = None

    def feed(self, table: pa.Table) -> tuple[pa.Table, pa.Table]:
        """Unique rows, and rejects: of what was held back and of this, but for the last line."""
        if self._open is not None:
            table = pa.concat_tables([self._open, table])
        same = _same_as_before(table)
        starts = np.flatnonzero(~same)
        if len(starts) == 0:
            return table, REJECT_SCHEMA.empty_table()
        self._open = table.slice(starts[-1]).combine_chunks()
        if self._open.num_rows > SAME_LINE_ROWS_MAX:
            message = f"a line stands in more than {SAME_LINE_ROWS_MAX:,} rows"
            raise MakegoodError(Finding("MG417", message, "is 'line_id' the right column?"))
        return _parted(table.slice(0, starts[-1]), same[: starts[-1]])

    def close(self) -> tuple[pa.Table, pa.Table] | None:
        """The rows of the last line."""
        return None if self._open is None else _parted(self._open, _same_as_before(self._open))


def _same_as_before(table: pa.Table) -> Mask:
    same = np.zeros(table.num_rows, np.bool_)
    if table.num_rows > 1:
        ids = table.column(LINE_ID).combine_chunks()
        same[1:] = pc.equal(ids.slice(1), ids.slice(0, len(ids) - 1)).to_numpy(zero_copy_only=False)
    return same


def _parted(table: pa.Table, same: Mask) -> tuple[pa.Table, pa.Table]:
    if not same.any():
        return table, REJECT_SCHEMA.empty_table()
    group = np.cumsum(~same) - 1
    firsts = np.flatnonzero(~same)
    again = np.flatnonzero(same)
    contradicted = np.zeros(len(firsts), np.bool_)
    contradicted[group[again[~_says_the_same(table, again)]]] = True
    bad = same | contradicted[group]
    rows = table.column(ROW).to_numpy()
    seconds = np.minimum(firsts + 1, len(rows) - 1)
    other = np.where(same, rows[firsts][group], rows[seconds][group])
    reasons = np.where(contradicted[group], int(Reason.CONTRADICTED), int(Reason.REPEATED))
    rejects = {
        ROW: rows[bad],
        LINE_ID: table.column(LINE_ID).filter(pa.array(bad)),
        PROBLEM: reasons[bad].astype(np.int32),
        OTHER: other[bad],
    }
    return table.filter(pa.array(~bad)), pa.table(rejects, schema=REJECT_SCHEMA)


def _says_the_same(table: pa.Table, again: npt.NDArray[Any]) -> Mask:
    """Of each row named, whether it has the facts of the row before it."""
    here, before = table.take(again), table.take(again - 1)
    equal = np.ones(len(again), np.bool_)
    for name in table.column_names:
        if name not in (ROW, LINE_ID, PROBLEM):
            left, right = here.column(name), before.column(name)
            both_empty = pc.and_(pc.is_null(left), pc.is_null(right))
            alike = pc.or_kleene(both_empty, pc.equal(left, right))
            equal &= pc.equal(alike.cast(pa.int8()).fill_null(0), 1).to_numpy()
    return equal
