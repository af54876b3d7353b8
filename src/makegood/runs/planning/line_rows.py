"""Rows of files that stand in the order of lines, read beside each other part by part."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

_ROWS_AT_ONCE = 122_880
_NUMBERS = {"amount": pa.int64(), "quantity": pa.int64(), "attempt": pa.int16()}


class LineRows:
    """Rows of files that stand in order of lines, given out up to a line at a time.

    ``line_id`` must be among the columns, which are columns of items or of what is left out.
    """

    def __init__(self, files: list[str], columns: list[str]) -> None:
        self._batches = self._read(files, columns)
        self._schema = pa.schema(
            [pa.field(name, _NUMBERS.get(name, pa.string())) for name in columns]
        )
        self._rest: pa.Table = self._schema.empty_table()

    @staticmethod
    def _read(files: list[str], columns: list[str]) -> Iterator[pa.RecordBatch]:
        for file in files:
            with pq.ParquetFile(file) as opened:
                yield from opened.iter_batches(_ROWS_AT_ONCE, columns=columns)

    def until(self, line: str) -> pa.Table:
        """The rows of lines up to this one, in order, that were not given out yet."""
        found = []
        while True:
            if self._rest.num_rows == 0:
                batch = next(self._batches, None)
                if batch is None:
                    break
                self._rest = pa.Table.from_batches([batch]).cast(self._schema)
                continue
            inside = pc.less_equal(self._rest.column("line_id"), line)
            count = int(pc.sum(inside).as_py() or 0)
            found.append(self._rest.slice(0, count))
            self._rest = self._rest.slice(count)
            if self._rest.num_rows:
                break
        return pa.concat_tables(found) if found else self._schema.empty_table()

    def more(self) -> bool:
        """Whether rows are left."""
        return self._rest.num_rows > 0 or next(self._batches, None) is not None
