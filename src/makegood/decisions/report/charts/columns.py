"""Upright columns over an axis: how amounts spread, and what falls on each day."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date

import altair as alt
from markupsafe import Markup

from makegood.decisions.report.amounts import Amounts
from makegood.decisions.report.charts.canvas import ON_APPLICATION, WIDTH, svg, text_width
from makegood.decisions.report.days import Days, Step
from makegood.decisions.report.words import Words
from makegood.kernel import day_number, plus_months

_HEIGHT = 240
_TICKS_MAX = 5
_MONTHS_SHOWN_MAX = 8
_WEEK_DAYS = 7
_LABEL_SIZE = 13


def amounts_chart(amounts: Amounts, words: Words, description: str) -> Markup:
    """Lines by class of amount, for amounts above 0."""
    classes = amounts.paid_classes
    rows = [
        {"x": i + 0.04, "x2": i + 0.96, "height": one.lines} for i, one in enumerate(classes)
    ]
    bounds = [0 if classes[0].low <= 1 else classes[0].low, *(one.high for one in classes)]
    marks = {number: words.money_short(bound) for number, bound in enumerate(bounds)}
    return _columns(rows, (0, len(classes)), marks, words.short, description, ON_APPLICATION)


def days_chart(
    days: Days, heights: Sequence[int], words: Words, mark: Callable[[int], str],
    description: str, fill: str,
) -> Markup:
    """A height for each stretch, over the months."""
    ends = [*(one.first for one in days.stretches[1:]), days.end]
    rows = []
    for one, end, height in zip(days.stretches, ends, heights, strict=True):
        first, last = day_number(one.first), day_number(end)
        inset = 0.08 * (last - first)
        rows.append({"x": first + inset, "x2": last - inset, "height": height})
    first_day, after = days.stretches[0].first, days.end
    domain = (day_number(first_day), day_number(after))
    marks = _month_marks(first_day, after, words)
    if not marks:
        marks = {day_number(first_day): words.day(first_day)}
    return _columns(rows, domain, marks, mark, description, fill)


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
    mark: Callable[[int], str],
    description: str,
    fill: str,
) -> Markup:
    ticks = round_ticks(max((int(row["height"]) for row in rows), default=0))
    sides = {tick: mark(tick) for tick in ticks}
    left = int(max(text_width(text, _LABEL_SIZE) for text in sides.values())) + 10
    x_axis = alt.Axis(
        values=list(marks), labelExpr=_looked_up(marks), grid=False, title=None,
        labelOverlap="greedy", tickSize=5, labelFlush=False,
    )
    y_axis = alt.Axis(
        values=ticks, labelExpr=_looked_up(sides), title=None, domain=False, ticks=False,
    )
    chart = (
        alt.Chart(alt.InlineData(values=rows))
        .mark_rect(aria=False, fill=fill)
        .encode(
            x=alt.X("x:Q", axis=x_axis, scale=alt.Scale(domain=list(domain), nice=False)),
            x2="x2",
            y=alt.Y("height:Q", axis=y_axis, scale=alt.Scale(domain=[0, ticks[-1]], nice=False)),
            y2=alt.datum(0),
        )
    )
    bottom = 44 if any(isinstance(words, list) for words in marks.values()) else 26
    return svg(
        chart, WIDTH, _HEIGHT, description=description, left=left, top=10, right=18, bottom=bottom
    )


def round_ticks(greatest: int) -> list[int]:
    """0 and round whole steps up to at least ``greatest``; at most six ticks."""
    step, power = 1, 1
    while step * _TICKS_MAX < greatest:
        step, power = _grown(step, power)
    count = max(1, -(-greatest // step))
    return [step * number for number in range(count + 1)]


def _grown(step: int, power: int) -> tuple[int, int]:
    """The next of 1, 2, 5, 10, 20, …"""
    match step // power:
        case 1:
            return 2 * power, power
        case 2:
            return 5 * power, power
        case _:
            return 10 * power, 10 * power


def _looked_up(labels: Mapping[int, str | list[str]]) -> str:
    """A Vega expression that gives each tick its words."""
    return f"{json.dumps({str(k): v for k, v in labels.items()}, ensure_ascii=True)}[datum.value]"
