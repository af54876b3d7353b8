"""How the granted amounts of a measure spread, in whole minor units."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from makegood.decisions.trees import amount_column
from makegood.kernel import Currency, Rounding, divide

CLASSES_MAX = 9
_STEPS = (1, 2, 5)


@dataclass(frozen=True, slots=True)
class AmountClass:
    """Lines with an amount from ``low`` up to, but not including, ``high``; and their sum."""

    low: int
    high: int
    lines: int
    total: int


@dataclass(frozen=True, slots=True)
class Amounts:
    """The amounts granted; the least, the median and the mean are of those above 0.

    The median is some line's own amount, the mean is rounded half up.
    """

    lines: int
    total: int
    paid_lines: int = 0
    least: int = 0
    greatest: int = 0
    median: int = 0
    classes: tuple[AmountClass, ...] = ()

    @property
    def mean(self) -> int:
        """The sum divided by the lines that get more than nothing."""
        return divide(self.total, self.paid_lines, Rounding.HALF_UP) if self.paid_lines else 0

    @property
    def unpaid_lines(self) -> int:
        """Granted lines whose amount is 0."""
        return self.lines - self.paid_lines

    @property
    def paid_classes(self) -> tuple[AmountClass, ...]:
        """The classes of amounts above 0."""
        return tuple(one for one in self.classes if one.high > 1)


def amounts_of(
    connection: duckdb.DuckDBPyConnection,
    relation: str,
    measure: str,
    granted: str,
    currency: Currency,
) -> Amounts:
    """The amounts of a measure over the decisions' parts."""
    amount = f'"{amount_column(measure)}"'
    source = f"FROM {relation} WHERE {granted}"
    query = (
        f"SELECT count(*), sum({amount}), count(*) FILTER (paid), min({amount}) FILTER (paid),"
        f" max({amount}) FILTER (paid), quantile_disc({amount}, 0.5) FILTER (paid)"
        f" FROM (SELECT {amount}, {amount} > 0 AS paid {source})"
    )
    row = connection.execute(query).fetchone() or ()
    lines, total, paid, least, greatest, median = (int(value or 0) for value in row)
    if not lines:
        return Amounts(0, 0)
    classes = amount_classes(least, greatest, 10**currency.minor_digits, zero=paid < lines)
    counted = _counted(connection, source, amount, classes)
    return Amounts(lines, total, paid, least, greatest, median, counted)


def amount_classes(
    least_positive: int, greatest: int, unit: int, *, zero: bool
) -> list[tuple[int, int]]:
    """Low and high of the classes, ascending, in steps of 1, 2, 5, 10, … ``unit``.

    An amount of nothing has a class of its own where there is one. Of more than CLASSES_MAX
    classes the lowest are one.
    """
    if greatest == 0:
        return [(0, 1)]
    steps = [unit]
    while steps[-1] <= greatest:
        power, step = divmod(len(steps), len(_STEPS))
        steps.append(unit * 10**power * _STEPS[step])
    floor = max((step for step in steps if step <= least_positive), default=0)
    lows = [floor, *(step for step in steps[:-1] if step > floor)]
    room = CLASSES_MAX - zero
    if len(lows) > room:
        lows = [0, *lows[1 - room :]]
    highs = [*lows[1:], steps[-1]]
    if not zero:
        return list(zip(lows, highs, strict=True))
    return [(0, 1), *zip([max(1, lows[0]), *lows[1:]], highs, strict=True)]


def _counted(
    connection: duckdb.DuckDBPyConnection,
    source: str,
    amount: str,
    classes: Sequence[tuple[int, int]],
) -> tuple[AmountClass, ...]:
    cases = " ".join(f"WHEN {amount} < {high} THEN {i}" for i, (_, high) in enumerate(classes))
    query = f"SELECT CASE {cases} END AS class, count(*), sum({amount}) {source} GROUP BY class"
    found = {
        int(row[0]): (int(row[1]), int(row[2])) for row in connection.execute(query).fetchall()
    }
    return tuple(
        AmountClass(low, high, *found.get(i, (0, 0))) for i, (low, high) in enumerate(classes)
    )
