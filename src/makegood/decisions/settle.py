"""A part as it was written: read back, hashed, and counted. Nothing is taken from the engine."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from hashlib import file_digest
from pathlib import Path

import duckdb
from pyarrow import parquet

from makegood.decisions.job import Job
from makegood.decisions.manifest import PartWritten
from makegood.decisions.trees import amount_column, missing_column
from makegood.kernel import Finding, MakegoodError
from makegood.population import content_sha256_of
from makegood.rules import sql_text


@dataclass(slots=True)
class Settled:
    """A part with its counts: by measure and code the lines and amounts; by mask the lines."""

    part: PartWritten
    lines: Counter[tuple[str, int]] = field(default_factory=Counter)
    amounts: Counter[tuple[str, int]] = field(default_factory=Counter)
    lacking: Counter[tuple[str, int]] = field(default_factory=Counter)


def settled(job: Job, path: Path, rows: int, connection: duckdb.DuckDBPyConnection) -> Settled:
    """Read a written part back. Raises MakegoodError MG607 where it does not hold all its lines."""
    table = parquet.read_table(path, columns=job.columns, use_threads=False)
    if table.num_rows != rows:
        message = f"{path.name} holds {table.num_rows:,} decisions for {rows:,} lines"
        raise MakegoodError(Finding("MG607", message, "the result was refused; run it again"))
    part = PartWritten(
        file=path.name,
        rows=rows,
        bytes=path.stat().st_size,
        sha256=file_sha256(path),
        content_sha256=content_sha256_of(table),
    )
    found = Settled(part)
    _count(job, path, connection, found)
    return found


def file_sha256(path: Path) -> str:
    """The hash of a file's bytes."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def _count(job: Job, path: Path, connection: duckdb.DuckDBPyConnection, found: Settled) -> None:
    """One pass: lines and amounts by the codes of all measures together, then by measure."""
    measures = job.trees.measures
    codes = [f'"{m.name}"' for m in measures]
    sums = [f'sum("{amount_column(m.name)}")' for m in measures if m.amount is not None]
    columns = ", ".join([*codes, "count(*)", *sums])
    relation = f"read_parquet({sql_text(str(path))})"
    query = f"SELECT {columns} FROM {relation} GROUP BY {', '.join(codes)}"
    with_amount = [m.name for m in measures if m.amount is not None]
    for row in connection.execute(query).fetchall():
        lines = row[len(codes)]
        for index, measure in enumerate(measures):
            found.lines[measure.name, row[index]] += lines
        for offset, name in enumerate(with_amount):
            amount = row[len(codes) + 1 + offset]
            if amount is not None:
                code = row[[m.name for m in measures].index(name)]
                found.amounts[name, code] += int(amount)
    for measure in measures:
        if measure.missing_facts():
            _count_missing(measure.name, relation, connection, found)


def _count_missing(
    measure: str, relation: str, connection: duckdb.DuckDBPyConnection, found: Settled
) -> None:
    column = f'"{missing_column(measure)}"'
    query = f"SELECT {column}, count(*) FROM {relation} WHERE {column} IS NOT NULL GROUP BY 1"
    for mask, lines in connection.execute(query).fetchall():
        found.lacking[measure, int(mask)] += lines
