"""Reads Parquet. Every value goes on as its text, so that one mapping language does for both."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from makegood.kernel import Finding, MakegoodError
from makegood.population.importing.rows import raw_schema

BATCH_ROWS = 65_536

_PLAIN = (
    pa.types.is_string,
    pa.types.is_large_string,
    pa.types.is_integer,
    pa.types.is_floating,
    pa.types.is_boolean,
    pa.types.is_decimal,
    pa.types.is_date,
    pa.types.is_null,
)


class ParquetRows:
    """A Parquet file; a date is 2025-09-01, a time 2025-09-01 08:30:00, a boolean true or false."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.done = self.rows = 0
        try:
            with pq.ParquetFile(path) as file:
                self.size = file.metadata.num_rows
                schema = file.schema_arrow
        except (OSError, pa.ArrowException) as error:
            raise _broken(error) from error
        self.columns = list(schema.names)
        self._unreadable = {f.name: str(f.type) for f in schema if not _fits(f.type)}

    def batches(self, used: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """Every row, once. MG413 where a column's type has no plain text, or the file is broken."""
        odd = [name for name in dict.fromkeys(used) if name in self._unreadable]
        if odd:
            hint = "export it as text, a number, a date, or a time without a zone"
            kinds = ", ".join(f"'{name}' is {self._unreadable[name]}" for name in odd)
            raise MakegoodError(Finding("MG413", f"no text for a column's type: {kinds}", hint))
        try:
            with pq.ParquetFile(self._path, pre_buffer=False) as file:
                yield from self._texts(file, used)
        except (OSError, pa.ArrowException) as error:
            raise _broken(error) from error

    def _texts(self, file: pq.ParquetFile, used: Sequence[str]) -> Iterator[pa.RecordBatch]:
        for batch in file.iter_batches(BATCH_ROWS, columns=list(dict.fromkeys(used))):
            numbers = np.arange(self.rows + 1, self.rows + batch.num_rows + 1, dtype=np.int64)
            texts = [_text(batch.column(name)) for name in used]
            fine = pa.array(np.zeros(batch.num_rows, np.int32))
            arrays = [pa.array(numbers), fine, *texts]
            yield pa.RecordBatch.from_arrays(arrays, schema=raw_schema(len(used)))
            self.rows += batch.num_rows
            self.done = self.rows


def _fits(kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        return _fits(kind.value_type)
    if pa.types.is_timestamp(kind):
        return kind.tz is None
    return any(is_kind(kind) for is_kind in _PLAIN)


def _text(column: pa.Array) -> pa.Array:
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if pa.types.is_timestamp(column.type):
        column = pc.cast(column, pa.timestamp("s"), safe=False)
    return pc.cast(column, pa.string())


def _broken(error: Exception) -> MakegoodError:
    reason = (str(error).splitlines() or [""])[0][:200]
    hint = "is it a Parquet file, and whole? copy or export it again"
    return MakegoodError(Finding("MG413", f"the source cannot be read: {reason}", hint))
