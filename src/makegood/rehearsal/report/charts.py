"""The pictures of a rehearsal's report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import TypeAlias

from markupsafe import Markup

from makegood.drawing import (
    AUTOMATIC,
    ON_APPLICATION,
    WITH_DOCUMENT,
    Bar,
    Columns,
    bars,
    columns,
)
from makegood.kernel import day_number, day_of
from makegood.rehearsal.report.words import Words

CHANNEL_FILLS = {"web": ON_APPLICATION, "call_centre": AUTOMATIC, "shop": WITH_DOCUMENT}
_INSET = 0.08
_MARKS_MAX = 6

Series: TypeAlias = Mapping[date, int]


def by_day(
    stacks: Sequence[tuple[Series, str]], words: Words, description: str, *, money: bool = False
) -> Markup:
    """One column a day, of parts on top of one another; all days from the first to the last."""
    days = sorted({day for series, _ in stacks for day in series})
    first, after = day_number(days[0]), day_number(days[-1]) + 1
    rows: list[dict[str, float | str]] = []
    wide = _wide(after - first)
    for day in days:
        base = 0
        for series, fill in stacks:
            height = series.get(day, 0)
            if not height:
                continue
            at = day_number(day)
            edge = {"x": at + _INSET - wide, "x2": at + 1 - _INSET + wide}
            rows.append({**edge, "base": base, "height": height, "fill": fill})
            base += height
    mark = words.short_money if money else words.short
    style = Columns(description, ON_APPLICATION, mark)
    return columns(rows, (first - 1, after + 1), _marks(first, after, words), style)


def over_time(series: Series, until: date, words: Words, description: str, fill: str) -> Markup:
    """What stood at the end of each day: it stays until the next day that changes it."""
    days = sorted(series)
    ends = [*days[1:], max(until, days[-1] + timedelta(days=1))]
    rows: list[dict[str, float | str]] = [
        {"x": day_number(day), "x2": day_number(end), "height": max(0, series[day])}
        for day, end in zip(days, ends, strict=True)
    ]
    domain = (day_number(days[0]), day_number(ends[-1]))
    style = Columns(description, fill, words.short_money)
    return columns(rows, domain, _marks(*domain, words), style)


def counts(rows: Sequence[tuple[str, int, str]], words: Words, description: str) -> Markup:
    """Counts one below the other, each under its words."""
    whole = max((count for _, count, _ in rows), default=1)
    drawn = [Bar(name, words.number(count), ((count, fill),)) for name, count, fill in rows]
    return bars(drawn, whole or 1, description)


def _wide(days: int) -> float:
    """How much wider than a day a column is, where there are many days."""
    return max(0.0, (days - 60) / 120)


def _marks(first: int, after: int, words: Words) -> dict[int, str | list[str]]:
    step = max(1, -(-(after - first) // _MARKS_MAX))
    marks: dict[int, str | list[str]] = {}
    year = 0
    for number in range(first, after, step):
        day = day_of(number)
        name = words.day_short(day)
        marks[number] = name if day.year == year else [name, str(day.year)]
        year = day.year
    return marks
