"""Parses a block of CSV. A line is a row, whatever its quotes say.

A stray quote may swallow lines until the next one. So each block ends in a line of our own, and a
block that is not one record of every column for each of its lines is taken apart line by line:
only the broken ones are rejected, and their neighbours are not lost.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.csv as pc

from makegood.kernel import Finding, MakegoodError
from makegood.population.importing.decoding import decoded
from makegood.population.importing.mapping import Source
from makegood.population.importing.reasons import Reason
from makegood.population.importing.rows import raw_schema

_SENTINEL = "\x00"
_LINE_FEED, _RETURN = 10, 13

Block = tuple[int, list[pa.RecordBatch]]
"""The number of rows of a block, and the rows, numbered from 1."""


class BlockParser:
    """Parses blocks of a source with ``columns`` columns; gives those at the positions ``at``."""

    def __init__(self, source: Source, columns: int, at: list[int]) -> None:
        self._source, self._columns, self._at = source, columns, at

    def parsed(self, block: bytes) -> Block:
        """The rows of a block of whole lines."""
        lines = _filled_lines(block)
        alone = block.count(b"\r") != block.count(b"\r\n")
        good = None if alone else self._records(block, lines)
        if good is None:
            return lines, self._line_by_line(block)
        return lines, [*_batches(good, {}, self._source.encoding)]

    def _records(self, block: bytes, lines: int) -> pa.Table | None:
        """The values of a block; None unless every line is a record with every column."""
        last = self._source.delimiter.join("0" * max(1, self._columns))
        whole = block.rstrip(b"\r\n") + b"\n" + last.encode() + b"\n"
        names = [str(position) for position in range(self._columns)]
        unique = [names[position] for position in dict.fromkeys(self._at)]
        try:
            table = pc.read_csv(
                pa.py_buffer(whole),
                read_options=pc.ReadOptions(
                    column_names=names, use_threads=False, block_size=len(whole) + 1
                ),
                parse_options=pc.ParseOptions(
                    delimiter=self._source.delimiter,
                    quote_char=False if self._source.quote == "none" else self._source.quote,
                    newlines_in_values=True,
                ),
                convert_options=pc.ConvertOptions(
                    include_columns=unique,
                    column_types=dict.fromkeys(unique, pa.binary()),
                    strings_can_be_null=False,
                    null_values=[],
                ),
            )
        except pa.ArrowInvalid:
            return None
        if table.num_rows != lines + 1:
            return None
        return table.select([names[position] for position in self._at]).slice(0, lines)

    def _line_by_line(self, block: bytes) -> list[pa.RecordBatch]:
        """The rows of a block with broken lines: each line parsed alone."""
        bad: dict[int, Reason] = {}
        sound: list[bytes] = []
        filled = (line.removesuffix(b"\r") for line in block.split(b"\n"))
        for number, line in enumerate((line for line in filled if line), 1):
            reason = self._fault(line)
            if reason is None:
                sound.append(line)
            else:
                bad[number] = reason
        good = self._records(b"\n".join(sound), len(sound))
        if good is None:
            raise broken("its quotes cannot be told apart", "export it again, or as Parquet")
        return [*_batches(good, bad, self._source.encoding), *_rejected(bad, len(self._at))]

    def _fault(self, line: bytes) -> Reason | None:
        """What is wrong with a line; one without quotes needs no more than counting."""
        if b'"' not in line and b"\r" not in line:
            found = line.count(self._source.delimiter.encode()) + 1
            return None if found == self._columns else Reason.COLUMNS
        try:
            record, *after = values_of(self._source, line.decode("latin-1"), _SENTINEL)
        except csv.Error:
            return Reason.QUOTES
        if after != [[_SENTINEL]]:
            return Reason.QUOTES
        return None if len(record) == self._columns else Reason.COLUMNS


def values_of(source: Source, *lines: str) -> list[list[str]]:
    """The values of lines, read one by one. csv.Error where they cannot be."""
    if source.quote == "none":
        return list(csv.reader(lines, delimiter=source.delimiter, quoting=csv.QUOTE_NONE))
    return list(csv.reader(lines, delimiter=source.delimiter))


def broken(what: str, hint: str) -> MakegoodError:
    """A source that cannot be read at all."""
    return MakegoodError(Finding("MG413", f"the source cannot be read: {what}", hint))


def _filled_lines(block: bytes) -> int:
    """The number of lines of a block that are not blank."""
    raw = np.frombuffer(block, np.uint8)
    ends = np.flatnonzero(raw == _LINE_FEED)
    starts = np.concatenate(([0], ends + 1))
    ends = np.concatenate((ends, [len(raw)]))
    length = ends - starts
    only_return = (length == 1) & (raw[np.minimum(starts, len(raw) - 1)] == _RETURN)
    return int(np.count_nonzero((length > 0) & ~only_return))


def _batches(good: pa.Table, bad: dict[int, Reason], encoding: str) -> Iterator[pa.RecordBatch]:
    """The good rows with their numbers: those that no bad row has."""
    numbers = np.arange(1, good.num_rows + len(bad) + 1, dtype=np.int64)
    numbers = np.delete(numbers, np.array(sorted(bad), np.int64) - 1)
    texts, garbled = decoded([column.combine_chunks() for column in good.columns], encoding)
    problems = np.where(garbled, Reason.ENCODING, 0).astype(np.int32)
    arrays = [pa.array(numbers), pa.array(problems), *texts]
    yield pa.RecordBatch.from_arrays(arrays, schema=raw_schema(len(texts)))


def _rejected(bad: dict[int, Reason], columns: int) -> Iterator[pa.RecordBatch]:
    if bad:
        numbers, reasons = pa.array(sorted(bad), pa.int64()), [bad[n] for n in sorted(bad)]
        empty = [pa.nulls(len(bad), pa.string())] * columns
        arrays = [numbers, pa.array(reasons, pa.int32()), *empty]
        yield pa.RecordBatch.from_arrays(arrays, schema=raw_schema(columns))
