"""Upright columns over an axis: how amounts spread, and what falls on each day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from markupsafe import Markup

from makegood.decisions.report.amounts import Amounts
from makegood.decisions.report.days import Days
from makegood.decisions.report.words import Words
from makegood.drawing import ON_APPLICATION, Columns, columns
from makegood.kernel import day_number, plus_months

_MONTHS_SHOWN_MAX = 8
_INSET = 0.08


def amounts_chart(amounts: Amounts, words: Words, description: str) -> Markup:
    """Lines by class of amount, for amounts above 0."""
    classes = amounts.paid_classes
    rows = [{"x": i + 0.04, "x2": i + 0.96, "height": one.lines} for i, one in enumerate(classes)]
    bounds = [0 if classes[0].low <= 1 else classes[0].low, *(one.high for one in classes)]
    marks = {number: words.money_short(bound) for number, bound in enumerate(bounds)}
    style = Columns(description, ON_APPLICATION, words.short)
    return columns(rows, (0, len(classes)), marks, style)


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
    return columns(rows, domain, marks or {domain[0]: words.day(first_day)}, style)


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
