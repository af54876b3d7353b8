"""A part as it was written: read back, hashed, and counted. Nothing is taken from the engine."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import file_digest
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import parquet

from makegood.decisions.job import Job
from makegood.decisions.manifest import PartWritten
from makegood.decisions.trees import MeasureTrees, amount_column, missing_column
from makegood.kernel import Finding, MakegoodError
from makegood.population import Part, Snapshot, content_sha256_of


@dataclass(slots=True)
class Settled:
    """A part with its counts: by measure and code the lines and amounts; by mask the lines."""

    part: PartWritten
    lines: Counter[tuple[str, int]] = field(default_factory=Counter)
    amounts: Counter[tuple[str, int]] = field(default_factory=Counter)
    lacking: Counter[tuple[str, int]] = field(default_factory=Counter)


SUM_MAX = 2**62
_NO_CODES = np.empty(0, np.int8)


def settled(job: Job, path: Path, rows: int) -> Settled:
    """Read a written part back. Raises MakegoodError MG607 where it does not hold all its lines."""
    with parquet.ParquetFile(path, memory_map=True) as file:
        table = file.read(columns=job.columns, use_threads=False)
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
    for tree in job.trees.measures:
        _count(tree, table, found)
    return found


def check_unchanged(snapshot: Snapshot, part: Part) -> None:
    """Raise MakegoodError MG505 where a part of a snapshot is not the one its manifest pins.

    Decisions name the hash of what was decided on: so it has to be the hash of what was read.
    """
    path = snapshot.folder / part.file
    if file_sha256(path) != part.sha256:
        message = f"{path} was changed after it was written"
        hint = "see 'makegood verify'; restore the snapshot from a copy, or make it again"
        raise MakegoodError(Finding("MG505", message, hint))


def file_sha256(path: Path) -> str:
    """The hash of a file's bytes."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def _count(tree: MeasureTrees, table: pa.Table, found: Settled) -> None:
    """Lines and amounts by code; lines by mask of missing facts."""
    column = table.column(tree.name)
    if column.null_count:
        message = f"'{tree.name}' leaves {column.null_count:,} lines without any decision"
        raise MakegoodError(Finding("MG607", message, "the result was refused"))
    codes = np.concatenate([chunk.to_numpy() for chunk in column.chunks] or [_NO_CODES])
    for code, lines in _histogram(codes, tree.meanings).items():
        found.lines[tree.name, code] += lines
    if tree.amount is not None:
        _sum_amounts(tree.name, codes, table.column(amount_column(tree.name)), found)
    if tree.missing_facts():
        masks = table.column(missing_column(tree.name)).drop_null()
        for pair in masks.value_counts().to_pylist():
            found.lacking[tree.name, int(pair["values"])] += int(pair["counts"])


def _histogram(codes: npt.NDArray[np.int8], known: Iterable[int]) -> dict[int, int]:
    """Lines by code. There are few: comparing with each is quicker than any histogram."""
    counts = {code: int(np.count_nonzero(codes == code)) for code in known}
    if sum(counts.values()) != len(codes):
        counts = {int(code): int((codes == code).sum()) for code in np.unique(codes)}
    return {code: lines for code, lines in counts.items() if lines}


def _sum_amounts(
    measure: str, codes: npt.NDArray[np.int8], column: pa.ChunkedArray, found: Settled
) -> None:
    """Sums of amounts by code: in 64 bits where they cannot overflow, else one by one."""
    paid = pc.is_valid(column).to_numpy()
    amounts, with_amount = column.drop_null().to_numpy(), codes[paid]
    for code in np.unique(with_amount):
        chosen = amounts[with_amount == code]
        fits = int(np.abs(chosen).max()) * len(chosen) < SUM_MAX
        total = int(chosen.sum()) if fits else sum(chosen.tolist())
        found.amounts[measure, int(code)] += total
