"""Granted lines and amounts by a date fact of the snapshot, in days, weeks or months."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path

import duckdb

from makegood.decisions.job import parquet_relation
from makegood.decisions.trees import amount_column
from makegood.kernel import Finding, MakegoodError, plus_months
from makegood.population import LINE_ID

DAYS_MAX = 200
WEEKS_MAX = 160


class Step(StrEnum):
    """How long one bar is."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Stretch:
    """The granted lines whose date lies from ``first`` until the next stretch, and their sum."""

    first: date
    lines: int
    amount: int


@dataclass(frozen=True, slots=True)
class Days:
    """All stretches in order, none left out; ``without`` are granted lines that have no date."""

    fact: str
    step: Step
    stretches: tuple[Stretch, ...]
    without: int = 0

    @property
    def end(self) -> date:
        """The day after the last stretch."""
        return _next(self.stretches[-1].first, self.step)


def days_of(
    connection: duckdb.DuckDBPyConnection,
    pairs: Sequence[tuple[Path, Path]],
    fact: str,
    granted: str,
    measure_with_money: str,
) -> Days:
    """Join each part of the decisions with the snapshot's, row by row. MG606 where they differ."""
    lines: Counter[date | None] = Counter()
    amounts: Counter[date | None] = Counter()
    amount = f'd."{amount_column(measure_with_money)}"' if measure_with_money else "0"
    for decided, given in pairs:
        query = (
            f'SELECT s."{fact}", count(*) FILTER ({granted}), sum({amount}) FILTER ({granted}),'
            f" count(*) FILTER (d.{LINE_ID} IS DISTINCT FROM s.{LINE_ID})"
            f" FROM {parquet_relation([decided])} AS d"
            f" POSITIONAL JOIN {parquet_relation([given])} AS s GROUP BY 1"
        )
        for day, heads, total, strange in connection.execute(query).fetchall():
            if strange:
                message = f"{decided.name} does not hold the population's lines in their order"
                raise MakegoodError(Finding("MG606", message, "see 'makegood verify'"))
            lines[day] += heads
            amounts[day] += int(total or 0)
    without = lines.pop(None, 0)
    counted = {day: heads for day, heads in lines.items() if day is not None and heads}
    sums = {day: amount for day, amount in amounts.items() if day is not None}
    return _stretched(fact, counted, sums, without)


def _stretched(fact: str, lines: dict[date, int], amounts: dict[date, int], without: int) -> Days:
    if not lines:
        return Days(fact, Step.DAY, (), without)
    first, last = min(lines), max(lines)
    span = (last - first).days + 1
    step = Step.DAY if span <= DAYS_MAX else Step.WEEK if span <= 7 * WEEKS_MAX else Step.MONTH
    start = _STARTS[step]
    heads: Counter[date] = Counter()
    sums: Counter[date] = Counter()
    for day, count in lines.items():
        heads[start(day)] += count
        sums[start(day)] += amounts.get(day, 0)
    stretches, day = [], start(first)
    while day <= last:
        stretches.append(Stretch(day, heads[day], sums[day]))
        day = _next(day, step)
    return Days(fact, step, tuple(stretches), without)


_STARTS: dict[Step, Callable[[date], date]] = {
    Step.DAY: lambda day: day,
    Step.WEEK: lambda day: day - timedelta(days=day.weekday()),
    Step.MONTH: lambda day: day.replace(day=1),
}


def _next(day: date, step: Step) -> date:
    match step:
        case Step.DAY:
            return day + timedelta(days=1)
        case Step.WEEK:
            return day + timedelta(days=7)
        case Step.MONTH:
            return plus_months(day, 1)
