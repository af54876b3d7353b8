"""The charts of a review, drawn by Altair, as SVGs that stand in the page without a script."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import altair as alt
import vl_convert
from markupsafe import Markup

WIDTH = 460
PLAIN, MARKED = "#3a87c8", "#b4531a"
_FONT = "'Apple SD Gothic Neo', 'Noto Sans KR', 'Noto Sans CJK KR', 'Malgun Gothic', sans-serif"
_INK, _QUIET, _GRID = "#1c2733", "#51606f", "#d5dbe1"
_ROW = 24


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar: its label, how many, and whether it stands out."""

    label: str
    count: int
    marked: bool = False


def columns(bars: Sequence[Bar], description: str) -> Markup:
    """Bars side by side, in the order given."""
    chart = (
        _chart(bars)
        .mark_bar()
        .encode(
            x=alt.X("label", type="ordinal", sort=None, title=None, axis=_labels()),
            y=alt.Y("count", type="quantitative", title=None, axis=_counts()),
            color=alt.Color("fill:N", scale=None),
        )
    )
    return _svg(chart, 180, description)


def rows(bars: Sequence[Bar], description: str) -> Markup:
    """Bars one below the other, in the order given."""
    chart = (
        _chart(bars)
        .mark_bar()
        .encode(
            y=alt.Y("label", type="ordinal", sort=None, title=None, axis=_labels()),
            x=alt.X("count", type="quantitative", title=None, axis=_counts()),
            color=alt.Color("fill:N", scale=None),
        )
    )
    return _svg(chart, _ROW * max(1, len(bars)), description)


def _chart(bars: Sequence[Bar]) -> alt.Chart:
    values = [
        {"label": one.label, "count": one.count, "fill": MARKED if one.marked else PLAIN}
        for one in bars
    ]
    return alt.Chart(alt.InlineData(values=values))


def _labels() -> alt.Axis:
    return alt.Axis(
        labelAngle=0,
        labelLimit=200,
        labelOverlap="greedy",
        labelSeparation=5,
        ticks=False,
        domainColor=_QUIET,
    )


def _counts() -> alt.Axis:
    return alt.Axis(format=",d", tickMinStep=1, tickCount=4, gridColor=_GRID, domain=False)


def _svg(chart: alt.Chart, height: int, description: str) -> Markup:
    sized = chart.properties(
        width=WIDTH,
        height=height,
        autosize=alt.AutoSizeParams(type="fit-x", contains="padding"),
        background="transparent",
        config={
            "view": {"stroke": None},
            "font": _FONT,
            "axis": {"labelFontSize": 13, "labelColor": _INK},
        },
    )
    text = vl_convert.vegalite_to_svg(sized.to_dict(validate=False), allowed_base_urls=[])
    # The page reads a chart as one picture; the numbers stand in tables below it.
    text = re.sub(r' (?:role|class|aria-[a-z]+|xmlns:xlink|pointer-events)="[^"]*"', "", text)
    named = str(Markup('<svg role="img" aria-label="{}"').format(description))
    return Markup(text.replace("<svg", named, 1))  # noqa: S704 - vl-convert escapes every text
