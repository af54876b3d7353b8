"""What an engine is given: the trees, the snapshot, the bases, and the folder to write into."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from makegood.decisions.bases import BASE_PREFIX, BaseOrigin, BaseSource
from makegood.decisions.trees import ProgrammeTrees, columns_of
from makegood.population import LINE_ID, Part, Snapshot
from makegood.rules import Dialect, SqlWriter, sql_text


@dataclass(frozen=True, slots=True)
class Job:
    """Decide every line of a snapshot by a programme."""

    trees: ProgrammeTrees
    snapshot: Snapshot
    sources: Mapping[str, BaseSource]

    @property
    def columns(self) -> list[str]:
        """The columns of the result after ``line_id``."""
        return columns_of(self.trees.measures)

    @property
    def schema(self) -> pa.Schema:
        """The columns of the result with their types."""
        fields = [pa.field(LINE_ID, pa.string())]
        for tree in self.trees.measures:
            names = columns_of([tree])
            fields += [pa.field(n, pa.int8() if n == tree.name else pa.int64()) for n in names]
        return pa.schema(fields)

    def joined(self) -> list[BaseSource]:
        """The bases that are read from a snapshot of their own."""
        return [s for s in self.sources.values() if s.origin is BaseOrigin.GIVEN]

    def absent(self) -> list[BaseSource]:
        """The bases that nobody gave a snapshot of."""
        return [s for s in self.sources.values() if s.origin is BaseOrigin.ABSENT]


def source_sql(
    job: Job, lines: str, base_lines: Mapping[str, str], dialect: Dialect, prefix: str = ""
) -> str:
    """The relation that decisions are made over: facts, and membership of every joined base.

    ``lines`` and ``base_lines`` are relations of the population and, by base, of its snapshot. The
    columns of bases begin with ``prefix``, so that two programmes can be decided side by side.
    """
    columns, joins = ["lines.*"], []
    for index, source in enumerate(job.joined()):
        name, alias = source.base.name, f"base{index}"
        member = SqlWriter(dialect).write(source.base.where)
        inside = f"CASE WHEN {alias}.{LINE_ID} IS NULL THEN FALSE ELSE {alias}.member END"
        columns.append(f"{inside} AS {_quoted(prefix + BASE_PREFIX + name)}")
        inner = f"SELECT {LINE_ID}, {member} AS member FROM {base_lines[name]}"
        joins.append(f"LEFT JOIN ({inner}) AS {alias} ON {alias}.{LINE_ID} = lines.{LINE_ID}")
    for source in job.absent():
        column = _quoted(prefix + BASE_PREFIX + source.base.name)
        columns.append(f"CAST(NULL AS BOOLEAN) AS {column}")
    return f"(SELECT {', '.join(columns)} FROM {lines} AS lines {' '.join(joins)}) AS given"


def parts_between(snapshot: Snapshot, part: Part) -> list[Path]:
    """The part files of a snapshot that may hold lines of a part of another."""
    return [
        path
        for path, own in zip(snapshot.part_paths(), snapshot.parts, strict=True)
        if own.first_line <= part.last_line and part.first_line <= own.last_line
    ]


def parquet_relation(paths: Sequence[Path]) -> str:
    """DuckDB's relation of some Parquet files, their columns alone.

    A folder named ``status=closed`` is a name, and not a fact of the lines in it.
    """
    files = ", ".join(sql_text(str(path)) for path in paths)
    return f"read_parquet([{files}], hive_partitioning = FALSE)"


def _quoted(name: str) -> str:
    return f'"{name}"'
