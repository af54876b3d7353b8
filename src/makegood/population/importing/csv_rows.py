"""Reads a CSV file in blocks of whole lines, in bounded memory."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pyarrow as pa

from makegood.population.importing.csv_blocks import Block, BlockParser, broken, values_of
from makegood.population.importing.mapping import Source

BLOCK_BYTES = 8 << 20
_AHEAD = 3
_LINE_ENDS = "export it with line ends LF or CRLF, and with short names in its header"


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
            raise broken(f"its header is not {source.encoding}", "mend 'encoding'") from error
        if "\r" in text:
            raise broken("a carriage return stands inside its header", _LINE_ENDS)
        try:
            names = next(iter(values_of(source, text)), [])
        except csv.Error as error:
            raise broken(f"its header is no line of CSV: {error}", _LINE_ENDS) from error
        self.columns = [name.strip() if source.trim else name for name in names]

    def batches(self, used: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """Every row, once; blocks are parsed ahead in threads, handed on in order."""
        at = [self.columns.index(name) for name in used]
        parser = BlockParser(self._source, len(self.columns), at)
        waiting: deque[tuple[int, Future[Block]]] = deque()
        with ThreadPoolExecutor(2) as pool:
            for block in self._blocks():
                waiting.append((len(block), pool.submit(parser.parsed, block)))
                if len(waiting) > _AHEAD:
                    yield from self._handed_on(*waiting.popleft())
            while waiting:
                yield from self._handed_on(*waiting.popleft())

    def _handed_on(self, size: int, parsed: Future[Block]) -> Iterator[pa.RecordBatch]:
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
                    raise broken(message, "is it really a CSV file with line ends?")
            if rest:
                yield rest
