"""The engine for many machines: the same compiled rules on Apache Spark, with the same result.

One Spark job decides the whole snapshot. What it writes is put in order part by part, so that the
parts are those of the first engine, row for row, and so is their content hash.

Spark runs on all processors of this machine, or on the cluster that the environment variable
``MAKEGOOD_SPARK_MASTER`` names (``spark://host:7077``, ``yarn``); its machines must see the folders
of snapshots and decisions under the same paths. Further settings are Spark's own, from
``SPARK_CONF_DIR``.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.resources import as_file, files
from pathlib import Path

from pyspark import __version__ as _pyspark_version
from pyspark.sql import SparkSession

from makegood.decisions.duckdb_engine import WRITE, connected, cores
from makegood.decisions.job import Job, parquet_relation, source_sql
from makegood.decisions.select import decisions_sql
from makegood.decisions.settle import Settled, check_unchanged, settled
from makegood.kernel import Finding, MakegoodError, Progress
from makegood.population import LINE_ID, Part
from makegood.rules import SPARK, sql_text

MASTER = "MAKEGOOD_SPARK_MASTER"
_LINES = "makegood_lines"
_PART = "_part"  # no measure can have this name: they begin with a letter
_PARTITIONS_LEAST = 16

_DIALECT = {
    # An overflow is an error, never a wrong number; a day is a day in every time zone.
    "spark.sql.ansi.enabled": "true",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.caseSensitive": "true",
    "spark.sql.sources.partitionColumnTypeInference.enabled": "false",
}
_STARTUP = {"spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false"}


def version() -> str:
    """Spark's version."""
    return str(_pyspark_version)


def run(job: Job, folder: Path, progress: Progress) -> list[Settled]:
    """Decide all parts into ``folder``; the settled parts in order.

    Raises MakegoodError MG608 where Spark does not start.
    """
    total, done = job.snapshot.rows, 0
    progress("decide", done, total)
    scattered = folder / ".spark"
    for part in job.snapshot.parts:
        check_unchanged(job.snapshot, part)
    with _session(len(job.snapshot.parts)) as spark:
        _decide(job, spark, scattered)
    progress("order", done, total)
    found = []
    for index, part in enumerate(job.snapshot.parts):
        found.append(_ordered(job, index, part, scattered, folder))
        done += part.rows
        progress("order", done, total)
    shutil.rmtree(scattered)
    return found


def _decide(job: Job, spark: SparkSession, out: Path) -> None:
    """The whole snapshot's decisions in files that are in no order, a folder for every part."""
    _view(spark, _LINES, job.snapshot.part_paths())
    bases = {}
    for index, source in enumerate(job.joined()):
        view = f"makegood_base_{index}"
        _view(spark, view, source.snapshot.part_paths() if source.snapshot else [])
        bases[source.base.name] = view
    query = decisions_sql(job.trees, SPARK, source_sql(job, _LINES, bases, SPARK))
    numbered = f"SELECT *, {_part_number(job.snapshot.parts)} AS {_PART} FROM ({query}) AS decided"
    spark.sql(numbered).write.partitionBy(_PART).parquet(_uri(out))


def _view(spark: SparkSession, name: str, paths: Sequence[Path]) -> None:
    # A path to read is a pattern to Spark: its special characters are taken for themselves.
    plain = [re.sub(r"([\\{}\[\]*?])", r"\\\1", _uri(path)) for path in paths]
    spark.read.parquet(*plain).createOrReplaceTempView(name)


def _uri(path: Path) -> str:
    """A path of this file system, whatever file system is Spark's own; nothing in it is encoded."""
    return f"file://{path.absolute()}"


def _part_number(parts: Sequence[Part]) -> str:
    """Which part a line belongs to: both engines order texts by their bytes."""
    last = len(parts) - 1
    cases = [
        f"WHEN {LINE_ID} <= {sql_text(part.last_line)} THEN {index}"
        for index, part in enumerate(parts[:last])
    ]
    return f"CASE {' '.join(cases)} ELSE {last} END" if cases else f"{last}"


def _ordered(job: Job, index: int, part: Part, scattered: Path, folder: Path) -> Settled:
    """A part as the first engine writes it: the same columns, types and order of lines."""
    path = folder / f"part-{index:05d}.parquet"
    columns = ", ".join(f'"{name}"' for name in [LINE_ID, *job.columns])
    pieces = sorted((scattered / f"{_PART}={index}").glob("*.parquet"))
    # Spark writes nothing of a part that has no lines.
    relation = parquet_relation(pieces) if pieces else _no_lines(job)
    with connected(cores()) as connection:
        query = f"SELECT {columns} FROM {relation} ORDER BY {LINE_ID}"
        connection.execute(f"COPY ({query}) TO {sql_text(str(path))} ({WRITE})")
    return settled(job, path, part.rows)


def _no_lines(job: Job) -> str:
    codes = [tree.name for tree in job.trees.measures]
    types = {name: "TINYINT" if name in codes else "BIGINT" for name in job.columns}
    casts = [f'CAST(NULL AS {kind}) AS "{name}"' for name, kind in types.items()]
    return f"(SELECT CAST(NULL AS VARCHAR) AS {LINE_ID}, {', '.join(casts)} LIMIT 0)"


@contextmanager
def _session(parts: int) -> Iterator[SparkSession]:
    """A session with the engine's settings, in the running Spark or in one of its own."""
    running = SparkSession.getActiveSession()
    with as_file(files(__package__).joinpath("spark_log4j2.properties")) as log:
        spark = running or _started(log)
        try:
            session = spark.newSession()
            for name, value in _DIALECT.items():
                session.conf.set(name, value)
            session.conf.set("spark.sql.shuffle.partitions", max(_PARTITIONS_LEAST, 4 * parts))
            yield session
        finally:
            if running is None:
                spark.stop()


def _started(log: Path) -> SparkSession:
    if not os.environ.get("JAVA_HOME") and shutil.which("java") is None:
        raise _no_spark("Spark needs Java, and there is none here")
    builder = SparkSession.builder.appName("makegood").master(os.environ.get(MASTER) or "local[*]")
    for name, value in _STARTUP.items():
        builder = builder.config(name, value)
    builder = builder.config(
        "spark.driver.extraJavaOptions", f"-Dlog4j2.configurationFile={log.absolute().as_uri()}"
    )
    try:
        return builder.getOrCreate()
    except Exception as error:  # Java, its bridge and Spark each fail in their own way
        first = str(error).strip().splitlines()[:1]
        raise _no_spark(f"Spark does not start: {''.join(first)}") from error


def _no_spark(message: str) -> MakegoodError:
    hint = f"install Java 17 or later, set JAVA_HOME, and look at {MASTER} if it is set"
    return MakegoodError(Finding("MG608", message, hint))
