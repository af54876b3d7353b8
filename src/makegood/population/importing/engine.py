"""The engine of an import: DuckDB with bounded memory, spilling into the run's hidden folder."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa

from makegood.kernel import Progress
from makegood.population.importing.rows import RowReader, raw_schema

MEMORY_MIB = 1_024
THREADS_MAX = 4
_WORK = "work"


@contextmanager
def engine_in(folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """An engine that spills into ``folder``, which is clean again afterwards.

    A Ctrl-C while it works leaves as KeyboardInterrupt, as from any other code.
    """
    work = folder / _WORK
    work.mkdir()
    engine = duckdb.connect(
        config={
            "memory_limit": f"{MEMORY_MIB}MiB",
            "temp_directory": str(work),
            "threads": min(THREADS_MAX, os.cpu_count() or 1),
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
    )
    try:
        yield engine
    except Exception as error:
        if _is_interrupt(error):
            raise KeyboardInterrupt from error
        raise
    finally:
        engine.close()
        shutil.rmtree(work, ignore_errors=True)


def _is_interrupt(error: Exception) -> bool:
    """Whether a hand stopped the engine, which hides it behind one of several errors."""
    text = str(error)
    told = "Query interrupted" in text or "INTERRUPT Error" in text
    return isinstance(error, duckdb.InterruptException) or told


class Feed:
    """Rows of a source as a stream for the engine; keeps what went wrong inside it."""

    def __init__(self, reader: RowReader, used: Sequence[str], progress: Progress) -> None:
        self._reader, self._used, self._progress = reader, used, progress
        self.failure: Exception | KeyboardInterrupt | None = None

    def stream(self) -> pa.RecordBatchReader:
        """The stream; what goes wrong in it reaches the engine, which hides it: see ``failure``."""
        return pa.RecordBatchReader.from_batches(raw_schema(len(self._used)), self._batches())

    def _batches(self) -> Iterator[pa.RecordBatch]:
        try:
            for batch in self._reader.batches(self._used):
                yield batch
                self._progress("read source", self._reader.done, self._reader.size)
        except (Exception, KeyboardInterrupt) as error:
            self.failure = error
            raise
