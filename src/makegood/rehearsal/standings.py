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
        if scope := list(self.oracle.SCOPE_FACTS.get(measure, ())):
            source = self._scoped(measure, source, [f"n_{fact}" for fact in scope], scope)
        columns = [f"n_{fact}" for fact in facts] + [f"b_{fact}" for fact in base_facts]
        self.duck.execute(
            f"CREATE OR REPLACE TEMP TABLE keyed AS SELECT *, {_key(columns)} AS key FROM {source}"
        )
        keys: list[str] = []
        words: list[str] = []
        amounts: list[int] = []
        for key, *row in self._distinct("keyed", columns):
            now = dict(zip(facts, row, strict=False))
            base = dict(zip(base_facts, row[len(facts) :], strict=True)) if base_facts else now
            word, amount = self.oracle.standing(measure, now, base, amended=amended)
            if word != OUTSIDE:
                keys.append(key)
                words.append(word)
                amounts.append(amount)
        self._put("answers", key=keys, word=words, amount=amounts)
        self.duck.execute(
            f"CREATE OR REPLACE TABLE {name} AS SELECT l.line_id, a.word, a.amount"
            " FROM keyed AS l JOIN answers AS a USING (key)"
        )
        return name

    def _scoped(
        self, measure: str, source: str, columns: Sequence[str], facts: Sequence[str]
    ) -> str:
        """The lines that a measure may have to do with, as a table."""
        self.duck.execute(
            f"CREATE OR REPLACE TEMP TABLE keyed AS SELECT *, {_key(columns)} AS key FROM {source}"
        )
        kept = [
            key
            for key, *row in self._distinct("keyed", columns)
            if self.oracle.in_scope(measure, dict(zip(facts, row, strict=True)))
        ]
        self._put("in_scope", key=kept)
        self.duck.execute(
            "CREATE OR REPLACE TEMP TABLE scoped AS"
            " SELECT * EXCLUDE (key) FROM keyed SEMI JOIN in_scope USING (key)"
        )
        return "scoped"

    def _distinct(self, source: str, columns: Sequence[str]) -> Iterator[tuple[Any, ...]]:
        chosen = ", ".join(f"any_value({column})" for column in columns)
        groups = f"SELECT key, {chosen} FROM {source} GROUP BY key"
        self.duck.execute(f"CREATE OR REPLACE TEMP TABLE groups AS {groups}")
        ((count,),) = self.duck.execute("SELECT count(*) FROM groups").fetchall()
        for offset in range(0, count, _AT_ONCE):
            yield from self.duck.execute(
                f"SELECT * FROM groups LIMIT {_AT_ONCE} OFFSET {offset}"
            ).fetchall()

    def _put(self, name: str, **columns: Sequence[Any]) -> None:
        """A temporary table of these columns."""
        import pyarrow as pa

        types = {"amount": pa.int64(), "number": pa.int64()}
        arrays = {
            column: pa.array(values, types.get(column, pa.string()))
            for column, values in columns.items()
        }
        self.duck.register("given", pa.table(arrays))
        self.duck.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * FROM given")
        self.duck.unregister("given")

    def numbered(self, name: str, lines: Mapping[str, int]) -> None:
        """Some lines with a number each, as a temporary table ``line_id, number``."""
        self._put(name, line_id=list(lines), number=list(lines.values()))

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


def _key(columns: Sequence[str]) -> str:
    """One text of several values, empty ones told apart."""
    return "concat_ws('|', " + ", ".join(f"coalesce({c}::VARCHAR, '-')" for c in columns) + ")"
