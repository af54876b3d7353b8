"""``bands``: the sum of a table's rates over the first n units (months of a contract, say)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from makegood.rules.dialects import Dialect
from makegood.rules.facts import Kind
from makegood.rules.functions.base import Function, bounded, require
from makegood.rules.tree import Node, Type


@dataclass(frozen=True, slots=True)
class Band:
    """Units up to and including ``through`` count ``rate`` each; rates may be negative."""

    through: int
    rate: int


@dataclass(frozen=True, slots=True)
class Bands:
    """A named table of bands, ascending. Units past the last band count nothing."""

    name: str
    bands: tuple[Band, ...]

    def steps(self) -> list[tuple[int, int, int, int]]:
        """Per band: units before it, its last unit, the sum before it, its rate."""
        before, total, steps = 0, 0, []
        for band in self.bands:
            steps.append((before, band.through, total, band.rate))
            total += (band.through - before) * band.rate
            before = band.through
        return steps

    def total(self, units: int) -> int:
        """The sum of the rates of the first ``units`` units; nothing for none or fewer."""
        total = 0
        for before, through, _, rate in self.steps():
            total += max(0, min(units, through) - before) * rate
        return total


def _check(arguments: Sequence[Node], option: object) -> Type:
    require(arguments[0], (Kind.INTEGER,), "the number of units")
    assert isinstance(option, Bands)  # noqa: S101 - the reader resolves the table's name
    low, high = arguments[0].type.low, arguments[0].type.high
    turns = {low, high, *(b.through for b in option.bands if low < b.through < high)}
    totals = [option.total(turn) for turn in {*turns, max(low, min(0, high))}]
    return bounded(Type(Kind.INTEGER, low=min(totals), high=max(totals)), arguments[0].at)


def _sql(dialect: Dialect, a: Sequence[str], option: object) -> str:
    assert isinstance(option, Bands)  # noqa: S101
    units = a[0]
    steps = option.steps()
    cases = [f"WHEN {units} <= 0 THEN 0"]
    cases += [
        f"WHEN {units} <= {through} THEN {total} + ({units} - {before}) * ({rate})"
        for before, through, total, rate in steps
    ]
    last = option.bands[-1].through
    cases.append(f"WHEN {units} > {last} THEN {option.total(last)}")
    return f"CASE {' '.join(cases)} END"


def _python(a: Sequence[str], option: object) -> str:
    assert isinstance(option, Bands)  # noqa: S101
    return f"TABLE_{option.name}({a[0]})"


BANDS = Function(
    "bands",
    ("units",),
    _check,
    _sql,
    _python,
    option="table",
    means="the sum of the table's rates over the first so many units",
)
