"""A part decided again by the second engine, and the rows in which it differs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import parquet

from makegood.decisions.bases import BASE_PREFIX
from makegood.decisions.job import Job, parts_between
from makegood.decisions.outcome import UNDETERMINED
from makegood.decisions.python_engine import MissingFacts, decide_function
from makegood.decisions.trees import amount_column, missing_column
from makegood.population import LINE_ID, Part
from makegood.rules import evaluator, facts_of


@dataclass(frozen=True, slots=True)
class Difference:
    """One cell in which the engines differ."""

    line: str
    column: str
    written: object
    recomputed: object


def engine_values(table: pa.Table, name: str) -> list[Any]:
    """A fact's column as engine values: dates as day numbers, empty cells as None."""
    column = table.column(name)
    if pa.types.is_date32(column.type):
        column = column.cast(pa.int32())
    values: list[Any] = column.to_pylist()
    return values


class Recomputer:
    """Decides parts of a job again, in Python."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._decide = decide_function(job.trees)
        self._missing = MissingFacts(job.trees)
        self._names = [fact.name for fact in job.trees.facts]

    def part(self, part: Part, rows: Sequence[int] | None = None) -> pa.Table:
        """The decisions of a part, or of some of its rows, in the columns of the first engine."""
        own = [name for name in self._names if not name.startswith(BASE_PREFIX)]
        path = self._job.snapshot.folder / part.file
        table = parquet.read_table(path, columns=[LINE_ID, *own], partitioning=None)
        if rows is not None:
            table = table.take(pa.array(rows))
        lines = table.column(LINE_ID).to_pylist()
        columns = [
            self._membership(name, part, lines)
            if name.startswith(BASE_PREFIX)
            else engine_values(table, name)
            for name in self._names
        ]
        given = zip(*columns, strict=True) if columns else (() for _ in lines)
        verdicts = [self._decide(*values) for values in given]
        return self._table(table.column(LINE_ID), verdicts, columns)

    def _membership(self, name: str, part: Part, lines: list[str]) -> list[bool | None]:
        source = self._job.sources[name.removeprefix(BASE_PREFIX)]
        if source.snapshot is None:
            return [None] * len(lines)
        facts = list(facts_of(source.base.where).values())
        member = evaluator(source.base.where, facts)
        found: dict[str, bool | None] = {}
        for path in parts_between(source.snapshot, part):
            wanted = [LINE_ID, *(fact.name for fact in facts)]
            table = parquet.read_table(path, columns=wanted, partitioning=None)
            columns = [engine_values(table, fact.name) for fact in facts]
            ids = table.column(LINE_ID).to_pylist()
            given = zip(*columns, strict=True) if columns else (() for _ in ids)
            found |= {line: member(*values) for line, values in zip(ids, given, strict=True)}
        return [found.get(line, False) for line in lines]

    def _table(
        self, lines: pa.ChunkedArray, verdicts: list[tuple[Any, ...]], columns: list[list[Any]]
    ) -> pa.Table:
        made: dict[str, Any] = {LINE_ID: lines}
        for index, tree in enumerate(self._job.trees.measures):
            codes = [verdict[2 * index] for verdict in verdicts]
            made[tree.name] = pa.array(codes, pa.int8())
            if tree.amount is not None:
                amounts = [verdict[2 * index + 1] for verdict in verdicts]
                made[amount_column(tree.name)] = pa.array(amounts, pa.int64())
            if tree.missing_facts():
                masks: list[int | None] = [None] * len(codes)
                for row, code in enumerate(codes):
                    if code == UNDETERMINED:
                        cells = (column[row] for column in columns)
                        values = dict(zip(self._names, cells, strict=True))
                        masks[row] = self._missing.mask(tree, values)
                made[missing_column(tree.name)] = pa.array(masks, pa.int64())
        return pa.table(made)


def differences(written: pa.Table, recomputed: pa.Table, most: int) -> list[Difference]:
    """The first cells, at most so many, in which two tables of decisions differ, by line."""
    found: list[Difference] = []
    lines = recomputed.column(LINE_ID)
    for name in recomputed.column_names:
        left = written.column(name).cast(recomputed.column(name).type)
        right = recomputed.column(name)
        same = pc.or_kleene(
            pc.fill_null(pc.equal(left, right), fill_value=False),
            pc.and_(pc.is_null(left), pc.is_null(right)),
        )
        for row in pc.indices_nonzero(pc.invert(same)).to_pylist()[:most]:
            cells = (left[row].as_py(), right[row].as_py())
            found.append(Difference(lines[row].as_py(), name, *cells))
    return sorted(found, key=lambda difference: difference.line)[:most]
