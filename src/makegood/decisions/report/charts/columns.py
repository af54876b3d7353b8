"""Upright columns over an axis: how amounts spread, and what falls on each day."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count

import altair as alt
from markupsafe import Markup

from makegood.decisions.report.amounts import Amounts
from makegood.decisions.report.charts.canvas import ON_APPLICATION, WIDTH, svg, text_width
from makegood.decisions.report.days import Days
from makegood.decisions.report.words import Words
from makegood.kernel import day_number, plus_months

_HEIGHT = 240
_TICKS_MAX = 5
_MONTHS_SHOWN_MAX = 8
_INSET = 0.08
_RIGHT = 18
_LABEL_SIZE = 13


@dataclass(frozen=True, slots=True)
class Columns:
    """How columns are drawn: what they are, their colour, how their heights are written."""

    description: str
    fill: str
    mark: Callable[[int], str]


def amounts_chart(amounts: Amounts, words: Words, description: str) -> Markup:
    """Lines by class of amount, for amounts above 0."""
    classes = amounts.paid_classes
    rows = [{"x": i + 0.04, "x2": i + 0.96, "height": one.lines} for i, one in enumerate(classes)]
    bounds = [0 if classes[0].low <= 1 else classes[0].low, *(one.high for one in classes)]
    marks = {number: words.money_short(bound) for number, bound in enumerate(bounds)}
    style = Columns(description, ON_APPLICATION, words.short)
    return _columns(rows, (0, len(classes)), marks, style)


def days_chart(days: Days, heights: Sequence[int], words: Words, style: Columns) -> Markup:
    """A height for each stretch, over the months."""
    ends = [*(one.first for one in days.stretches[1:]), days.end]
    rows = []
    for one, end, height in zip(days.stretches, ends, heights, strict=True):
        first, last = day_number(one.first), day_number(end)
        inset = _INSET * (last - first)
        rows.append({"x": first + inset, "x2": last - inset, "height": height})
    first_day = days.stretches[0].first
    domain = (day_number(first_day), day_number(days.end))
    marks = _month_marks(first_day, days.end, words)
    return _columns(rows, domain, marks or {domain[0]: words.day(first_day)}, style)


def _month_marks(first: date, after: date, words: Words) -> Mapping[int, str | list[str]]:
    """The months that begin within, thinned out; the first and each January with the year."""
    month = first if first.day == 1 else plus_months(first.replace(day=1), 1)
    months = []
    while month < after:
        months.append(month)
        month = plus_months(month, 1)
    every = -(-len(months) // _MONTHS_SHOWN_MAX)
    marks: dict[int, str | list[str]] = {}
    year = 0
    for month in months[:: max(1, every)]:
        name = words.month_short(month)
        marks[day_number(month)] = name if month.year == year else [name, str(month.year)]
        year = month.year
    return marks


def _columns(
    rows: Sequence[Mapping[str, float]],
    domain: tuple[int, int],
    marks: Mapping[int, str | list[str]],
    style: Columns,
) -> Markup:
    ticks = round_ticks(max((int(row["height"]) for row in rows), default=0))
    sides = {tick: style.mark(tick) for tick in ticks}
    left = int(max(text_width(text, _LABEL_SIZE) for text in sides.values())) + 10
    bottom = 44 if any(isinstance(words, list) for words in marks.values()) else 26
    x_axis = alt.Axis(
        values=list(marks),
        labelExpr=_looked_up(marks),
        labelOverlap="greedy",
        grid=False,
        title=None,
    )
    y_axis = alt.Axis(
        values=ticks, labelExpr=_looked_up(sides), title=None, domain=False, ticks=False
    )
    chart = (
        alt.Chart(alt.InlineData(values=rows))
        .mark_rect(aria=False, fill=style.fill)
        .encode(
            x=alt.X("x:Q", axis=x_axis, scale=alt.Scale(domain=list(domain), nice=False)),
            x2="x2",
            y=alt.Y("height:Q", axis=y_axis, scale=alt.Scale(domain=[0, ticks[-1]], nice=False)),
            y2=alt.datum(0),
        )
    )
    padding = {"left": left, "top": 10, "right": _RIGHT, "bottom": bottom}
    return svg(chart, WIDTH, _HEIGHT, description=style.description, padding=padding)


def round_ticks(greatest: int) -> list[int]:
    """0 and whole steps of 1, 2, 5, 10, … up to at least ``greatest``; six ticks at most."""
    steps = (digit * 10**power for power in count() for digit in (1, 2, 5))
    step = next(step for step in steps if step * _TICKS_MAX >= greatest)
    return [step * number for number in range(max(1, -(-greatest // step)) + 1)]


def _looked_up(labels: Mapping[int, str | list[str]]) -> str:
    """A Vega expression that gives each tick its words."""
    return f"{json.dumps({str(k): v for k, v in labels.items()}, ensure_ascii=True)}[datum.value]"
