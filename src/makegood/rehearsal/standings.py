"""How every line stands by the oracle, as tables: as quick as its distinct facts are few.

The oracle is asked once for each combination of the facts that a measure reads; the tables are
joined to the lines by DuckDB, on the disk where they do not fit into memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from makegood.rehearsal.oracles import Oracle

if TYPE_CHECKING:
    import duckdb

_AT_ONCE = 50_000
OUTSIDE = "not_in_scope"


@dataclass(slots=True)
class Standings:
    """The oracle's answers about all lines. ``snapshots`` are the folders of parts by day."""

    oracle: Oracle
    file: Path
    snapshots: dict[date, Path] = field(default_factory=dict)
    _made: dict[tuple[str, date, bool], str] = field(default_factory=dict)
    _connection: duckdb.DuckDBPyConnection | None = None

    @property
    def duck(self) -> duckdb.DuckDBPyConnection:
        """The database of the oracle's own tables."""
        if self._connection is None:
            import duckdb

            self._connection = duckdb.connect(str(self.file))
            self._connection.execute("SET memory_limit = '1500MB'")
        return self._connection

    def close(self) -> None:
        """Let the file go."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def day_of_facts(self, day: date) -> date:
        """The newest day of facts that was known on a day."""
        return max(known for known in self.snapshots if known <= day)

    def table(self, measure: str, day: date, *, amended: bool = False) -> str:
        """The name of a table ``line_id, word, amount`` of all lines that are in scope on a day."""
        known = self.day_of_facts(day)
        place = (measure, known, amended)
        if place not in self._made:
            self._made[place] = self._reckoned(measure, known, amended=amended)
        return self._made[place]

    def of(
        self, measure: str, day: date, lines: Iterable[str], *, amended: bool = False
    ) -> dict[str, tuple[str, int]]:
        """How some lines stand on a day."""
        import pyarrow as pa

        name = self.table(measure, day, amended=amended)
        wanted = pa.table({"line_id": pa.array(sorted(set(lines)), pa.string())})
        self.duck.register("wanted", wanted)
        rows = self.duck.execute(
            f"SELECT line_id, word, amount FROM wanted LEFT JOIN {name} USING (line_id)"
        ).fetchall()
        self.duck.unregister("wanted")
        return {row[0]: (row[1] or OUTSIDE, row[2] or 0) for row in rows}

    def facts_of(self, day: date, lines: Iterable[str]) -> dict[str, dict[str, Any]]:
        """All facts of some lines, as they were known on a day."""
        import pyarrow as pa

        wanted = pa.table({"line_id": pa.array(sorted(set(lines)), pa.string())})
        self.duck.register("wanted", wanted)
        found = self.duck.execute(
            f"SELECT * FROM {self._lines(self.day_of_facts(day))} SEMI JOIN wanted USING (line_id)"
        )
        names = [column[0] for column in found.description or ()]
        rows = found.fetchall()
        self.duck.unregister("wanted")
        return {row[names.index("line_id")]: dict(zip(names, row, strict=True)) for row in rows}

    # --- Reckoning ---

    def _reckoned(self, measure: str, day: date, *, amended: bool) -> str:
        name = f"standing_{measure}_{day:%Y%m%d}{'_amended' if amended else ''}"
        facts = list(self.oracle.FACTS[measure])
        base_facts = list(self.oracle.BASE_FACTS.get(measure, ()))
        source = self._source(measure, day, facts, base_facts)
        columns = [f'n_{fact}' for fact in facts] + [f'b_{fact}' for fact in base_facts]
        scope = self.oracle.SCOPE_FACTS.get(measure)
        if scope:
            kept = (
                (*row,)
                for row in self._distinct(source, [f"n_{fact}" for fact in scope])
                if self.oracle.in_scope(measure, dict(zip(scope, row, strict=True)))
            )
            self._put("in_scope", source, [f"n_{fact}" for fact in scope], (), kept)
            source = f"(SELECT l.* FROM {source} AS l SEMI JOIN in_scope AS s ON {_same(scope)})"
            self.duck.execute(f"CREATE OR REPLACE TEMP TABLE scoped AS {source[1:-1]}")
            source = "scoped"
        answers = (
            (*row, *said)
            for row, said in self._asked(measure, source, columns, facts, base_facts, amended)
            if said[0] != OUTSIDE
        )
        self._put("answers", source, columns, ("word VARCHAR", "amount BIGINT"), answers)
        self.duck.execute(
            f"CREATE OR REPLACE TABLE {name} AS SELECT l.line_id, a.word, a.amount"
            f" FROM {source} AS l JOIN answers AS a ON {_same(columns, '')}"
        )
        return name

    def _asked(
        self,
        measure: str,
        source: str,
        columns: Sequence[str],
        facts: Sequence[str],
        base_facts: Sequence[str],
        amended: bool,  # noqa: FBT001 - handed on
    ) -> Iterator[tuple[tuple[Any, ...], tuple[str, int]]]:
        for row in self._distinct(source, columns):
            now = dict(zip(facts, row, strict=False))
            base = dict(zip(base_facts, row[len(facts) :], strict=True)) if base_facts else now
            yield row, self.oracle.standing(measure, now, base, amended=amended)

    def _distinct(self, source: str, columns: Sequence[str]) -> Iterator[tuple[Any, ...]]:
        cursor = self.duck.cursor()
        if source == "scoped":
            cursor = self.duck
            rows = cursor.execute(f"SELECT DISTINCT {', '.join(columns)} FROM {source}").fetchall()
            yield from rows
            return
        found = cursor.execute(f"SELECT DISTINCT {', '.join(columns)} FROM {source}")
        while rows := found.fetchmany(_AT_ONCE):
            yield from rows

    def _put(
        self,
        name: str,
        source: str,
        columns: Sequence[str],
        more: Sequence[str],
        rows: Iterable[Sequence[Any]],
    ) -> None:
        """A temporary table of the rows, its columns of the same types as the source's."""
        import pyarrow as pa

        listed = ", ".join(columns)
        self.duck.execute(
            f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT {listed} FROM {source} LIMIT 0"
        )
        for column in more:
            self.duck.execute(f"ALTER TABLE {name} ADD COLUMN {column}")
        described = self.duck.execute(f"SELECT * FROM {name} LIMIT 0").to_arrow_table()
        schema = described.schema
        batch: list[Sequence[Any]] = []

        def flush() -> None:
            if not batch:
                return
            arrays = [
                pa.array(column, field.type)
                for column, field in zip(zip(*batch, strict=True), schema, strict=True)
            ]
            self.duck.register("batch", pa.Table.from_arrays(arrays, schema=schema))
            self.duck.execute(f"INSERT INTO {name} SELECT * FROM batch")
            self.duck.unregister("batch")
            batch.clear()

        for row in rows:
            batch.append(row)
            if len(batch) >= _AT_ONCE:
                flush()
        flush()

    def _source(
        self, measure: str, day: date, facts: Sequence[str], base_facts: Sequence[str]
    ) -> str:
        chosen = ", ".join(f"n.{fact} AS n_{fact}" for fact in facts)
        lines = self._lines(day)
        base = self.oracle.BASED.get(measure)
        if base is None:
            return f"(SELECT n.line_id, {chosen} FROM {lines} AS n)"
        chosen += "".join(f", b.{fact} AS b_{fact}" for fact in base_facts)
        base_day = self.oracle.BASE_DAYS[base]
        # Before the base's day the facts of now are the forecast of it.
        base_lines = self._lines(base_day if base_day in self.snapshots else day)
        return (
            f"(SELECT n.line_id, {chosen} FROM {lines} AS n JOIN {base_lines} AS b"
            " ON b.line_id = n.line_id)"
        )

    def _lines(self, day: date) -> str:
        return f"read_parquet('{self.snapshots[day]}/part-*.parquet')"


def _same(columns: Sequence[str], prefix: str = "n_") -> str:
    other = "s" if prefix else "a"
    return " AND ".join(
        f"l.{prefix}{column} IS NOT DISTINCT FROM {other}.{prefix}{column}" for column in columns
    )


def applied_table(duck: duckdb.DuckDBPyConnection, name: str, lines: Mapping[str, int]) -> None:
    """Some lines with a number each, as a temporary table ``line_id, number``."""
    import pyarrow as pa

    table = pa.table(
        {
            "line_id": pa.array(list(lines), pa.string()),
            "number": pa.array(list(lines.values()), pa.int64()),
        }
    )
    duck.register("given", table)
    duck.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * FROM given")
    duck.unregister("given")
