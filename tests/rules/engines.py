"""Rows of facts, and the engines that evaluate a tree over them."""

import random
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import duckdb
import pyarrow as pa

from makegood.kernel import day_number, day_of
from makegood.rules import DUCKDB, Fact, Kind, Missing, Node, SqlWriter, evaluator, mask_sql
from tests.rules.vocabulary import FACTS

Row = dict[str, Any]

BITS = {name: 1 << position for position, name in enumerate(FACTS)}

_DAYS = (
    "1999-12-31", "2000-02-29", "2023-02-28", "2024-01-31", "2024-02-28", "2024-02-29",
    "2024-03-01", "2025-01-31", "2025-02-28", "2025-03-31", "2025-08-31", "2025-09-01",
    "2026-04-30", "2028-02-29", "2032-02-29",
)  # fmt: skip
_NUMBERS = (-40, -1, 0, 1, 2, 3, 6, 7, 12, 13, 16, 17, 24, 25, 365, 400)
_ARROW = {
    Kind.BOOLEAN: pa.bool_(),
    Kind.INTEGER: pa.int32(),
    Kind.MONEY: pa.int64(),
    Kind.DATE: pa.date32(),
    Kind.ENUM: pa.string(),
}


def rows_of(count: int, seed: int) -> list[Row]:
    """Rows of facts: bounds, leap days, ends of months and empty cells more often than chance."""
    chance = random.Random(seed)
    return [{name: _cell(fact, chance) for name, fact in FACTS.items()} for _ in range(count)]


def _cell(fact: Fact, chance: random.Random) -> Any:
    if fact.missing is not Missing.NEVER and chance.random() < 0.25:
        return None
    if fact.kind is Kind.BOOLEAN:
        return chance.random() < 0.5
    if fact.kind is Kind.ENUM:
        return chance.choice(fact.values)
    turning = [day_number(date.fromisoformat(day)) for day in _DAYS]
    if fact.kind is not Kind.DATE:
        turning = [number for number in _NUMBERS if number >= fact.low]
    drawn = chance.randint(fact.low, fact.high)
    return chance.choice([chance.choice(turning), fact.low, fact.high, drawn])


def table_of(rows: list[Row]) -> pa.Table:
    """The rows as a snapshot has them: whole numbers of 32 bits, money of 64, real dates."""
    columns: dict[str, Any] = {"row": pa.array(range(len(rows)), pa.int32())}
    for name, fact in FACTS.items():
        values = [row[name] for row in rows]
        if fact.kind is Kind.DATE:
            values = [None if value is None else day_of(value) for value in values]
        columns[name] = pa.array(values, _ARROW[fact.kind])
    return pa.table(columns)


def plain(value: Any) -> Any:
    """An engine's value as the Python engine has it: dates by their day number."""
    return day_number(value) if isinstance(value, date) else value


class DuckDb:
    """DuckDB over a fixed table of rows."""

    def __init__(self, rows: list[Row]) -> None:
        self._connection = duckdb.connect()
        self._connection.register("given", table_of(rows))
        self._connection.execute("CREATE TABLE lines AS SELECT * FROM given")

    def values_and_masks(self, tree: Node) -> list[tuple[Any, int]]:
        """For every row, in order, the tree's value and the mask of the missing facts."""
        writer = SqlWriter(DUCKDB)
        mask = mask_sql(tree, writer, lambda fact: BITS[fact.name])
        found = self._connection.execute(
            f'SELECT {writer.write(tree)}, {mask} FROM lines ORDER BY "row"'
        ).fetchall()
        return [(plain(value), mask) for value, mask in found]


class Python:
    """The Python engine; compiles every part of a tree once."""

    def __init__(self) -> None:
        self._compiled: dict[int, tuple[Node, Callable[..., Any]]] = {}

    def evaluate(self, tree: Node, row: Mapping[str, object]) -> Any:
        """The value of a tree for one row."""
        if id(tree) not in self._compiled:
            self._compiled[id(tree)] = (tree, evaluator(tree, list(FACTS.values())))
        return self._compiled[id(tree)][1](*row.values())
