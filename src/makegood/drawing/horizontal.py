"""Horizontal bars, each under its own words: reasons, and the measures side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from makegood.drawing.canvas import (
    FONT_SIZE,
    WIDTH,
    Box,
    Label,
    drawn,
    text_width,
    wrapped,
)

_LEADING = 19
_BAR = 16
_GAP = 14
_LEAST = 1.5


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of segments, each with its fill; ``count`` is written at the right."""

    words: str
    count: str
    segments: tuple[tuple[int, str], ...]


def bars(rows: Sequence[Bar], whole: int, description: str) -> Markup:
    """The bars one below the other; ``whole`` is as wide as the chart."""
    boxes: list[Box] = []
    labels: list[Label] = []
    y = 0.0
    for row in rows:
        room = WIDTH - text_width(row.count) - FONT_SIZE
        lines = wrapped(row.words, room)
        for line in lines:
            y += _LEADING
            labels.append(Label(0, y - 4, line))
        labels.append(Label(WIDTH, y - 4, row.count, align="right"))
        boxes += _segments(row, whole, y + 3)
        y += 3 + _BAR + _GAP
    return drawn(y - _GAP, boxes, labels, description=description)


def _segments(row: Bar, whole: int, top: float) -> list[Box]:
    x, boxes = 0.0, []
    for lines, fill in row.segments:
        if lines and whole:
            end = min(float(WIDTH), x + max(_LEAST, WIDTH * lines / whole))
            boxes.append(Box(min(x, WIDTH - _LEAST), top, end, top + _BAR, fill))
            x = end
    return boxes
