"""A chart in pixels: boxes, areas and labels, drawn by Altair, given back as an inline SVG.

Every label is anchored, so that no place depends on how wide a font of the machine is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Literal
from unicodedata import east_asian_width

import altair as alt
import vl_convert
from markupsafe import Markup

WIDTH = 460
"""The width of every chart; it shrinks with the page."""

FONT = (
    "'Apple SD Gothic Neo', 'Noto Sans KR', 'Noto Sans CJK KR', 'Malgun Gothic', "
    "system-ui, sans-serif"
)
FONT_SIZE = 14
INK = "#1c2733"
QUIET = "#51606f"
GRID = "#d5dbe1"

AUTOMATIC = "#0b4a7f"
ON_APPLICATION = "#3a87c8"
WITH_DOCUMENT = "#93c3ea"
EXCLUDED = "#b4531a"
UNDETERMINED = "#e3b505"
NOT_IN_SCOPE = "#c3cad2"
MONEY = "#1f7a5c"
PALE = "#e4edf5"


@dataclass(frozen=True, slots=True)
class Box:
    """A filled rectangle, in pixels from the upper left."""

    x: float
    y: float
    x2: float
    y2: float
    fill: str


@dataclass(frozen=True, slots=True)
class Label:
    """A text on a baseline, from its left end or to its right end."""

    x: float
    y: float
    text: str
    align: Literal["left", "right"] = "left"
    weight: Literal["normal", "bold"] = "normal"
    fill: str = INK


def drawn(
    height: float,
    boxes: Sequence[Box],
    labels: Sequence[Label],
    *,
    description: str,
    areas: Sequence[Sequence[tuple[float, float]]] = (),
) -> Markup:
    """Boxes and labels over pale areas, as an SVG of WIDTH by ``height``."""
    layers = [_area(area, height) for area in areas]
    if boxes:
        layers.append(_boxes(boxes, height))
    for style in sorted({(label.align, label.weight) for label in labels}):
        same = [label for label in labels if (label.align, label.weight) == style]
        layers.append(_labels(same, height))
    return svg(alt.layer(*layers), WIDTH, height, description=description)


def svg(
    chart: alt.Chart | alt.LayerChart | alt.FacetChart,
    width: float,
    height: float,
    *,
    description: str,
    padding: Mapping[str, int] | None = None,
) -> Markup:
    """An Altair chart as an inline SVG that shrinks with the page; sizes include the padding."""
    around = {"left": 0, "top": 0, "right": 0, "bottom": 0} | dict(padding or {})
    sized = chart.properties(
        width=width - around["left"] - around["right"],
        height=height - around["top"] - around["bottom"],
        padding=around,
        autosize=alt.AutoSizeParams(type="none"),
        background="transparent",
        config=_config(),
    )
    # Altair's check against its schema costs as much as drawing does; the tests draw every chart.
    text = vl_convert.vegalite_to_svg(sized.to_dict(validate=False), allowed_base_urls=[])
    return Markup(_inline(text, description))  # noqa: S704 - vl-convert escapes every text


def text_width(text: str, size: int = FONT_SIZE) -> float:
    """About how wide a text is in pixels, on the safe side: a Korean character is an em."""
    return size * sum(1.0 if east_asian_width(c) in "WF" else 0.58 for c in text)


def wrapped(text: str, width: float, size: int = FONT_SIZE) -> list[str]:
    """A text in lines that fit a width, broken at spaces, or within a word that is too long."""
    lines = [""]
    for word in text.split():
        grown = f"{lines[-1]} {word}".strip()
        if text_width(grown, size) <= width:
            lines[-1] = grown
            continue
        lines.append("")
        for character in word:
            if text_width(lines[-1] + character, size) > width:
                lines.append("")
            lines[-1] += character
    return [line for line in lines if line]


def _config() -> dict[str, object]:
    words = {"labelFont": FONT, "labelFontSize": 13, "labelColor": QUIET}
    axis = {**words, "gridColor": GRID, "domainColor": QUIET, "tickColor": QUIET}
    return {"view": {"stroke": None}, "text": {"font": FONT}, "font": FONT, "axis": axis}


def _of(rows: Sequence[Mapping[str, object]]) -> alt.Chart:
    return alt.Chart(alt.InlineData(values=rows))


def _x() -> alt.X:
    return alt.X("x", type="quantitative", axis=None, scale=alt.Scale(domain=[0, WIDTH]))


def _y(height: float) -> alt.Y:
    scale = alt.Scale(domain=[0, height], reverse=True, nice=False)
    return alt.Y("y", type="quantitative", axis=None, scale=scale)


def _boxes(boxes: Sequence[Box], height: float) -> alt.Chart:
    chart: alt.Chart = (
        _of([asdict(box) for box in boxes])
        .mark_rect(aria=False)
        .encode(x=_x(), x2="x2", y=_y(height), y2="y2", fill=alt.Fill("fill:N", scale=None))
    )
    return chart


def _area(points: Sequence[tuple[float, float]], height: float) -> alt.Chart:
    rows = [{"x": x, "y": y, "order": order} for order, (x, y) in enumerate(points)]
    chart: alt.Chart = (
        _of(rows)
        .mark_line(filled=True, fill=PALE, strokeWidth=0, aria=False)
        .encode(x=_x(), y=_y(height), order="order:Q")
    )
    return chart


def _labels(labels: Sequence[Label], height: float) -> alt.Chart:
    first = labels[0]
    chart: alt.Chart = (
        _of([asdict(label) for label in labels])
        .mark_text(
            align=first.align,
            baseline="alphabetic",
            fontWeight=first.weight,
            fontSize=FONT_SIZE,
            aria=False,
        )
        .encode(x=_x(), y=_y(height), text="text:N", fill=alt.Fill("fill:N", scale=None))
    )
    return chart


def _inline(text: str, description: str) -> str:
    """An SVG for the inside of a page: one picture with one description and no names."""
    # The page reads a chart as one picture; its parts have nothing of their own to say.
    text = re.sub(r' (?:role|class|aria-[a-z]+|xmlns:xlink|pointer-events)="[^"]*"', "", text)
    text = text.replace('<path d="M0,0h0v0h0Z"/>', "")
    named = str(Markup('<svg role="img" aria-label="{}"').format(description))
    return text.replace("<svg", named, 1)
