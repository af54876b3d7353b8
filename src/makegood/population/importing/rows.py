"""What a reader of a source hands on: raw texts with the number of their row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

import pyarrow as pa

ROW = "row_number"
PROBLEM = "problem"


def column_name(position: int) -> str:
    """The name under which a source's column goes through the engine: never the user's own."""
    return f"c{position}"


def raw_schema(columns: int) -> pa.Schema:
    """A row's number in the source (from 1), the reader's own problem with it, and its texts."""
    fields = [pa.field(ROW, pa.int64()), pa.field(PROBLEM, pa.int32())]
    fields += [pa.field(column_name(i), pa.string()) for i in range(columns)]
    return pa.schema(fields)


class RowReader(Protocol):
    """Streams a source in bounded memory."""

    @property
    def columns(self) -> Sequence[str]:
        """The names of all the source's columns."""
        ...

    @property
    def size(self) -> int:
        """How much there is to read, in the unit of ``done``."""
        ...

    @property
    def done(self) -> int:
        """How much has been read."""
        ...

    @property
    def rows(self) -> int:
        """The rows handed on so far, bad ones included."""
        ...

    def batches(self, used: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """Every row, once, as ``raw_schema(len(used))`` has it; MakegoodError (MG411, MG413)."""
        ...
