"""Collects rejected rows and writes them, in order of their row, as CSV."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import duckdb
import pyarrow as pa

from makegood.population.importing.duplicates import REJECT_SCHEMA
from makegood.population.importing.reasons import reason_of, sentence
from makegood.population.layout import REJECTS
from makegood.population.parts import file_sha256
from makegood.population.snapshot import Rejects
from makegood.rules import Fact

_FETCH_ROWS = 10_000


class RejectedRows:
    """Rejected rows in a table of the engine, which moves to disk what memory does not hold."""

    def __init__(self, engine: duckdb.DuckDBPyConnection) -> None:
        self._engine = engine
        self.rows = 0
        engine.execute(
            "CREATE TABLE rejected (row_number BIGINT, line_id VARCHAR, problem INTEGER, "
            "other_row BIGINT)"
        )

    def add(self, rows: pa.Table) -> None:
        """Take rows of ``REJECT_SCHEMA``."""
        if rows.num_rows:
            self._engine.register("more_rejected", rows.cast(REJECT_SCHEMA))
            self._engine.execute("INSERT INTO rejected SELECT * FROM more_rejected")
            self._engine.unregister("more_rejected")
            self.rows += rows.num_rows

    def summary(self, facts: Sequence[Fact], lines_max: int = 5) -> list[str]:
        """The most frequent reasons, each with its rows and the first of them."""
        found = self._engine.execute(
            "SELECT problem, count(*) AS rows, min(row_number), any_value(other_row) FROM rejected "
            "GROUP BY problem ORDER BY rows DESC, problem LIMIT $1",
            [lines_max],
        ).fetchall()
        return [
            f"{reason_of(problem)[0].code} {sentence(problem, facts, other)}"
            f" ({rows:,} rows, the first is row {first})"
            for problem, rows, first, other in found
        ]

    def write(self, folder: Path, facts: Sequence[Fact]) -> Rejects:
        """Write the file of rejects; it has a header even where nothing was rejected."""
        texts = lru_cache(maxsize=10_000)(lambda problem, other: sentence(problem, facts, other))
        per_reason: Counter[str] = Counter()
        path = folder / REJECTS
        found = self._engine.execute(
            "SELECT row_number, line_id, problem, other_row FROM rejected ORDER BY row_number"
        )
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(["row", "line_id", "code", "reason"])
            while rows := found.fetchmany(_FETCH_ROWS):
                for row, line_id, problem, other in rows:
                    code = reason_of(problem)[0].code
                    per_reason[code] += 1
                    writer.writerow([row, line_id or "", code, texts(problem, other)])
        return Rejects(path.stat().st_size, file_sha256(path), dict(per_reason))
