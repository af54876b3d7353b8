"""Upright columns over an axis, each from one place to another, side by side or stacked."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count

import altair as alt
from markupsafe import Markup

from makegood.drawing.canvas import WIDTH, svg, text_width

Marks = Mapping[int, str | list[str]]
"""The words below the axis, by their place; a list is written on several lines."""

_HEIGHT = 240
_TICKS_MAX = 5
_RIGHT = 18
_LABEL_SIZE = 13


@dataclass(frozen=True, slots=True)
class Columns:
    """How columns are drawn: what they are, their colour, how their heights are written."""

    description: str
    fill: str
    mark: Callable[[int], str]


def columns(
    rows: Sequence[Mapping[str, float | str]],
    domain: tuple[int, int],
    marks: Marks,
    style: Columns,
) -> Markup:
    """Columns over the places of ``domain``.

    A row has ``x``, ``x2`` and ``height``; perhaps a ``base`` on which it stands, and a ``fill`` of
    its own. Heights are whole and not negative.
    """
    rows = [{"base": 0, "fill": style.fill, **row} for row in rows]
    tops = [int(row["base"]) + int(row["height"]) for row in rows]
    stacked = [{**row, "top": top} for row, top in zip(rows, tops, strict=True)]
    ticks = round_ticks(max(tops, default=0))
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
        alt.Chart(alt.InlineData(values=stacked))
        .mark_rect(aria=False)
        .encode(
            x=alt.X("x:Q", axis=x_axis, scale=alt.Scale(domain=list(domain), nice=False)),
            x2="x2",
            y=alt.Y("top:Q", axis=y_axis, scale=alt.Scale(domain=[0, ticks[-1]], nice=False)),
            y2="base",
            fill=alt.Fill("fill:N", scale=None),
        )
    )
    padding = {"left": left, "top": 10, "right": _RIGHT, "bottom": bottom}
    return svg(chart, WIDTH, _HEIGHT, description=style.description, padding=padding)


def round_ticks(greatest: int) -> list[int]:
    """0 and whole steps of 1, 2, 5, 10, … up to at least ``greatest``; six ticks at most."""
    steps = (digit * 10**power for power in count() for digit in (1, 2, 5))
    step = next(step for step in steps if step * _TICKS_MAX >= greatest)
    return [step * number for number in range(max(1, -(-greatest // step)) + 1)]


def _looked_up(labels: Marks) -> str:
    """A Vega expression that gives each tick its words."""
    return f"{json.dumps({str(k): v for k, v in labels.items()}, ensure_ascii=True)}[datum.value]"
