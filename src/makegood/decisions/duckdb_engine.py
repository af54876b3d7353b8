"""The first engine: DuckDB, part by part, on as many parts at once as there are cores."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from pathlib import Path

import duckdb

from makegood.decisions.job import Job, parquet_relation, parts_between, source_sql
from makegood.decisions.select import decisions_sql
from makegood.decisions.settle import Settled, settled
from makegood.kernel import Progress
from makegood.population import LINE_ID, Part
from makegood.rules import DUCKDB, sql_text

WRITE = "FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880"
MEMORY_MIB_PER_WORKER = 1500


def cores() -> int:
    """The processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def version() -> str:
    """DuckDB's version."""
    return duckdb.__version__


def run(job: Job, folder: Path, progress: Progress) -> list[Settled]:
    """Decide all parts into ``folder``; the settled parts in order."""
    parts = job.snapshot.parts
    workers = max(1, min(cores(), len(parts)))
    threads = max(1, cores() // workers)
    tasks: Iterator[Callable[[], Settled]] = (
        lambda index=index, part=part: _part(job, index, part, folder, threads)  # type: ignore[misc]
        for index, part in enumerate(parts)
    )
    return _in_parallel(list(tasks), workers, [part.rows for part in parts], progress)


def _in_parallel(
    tasks: list[Callable[[], Settled]], workers: int, weights: list[int], progress: Progress
) -> list[Settled]:
    """Run the tasks, stop at the first failure, tell progress in lines."""
    total, done = sum(weights), 0
    progress("decide", 0, total)
    with ThreadPoolExecutor(workers) as pool:
        futures: dict[Future[Settled], int] = {pool.submit(t): i for i, t in enumerate(tasks)}
        waiting = set(futures)
        try:
            while waiting:
                finished, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                for future in finished:
                    future.result()
                    done += weights[futures[future]]
                    progress("decide", done, total)
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)
            raise
    return [future.result() for future in sorted(futures, key=lambda f: futures[f])]


def _part(job: Job, index: int, part: Part, folder: Path, threads: int) -> Settled:
    path = folder / f"part-{index:05d}.parquet"
    with connected(threads) as connection:
        query = part_query(job, part)
        connection.execute(f"COPY ({query}) TO {sql_text(str(path))} ({WRITE})")
        return settled(job, path, part.rows, connection)


def connected(threads: int) -> duckdb.DuckDBPyConnection:
    """A connection in memory, with its threads and memory bounded."""
    return duckdb.connect(
        ":memory:",
        config={
            "threads": threads,
            "memory_limit": f"{MEMORY_MIB_PER_WORKER}MiB",
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        },
    )


def base_relations(job: Job, part: Part) -> dict[str, str]:
    """By base the relation of those of its lines that a part may hold."""
    relations = {}
    for source in job.joined():
        if source.snapshot is not None:
            paths = parts_between(source.snapshot, part) or source.snapshot.part_paths()[:1]
            relations[source.base.name] = parquet_relation(paths)
    return relations


def part_query(job: Job, part: Part) -> str:
    """The SELECT that decides one part, its rows in the order of the part's lines."""
    lines = parquet_relation([job.snapshot.folder / part.file])
    source = source_sql(job, lines, base_relations(job, part), DUCKDB)
    query = decisions_sql(job.trees, DUCKDB, source)
    return f"{query}\nORDER BY {LINE_ID}" if job.joined() else query
