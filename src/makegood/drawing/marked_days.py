"""What happens when: a row for each thing that is done over and over, a mark on each of its days.

A mark's height says how far it is, so that no colour is needed to read it: full where it is done,
half where it is on its way, low where it is still to come; what has stopped stands on its head.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from markupsafe import Markup

from makegood.drawing.canvas import (
    EXCLUDED,
    MONEY,
    NOT_IN_SCOPE,
    ON_APPLICATION,
    QUIET,
    WIDTH,
    Box,
    Label,
    drawn,
    text_width,
    wrapped,
)
from makegood.kernel import plus_months

_LEADING, _ROW, _MARK, _GAP, _TOP = 19, 20, 7, 10, 26
_MARKS_BETWEEN = 56


class MarkState(StrEnum):
    """How far something is."""

    DONE = "done"
    UNDER_WAY = "under_way"
    TO_COME = "to_come"
    STOPPED = "stopped"


_SHAPES = {
    MarkState.DONE: (0.0, 1.0, MONEY),
    MarkState.UNDER_WAY: (0.4, 1.0, ON_APPLICATION),
    MarkState.TO_COME: (0.7, 1.0, QUIET),
    MarkState.STOPPED: (0.0, 0.6, EXCLUDED),
}


@dataclass(frozen=True, slots=True)
class TimelineRow:
    """A row's words, and its days with their states."""

    words: str
    marks: tuple[tuple[date, MarkState], ...]


def timeline(
    rows: Sequence[TimelineRow], today: date, today_words: str, description: str
) -> Markup:
    """The rows over one axis of days, months written above, a line where today is.

    There is at least one row with a mark.
    """
    days = [day for row in rows for day, _ in row.marks]
    first, last = min([*days, today]).replace(day=1), plus_months(max([*days, today]), 1)
    last = last.replace(day=1)
    span = (last - first).days

    def place(day: date) -> float:
        return (WIDTH - _MARK) * (day - first).days / span

    boxes: list[Box] = []
    labels = _months(first, last, place)
    y = float(_TOP)
    for row in rows:
        for line in wrapped(row.words, WIDTH):
            y += _LEADING
            labels.append(Label(0, y - 4, line))
        boxes.append(Box(0, y + _ROW, WIDTH, y + _ROW + 1, NOT_IN_SCOPE))
        for day, state in row.marks:
            above, below, fill = _SHAPES[state]
            x = place(day)
            boxes.append(Box(x, y + _ROW * above, x + _MARK, y + _ROW * below, fill))
        y += _ROW + _GAP
    x = place(today) + _MARK / 2
    boxes.append(Box(x, _TOP - 2, x + 1, y, EXCLUDED))
    y += _LEADING - 2
    at_right = x + text_width(today_words) > WIDTH
    labels.append(Label(x, y, today_words, align="right" if at_right else "left"))
    return drawn(y + 6, boxes, labels, description=description)


def _months(first: date, last: date, place: Callable[[date], float]) -> list[Label]:
    labels: list[Label] = []
    month, free_from = first, -1.0
    while month < last:
        x = place(month)
        text = f"{month:%Y-%m}"
        if x >= free_from and x + text_width(text) <= WIDTH:
            labels.append(Label(x, 14, text, fill=QUIET))
            free_from = x + max(_MARKS_BETWEEN, text_width(text) + 8)
        month = plus_months(month, 1)
    return labels
