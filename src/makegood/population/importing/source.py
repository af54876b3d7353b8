"""The file an import reads: what it is, and that it stays the same while it is read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from makegood.kernel import Finding, MakegoodError, Progress
from makegood.population.importing.csv_rows import CsvRows
from makegood.population.importing.mapping import Source
from makegood.population.importing.parquet_rows import ParquetRows
from makegood.population.importing.rows import RowReader
from makegood.population.parts import file_sha256


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A source by its bytes, as they were when the import began."""

    path: Path
    bytes: int
    changed_ns: int
    sha256: str

    @classmethod
    def of(cls, path: Path, progress: Progress) -> SourceFile:
        """Look at a file and hash it. MakegoodError (MG411) where it cannot be read."""
        try:
            stands = path.stat()
            progress("hash source", 0, stands.st_size)
            digest = file_sha256(path)
            progress("hash source", stands.st_size, stands.st_size)
        except OSError as error:
            raise _unreadable(path, error) from error
        return cls(path, stands.st_size, stands.st_mtime_ns, digest)

    def described(self, source: Source) -> dict[str, Any]:
        """The source as a manifest has it: no folder, which may name people or machines."""
        data: dict[str, Any] = {"kind": source.format, "name": self.path.name}
        return data | {"bytes": self.bytes, "sha256": self.sha256}

    def check_unchanged(self) -> None:
        """MakegoodError (MG414) where the file was written to since ``of``."""
        try:
            stands = self.path.stat()
        except OSError as error:
            raise _unreadable(self.path, error) from error
        if (stands.st_size, stands.st_mtime_ns) != (self.bytes, self.changed_ns):
            message = f"'{self.path.name}' changed while it was read"
            raise MakegoodError(Finding("MG414", message, "import a file that nobody writes to"))


def open_source(path: Path, source: Source) -> RowReader:
    """The reader of a source. MakegoodError (MG411, MG413) where it cannot be read."""
    try:
        return ParquetRows(path) if source.format == "parquet" else CsvRows(path, source)
    except OSError as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: OSError) -> MakegoodError:
    reason = (error.strerror or str(error)).lower()
    message = f"cannot read the source '{path.name}': {reason}"
    return MakegoodError(Finding("MG411", message, "check the path and who may read it"))
