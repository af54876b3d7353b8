"""The maker that knows nothing but the facts' declarations.

For trying a programme that has no shape: every value of an enum, both edges of every bound, days
around the as-of date, and empty cells wherever they are allowed.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pyarrow as pa

from makegood.kernel import day_number
from makegood.population.layout import LINE_ID, PART_ROWS
from makegood.population.synthetic.cells import Cells, column_of
from makegood.population.synthetic.draws import Draws
from makegood.population.synthetic.ids import line_ids
from makegood.rules import Fact, Kind, Missing

MODEL = "declared/1"

_EMPTY_PER_MILLION = {Missing.NEVER: 0, Missing.NONE: 250_000, Missing.UNKNOWN: 10_000}
_DAYS_BEFORE, _DAYS_AFTER = 1_100, 60
_WHOLE_SPAN_MAX = 1_000
_MONEY_SPAN_MAX = 1_000_000


def declared_part(
    facts: Mapping[str, Fact], seed: int, as_of: date, part: int, rows: int
) -> pa.Table:
    """Part number ``part`` of a population of these facts, with ``rows`` lines."""
    draws = Draws(seed, part, rows)
    columns = {LINE_ID: line_ids(draws, part * PART_ROWS)}
    for name, fact in facts.items():
        cells = Cells(draws.banded(name, _bands(fact, day_number(as_of))))
        empty = _EMPTY_PER_MILLION[fact.missing]
        if empty:
            cells = cells.emptied(draws.chance(f"{name}: empty", empty))
        columns[name] = column_of(fact, cells)
    return pa.table(columns)


def _bands(fact: Fact, today: int) -> list[tuple[int, int, int]]:
    """Mostly the likely stretch of the fact's bounds, now and then its edges."""
    low, high = fact.low, fact.high
    match fact.kind:
        case Kind.BOOLEAN | Kind.ENUM:
            return [(low, high, 1)]
        case Kind.DATE:
            start = min(max(low, today - _DAYS_BEFORE), high)
            end = max(start, min(high, today + _DAYS_AFTER))
        case Kind.INTEGER:
            start, end = low, min(high, low + _WHOLE_SPAN_MAX)
        case Kind.MONEY:
            start, end = low, min(high, low + _MONEY_SPAN_MAX)
    return [(start, end, 998), (low, low, 1), (high, high, 1)]
