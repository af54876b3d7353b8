"""Reads CSV. A line of the file is a row, whatever its quotes say.

A stray quote may swallow lines until the next one. So each block ends in a line of our own, and a
block whose records are not as many as its lines is taken apart line by line: only the broken ones
are rejected, and their neighbours are not lost.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pc

from makegood.kernel import Finding, MakegoodError
from makegood.population.importing.decoding import decoded
from makegood.population.importing.mapping import Source
from makegood.population.importing.reasons import Reason
from makegood.population.importing.rows import raw_schema

BLOCK_BYTES = 8 << 20
_AHEAD = 3


class CsvRows:
    """A CSV file with a header. Blank lines are no rows; a value holds no line break."""

    def __init__(self, path: Path, source: Source, block_bytes: int = BLOCK_BYTES) -> None:
        self._path, self._source, self._block_bytes = path, source, block_bytes
        self.size, self.done, self.rows = path.stat().st_size, 0, 0
        with path.open("rb") as file:
            header = file.readline(block_bytes).removeprefix(b"\xef\xbb\xbf").rstrip(b"\r\n")
        try:
            text = header.decode(source.encoding)
        except UnicodeDecodeError as error:
            raise _broken(f"its header is not {source.encoding}", "mend 'encoding'") from error
        names = next(csv.reader([text], **self._dialect()), [])
        self.columns = [name.strip() if source.trim else name for name in names]

    def batches(self, used: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """Every row, once; blocks are parsed ahead in threads, handed on in order."""
        at = [self.columns.index(name) for name in used]
        waiting: deque[tuple[int, Future[tuple[int, list[pa.RecordBatch]]]]] = deque()
        with ThreadPoolExecutor(2) as pool:
            for block in self._blocks():
                waiting.append((len(block), pool.submit(self._parsed, block, at)))
                if len(waiting) > _AHEAD:
                    yield from self._handed_on(*waiting.popleft())
            while waiting:
                yield from self._handed_on(*waiting.popleft())

    def _handed_on(
        self, size: int, parsed: Future[tuple[int, list[pa.RecordBatch]]]
    ) -> Iterator[pa.RecordBatch]:
        rows, batches = parsed.result()
        for batch in batches:
            numbers = pa.array(batch.column(0).to_numpy() + self.rows)
            yield batch.set_column(0, batch.schema.field(0), numbers)
        self.rows += rows
        self.done += size

    def _blocks(self) -> Iterator[bytes]:
        """The file without its header, in whole lines."""
        with self._path.open("rb") as file:
            self.done = len(file.readline(self._block_bytes))
            rest = b""
            while read := file.read(self._block_bytes):
                end = read.rfind(b"\n") + 1
                if end:
                    yield rest + read[:end]
                    rest = read[end:]
                else:
                    rest += read
                if len(rest) > self._block_bytes:
                    message = f"a line is longer than {self._block_bytes:,} bytes"
                    raise _broken(message, "is it really a CSV file with line ends?")
            if rest:
                yield rest

    def _parsed(self, block: bytes, at: list[int]) -> tuple[int, list[pa.RecordBatch]]:
        """The number of rows of a block, and the rows, numbered from 1."""
        lines = _filled_lines(block)
        good, bad, complete = self._records(block, lines, at)
        if not complete or block.count(b"\r") != block.count(b"\r\n"):
            return lines, self._line_by_line(block, at)
        return lines, [*_batches(good, bad, self._source.encoding), *_rejected(bad, len(at))]

    def _records(
        self, block: bytes, lines: int, at: list[int]
    ) -> tuple[pa.Table, dict[int, Reason], bool]:
        """What the parser makes of a block: good rows' values, the numbers of bad ones, and
        whether it found as many records as there are lines.
        """
        bad: dict[int, Reason] = {}

        def reject(row: pc.InvalidRow) -> str:
            bad[row.number] = Reason.COLUMNS
            return "skip"

        last = self._source.delimiter.join("0" * max(1, len(self.columns)))
        whole = block.rstrip(b"\r\n") + b"\n" + last.encode() + b"\n"
        names = [str(position) for position in range(len(self.columns))]
        unique = [names[position] for position in dict.fromkeys(at)]
        table = pc.read_csv(
            pa.py_buffer(whole),
            read_options=pc.ReadOptions(
                column_names=names, use_threads=False, block_size=len(whole) + 1
            ),
            parse_options=pc.ParseOptions(
                delimiter=self._source.delimiter,
                quote_char=False if self._source.quote == "none" else self._source.quote,
                newlines_in_values=True,
                invalid_row_handler=reject,
            ),
            convert_options=pc.ConvertOptions(
                include_columns=unique,
                column_types=dict.fromkeys(unique, pa.binary()),
                strings_can_be_null=False,
                null_values=[],
            ),
        )
        complete = table.num_rows + len(bad) == lines + 1
        values = table.select([names[position] for position in at])
        return values.slice(0, max(0, table.num_rows - 1)), bad, complete

    def _line_by_line(self, block: bytes, at: list[int]) -> list[pa.RecordBatch]:
        """The rows of a block with broken quotes: each line parsed alone."""
        bad: dict[int, Reason] = {}
        sound: list[bytes] = []
        filled = (line.rstrip(b"\r") for line in block.split(b"\n"))
        for number, line in enumerate((line for line in filled if line), 1):
            reason = self._fault(line.decode("latin-1"))
            if reason is None:
                sound.append(line)
            else:
                bad[number] = reason
        good, again, complete = self._records(b"\n".join(sound), len(sound), at)
        if again or not complete:
            raise _broken("its quotes cannot be told apart", "export it again, or as Parquet")
        return [*_batches(good, bad, self._source.encoding), *_rejected(bad, len(at))]

    def _fault(self, line: str) -> Reason | None:
        try:
            records = list(csv.reader([line, "\x00"], **self._dialect()))
        except csv.Error:
            return Reason.QUOTES
        if len(records) != 2:
            return Reason.QUOTES
        return None if len(records[0]) == len(self.columns) else Reason.COLUMNS

    def _dialect(self) -> dict[str, object]:
        quoted = self._source.quote != "none"
        return {
            "delimiter": self._source.delimiter,
            "quotechar": '"' if quoted else None,
            "quoting": csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE,
        }


def _filled_lines(block: bytes) -> int:
    """The number of lines of a block that are not blank."""
    raw = np.frombuffer(block, np.uint8)
    ends = np.flatnonzero(raw == 10)
    starts = np.concatenate(([0], ends + 1))
    ends = np.concatenate((ends, [len(raw)]))
    length = ends - starts
    only_return = (length == 1) & (raw[np.minimum(starts, len(raw) - 1)] == 13)
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


def _broken(what: str, hint: str) -> MakegoodError:
    return MakegoodError(Finding("MG413", f"the source cannot be read: {what}", hint))
