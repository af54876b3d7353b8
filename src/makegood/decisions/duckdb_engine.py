"""The first engine: DuckDB, part by part, on as many parts at once as there are cores."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from secrets import token_hex
from tempfile import gettempdir

import duckdb

from makegood.decisions.job import Job, parquet_relation, parts_between, source_sql
from makegood.decisions.select import decisions_sql
from makegood.decisions.settle import Settled, check_unchanged, settled
from makegood.kernel import Finding, MakegoodError, Progress
from makegood.population import LINE_ID, Part
from makegood.rules import DUCKDB, sql_text

LINES_VIEW = "lines_of_part"
# Codes go into dictionaries, line ids are not even tried: there are no two alike.
WRITE = (
    "FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, "
    "ROW_GROUP_SIZE 122880, DICTIONARY_SIZE_LIMIT 256"
)
MEMORY_MIB_PER_WORKER = 1500


def cores() -> int:
    """The processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def version() -> str:
    """DuckDB's version."""
    return duckdb.__version__


def run(job: Job, folder: Path, progress: Progress) -> list[Settled]:
    """Decide all parts into ``folder``; the settled parts in order. Stops at the first failure."""
    parts = job.snapshot.parts
    count = max(1, min(cores(), len(parts)))
    total, done = job.snapshot.rows, 0
    progress("decide", 0, total)
    with ExitStack() as stack:
        free: SimpleQueue[_Worker] = SimpleQueue()
        query, threads = decide_query(job), max(1, cores() // count)
        connections = [stack.enter_context(connected(threads, folder)) for _ in range(count)]
        pool = stack.enter_context(ThreadPoolExecutor(count))
        for worker in pool.map(partial(_Worker, job, folder, query), connections):
            free.put(worker)
        futures = [pool.submit(_with_worker, free, index) for index in range(len(parts))]
        try:
            for future in as_completed(futures):
                done += future.result().part.rows
                progress("decide", done, total)
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)
            raise
        return [future.result() for future in futures]


def _with_worker(free: SimpleQueue[_Worker], index: int) -> Settled:
    worker = free.get()
    try:
        return worker.decide(index)
    finally:
        free.put(worker)


class _Worker:
    """A connection that decides part after part by one statement, which is read only once."""

    def __init__(
        self, job: Job, folder: Path, query: str, connection: duckdb.DuckDBPyConnection
    ) -> None:
        self._job, self._folder, self._connection = job, folder, connection
        self._written = folder / f"worker-{token_hex(6)}.parquet"
        copy = f"COPY ({query}) TO {sql_text(str(self._written))} ({WRITE})"
        self._statement = connection.extract_statements(copy)[0]

    def decide(self, index: int) -> Settled:
        """Decide the part of this number into its file."""
        part = self._job.snapshot.parts[index]
        check_unchanged(self._job.snapshot, part)
        look_at(self._connection, self._job, part)
        self._connection.execute(self._statement)
        path = self._written.rename(self._folder / f"part-{index:05d}.parquet")
        return settled(self._job, path, part.rows)


@contextmanager
def connected(threads: int, folder: Path | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection in memory, with its threads and memory bounded.

    What does not fit is put aside in ``folder``, or where the system keeps such files: never in the
    folder that somebody happens to be in. What goes wrong in the engine is a MakegoodError MG618:
    no room on the disk, a part that cannot be read. A hand on Ctrl-C is a KeyboardInterrupt.
    """
    aside = (folder or Path(gettempdir())) / f"aside-{token_hex(6)}"
    config: dict[str, str | bool | int | float | list[str]] = {
        "threads": threads,
        "temp_directory": str(aside),
        "memory_limit": f"{MEMORY_MIB_PER_WORKER}MiB",
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }
    try:
        with duckdb.connect(":memory:", config=config) as connection:
            yield connection
    except (duckdb.InterruptException, RuntimeError) as error:
        # DuckDB takes the signal for itself while it works, and tells of it in its own way.
        if isinstance(error, RuntimeError) and "Query interrupted" not in str(error):
            raise
        raise KeyboardInterrupt from error
    except duckdb.Error as error:
        hint = "nothing was left behind; is there room, and do the inputs 'makegood verify'?"
        message = f"the engine stopped: {str(error).splitlines()[0]}"
        raise MakegoodError(Finding("MG618", message, hint)) from error


def look_at(connection: duckdb.DuckDBPyConnection, job: Job, part: Part, prefix: str = "") -> None:
    """Let the views that a job's query reads show one part, and what the bases have of it."""
    views = {LINES_VIEW: [job.snapshot.folder / part.file]}
    for name, view in base_views(job, prefix).items():
        snapshot = job.sources[name].snapshot
        if snapshot is not None:
            views[view] = parts_between(snapshot, part) or snapshot.part_paths()[:1]
    for view, paths in views.items():
        relation = parquet_relation(paths)
        connection.execute(f'CREATE OR REPLACE TEMP VIEW "{view}" AS SELECT * FROM {relation}')


def base_views(job: Job, prefix: str = "") -> dict[str, str]:
    """By base that is read from a snapshot of its own, the view of its lines."""
    return {s.base.name: f"{prefix}base_lines:{s.base.name}" for s in job.joined()}


def decide_query(job: Job) -> str:
    """The SELECT that decides the part looked at, its rows in the order of the part's lines."""
    bases = {name: f'"{view}"' for name, view in base_views(job).items()}
    query = decisions_sql(job.trees, DUCKDB, source_sql(job, LINES_VIEW, bases, DUCKDB))
    return f"{query}\nORDER BY {LINE_ID}" if job.joined() else query
