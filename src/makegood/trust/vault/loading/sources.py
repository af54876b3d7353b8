"""The rows of a file, as tuples of text in the order of the fields, whatever wrote the file."""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import file_digest
from itertools import islice
from operator import itemgetter
from pathlib import Path
from typing import IO, Any, Protocol

from makegood.trust.vault.loading.mapping import Mapping
from makegood.trust.vault.problems import wrong_file

Texts = tuple[str, ...]
_GZIP = b"\x1f\x8b"
_PARQUET = b"PAR1"


class Source(Protocol):
    """A file of contacts that can be read from any row on."""

    def rows(self, skip: int, batch_rows: int) -> Iterator[list[Texts | None]]:
        """Batches of rows behind the first ``skip``; None for one that has not all columns.

        Raises MakegoodError MG730 where the file is broken, MG731 where columns are missing.
        """
        ...

    def rows_total(self) -> int | None:
        """How many rows there are, where that is known without reading them."""
        ...


def source_of(file: Path, mapping: Mapping) -> Source:
    """The reader for a file, told by how it begins. Raises MakegoodError MG730 for an empty one."""
    with file.open("rb") as opened:
        start = opened.read(4)
    if not start:
        raise wrong_file(file.name, "it is empty", "name a CSV or Parquet file with a header")
    return _Parquet(file, mapping) if start == _PARQUET else _Csv(file, mapping)


def fingerprint(file: Path, mapping: Mapping, *, replace_accounts: bool = False) -> bytes:
    """What this file loaded in this way is known by: 32 bytes."""
    with file.open("rb") as opened:
        digest = file_digest(opened, "sha256")
    digest.update(mapping.identity())
    if replace_accounts:
        # What was rejected without it is taken when the file is loaded again with it.
        digest.update(b"\0replace accounts")
    return digest.digest()


class _Csv:
    """Comma-separated text, perhaps gzipped. Bytes outside of the encoding make a row rejected."""

    def __init__(self, file: Path, mapping: Mapping) -> None:
        self._file, self._mapping = file, mapping

    def rows_total(self) -> int | None:
        return None

    def rows(self, skip: int, batch_rows: int) -> Iterator[list[Texts | None]]:
        read = 0
        try:
            with self._opened() as text:
                reader = csv.reader(text, delimiter=self._mapping.delimiter)
                headers = [header.strip() for header in next(reader, [])]
                places = self._mapping.places(headers, self._file.name)
                # A column that is not there is read as the empty text behind each row.
                width = len(headers)
                pick = itemgetter(*(width if place is None else place for place in places))
                filled = (row for row in reader if row)
                read = sum(1 for _ in islice(filled, skip))
                while batch := list(islice(filled, batch_rows)):
                    yield [pick([*row, ""]) if len(row) == width else None for row in batch]
                    read += len(batch)
        except (csv.Error, EOFError, zlib.error, gzip.BadGzipFile, UnicodeError) as error:
            why = f"it cannot be read after row {read:,} ({type(error).__name__})"
            hint = "see that the file is whole, and which encoding and delimiter it has"
            raise wrong_file(self._file.name, why, hint) from None

    @contextmanager
    def _opened(self) -> Iterator[IO[str]]:
        with self._file.open("rb") as raw:
            packed = raw.peek(2).startswith(_GZIP)
            # What is unpacked stays in memory: no copy in the clear is ever written.
            with gzip.GzipFile(fileobj=raw) if packed else raw as stream:
                yield io.TextIOWrapper(
                    stream,
                    encoding=self._mapping.encoding,
                    errors="surrogateescape",
                    newline="",
                )


class _Parquet:
    """Columns of any simple type; a day becomes its ISO text, what is missing the empty text."""

    def __init__(self, file: Path, mapping: Mapping) -> None:
        self._file, self._mapping = file, mapping

    def rows_total(self) -> int | None:
        with self._read() as parquet:
            return int(parquet.metadata.num_rows)

    def rows(self, skip: int, batch_rows: int) -> Iterator[list[Texts | None]]:
        with self._read() as parquet:
            headers = list(parquet.schema_arrow.names)
            places = self._mapping.places(headers, self._file.name)
            wanted = [headers[place] for place in places if place is not None]
            for batch in parquet.iter_batches(batch_rows, columns=wanted):
                left = batch.slice(min(skip, batch.num_rows))
                skip -= batch.num_rows - left.num_rows
                columns = [
                    [""] * left.num_rows if place is None else _texts(left.column(headers[place]))
                    for place in places
                ]
                if left.num_rows:
                    yield list(zip(*columns, strict=True))

    @contextmanager
    def _read(self) -> Iterator[Any]:
        import pyarrow as pa
        import pyarrow.parquet

        try:
            with pa.parquet.ParquetFile(self._file) as parquet:
                yield parquet
        except pa.ArrowException as error:
            # What Arrow says may repeat a value.
            why = f"it cannot be read as Parquet ({type(error).__name__})"
            hint = "see that the file is whole and its columns are texts or days"
            raise wrong_file(self._file.name, why, hint) from None


def _texts(column: Any) -> list[str]:  # noqa: ANN401 - pyarrow shows no types
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_timestamp(column.type):
        column = pc.cast(column, pa.date32())
    texts: list[str] = pc.fill_null(pc.cast(column, pa.string()), "").to_pylist()
    return texts
