"""Figures over days or other places: stacked columns, stacked areas, lines.

Written as SVG by hand, without a machine that draws: a page has several of them, and none of them
costs more than the text that it is. Colours are classes (``plot-1`` to ``plot-8``), so that a
page's style sheet gives them by light, dark and contrast; each row of numbers has its own pattern
of dashes besides, and stands in the legend in the order of the picture. Elements carry no style.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from markupsafe import Markup, escape

from makegood.drawing.canvas import WIDTH, text_width
from makegood.drawing.upright import round_ticks

SERIES_MAX = 8
"""So many rows of numbers can be told apart in one picture."""

_SIZE = 13
_LEGEND_ROW = 20
_SWATCH = 16
_HEIGHT = 190
_BELOW = 22
_TOP = 8
_RIGHT = 12
_FILLED = 0.76
_LEAST, _WIDEST = 1.0, 56.0
_DASHES = ("", "6 3", "2 2", "8 3 2 3", "4 4", "10 4", "1 3", "6 2 1 2")


@dataclass(frozen=True, slots=True)
class Series:
    """A row of whole numbers, one for each place, with the words of the legend. None below 0."""

    words: str
    values: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Plot:
    """What is drawn: the words below the axis, one for each place, and the rows of numbers.

    ``description`` says in a sentence what the picture shows; ``mark`` writes a height.
    """

    description: str
    places: tuple[str, ...]
    series: tuple[Series, ...]
    mark: Callable[[int], str]

    def __post_init__(self) -> None:
        """Raises ValueError for rows of other lengths than the places, below 0, or too many."""
        if len(self.series) > SERIES_MAX:
            raise ValueError(f"{len(self.series)} rows, and {SERIES_MAX} can be told apart")
        for row in self.series:
            if len(row.values) != len(self.places) or min(row.values, default=0) < 0:
                raise ValueError(f"'{row.words}' has not one whole number for each place")


def stacked_columns(plot: Plot) -> Markup:
    """A column at each place, of the rows one upon the other; the first is at the bottom."""
    frame = _Frame(plot, _heights(plot))
    return frame.drawn(_columns(plot, frame))


def stacked_areas(plot: Plot) -> Markup:
    """Areas from place to place, one upon the other; a single place is drawn as a column."""
    if len(plot.places) == 1:
        return stacked_columns(plot)
    frame = _Frame(plot, _heights(plot))
    return frame.drawn(_areas(plot, frame))


def lines(plot: Plot) -> Markup:
    """A line for each row; a single place is drawn as columns."""
    if len(plot.places) == 1:
        return stacked_columns(plot)
    frame = _Frame(plot, max((max(row.values, default=0) for row in plot.series), default=0))
    return frame.drawn(_lines(plot, frame), are_lines=True)


def _heights(plot: Plot) -> int:
    """The greatest height of all rows together."""
    return max((sum(values) for values in _places(plot)), default=0)


def _places(plot: Plot) -> list[tuple[int, ...]]:
    return list(zip(*(row.values for row in plot.series), strict=True))


class _Frame:
    """Where a picture's places and heights are, in pixels from the upper left."""

    def __init__(self, plot: Plot, greatest: int) -> None:
        self.plot = plot
        self.ticks = round_ticks(greatest)
        self.sides = [plot.mark(tick) for tick in self.ticks]
        self.legend = list(_legend(plot))
        self.left = max(text_width(text, _SIZE) for text in self.sides) + 8
        rows = 1 + max((row for row, *_ in self.legend), default=-1)
        self.top = _TOP + _LEGEND_ROW * rows + (_TOP if rows else 0)
        self.wide = WIDTH - _RIGHT - self.left
        self.slot = self.wide / max(1, len(plot.places))

    def middle(self, place: int) -> float:
        """Where a place is, from the left."""
        return self.left + self.slot * (place + 0.5)

    def height(self, value: int) -> float:
        """Where a height is, from the top."""
        return self.top + _HEIGHT * (1 - value / self.ticks[-1])

    def drawn(self, content: Iterator[str], *, are_lines: bool = False) -> Markup:
        """The whole picture around its content."""
        height = self.top + _HEIGHT + _BELOW
        begin = (
            f'<svg role="img" aria-label="{escape(self.plot.description)}" class="plot"'
            f' xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {_n(height)}">'
        )
        parts = [
            begin,
            *self._grid(),
            *content,
            *self._below(),
            *self._named(are_lines=are_lines),
            "</svg>",
        ]
        return Markup("".join(parts))  # noqa: S704 - every text is escaped where it is put in

    def _grid(self) -> Iterator[str]:
        for tick, words in zip(self.ticks, self.sides, strict=True):
            y = self.height(tick)
            yield (
                f'<line class="plot-grid" x1="{_n(self.left)}" x2="{_n(WIDTH - _RIGHT)}"'
                f' y1="{_n(y)}" y2="{_n(y)}"/>'
            )
            yield _text(self.left - 6, y + 4, words, "end")

    def _below(self) -> Iterator[str]:
        """As many words below the axis as have room beside each other."""
        places = self.plot.places
        if not places:
            return
        widest = max(text_width(text, _SIZE) for text in places) + 10
        step = max(1, -(-int(widest) // max(1, int(self.slot))))
        for place in range(0, len(places), step):
            half = text_width(places[place], _SIZE) / 2
            x = min(max(self.middle(place), half), WIDTH - half)
            yield _text(x, self.top + _HEIGHT + 16, places[place], "middle")

    def _named(self, *, are_lines: bool) -> Iterator[str]:
        for row, x, number, words in self.legend:
            y = _TOP + _LEGEND_ROW * row
            if are_lines:
                yield (
                    f'<line class="plot-line plot-{number + 1}" x1="{_n(x)}"'
                    f' x2="{_n(x + _SWATCH)}" y1="{_n(y + 6)}" y2="{_n(y + 6)}"{_dash(number)}/>'
                )
            else:
                yield _box(x, y, x + 12, y + 12, number)
            yield _text(x + _SWATCH + 5, y + 10, words, "start")


def _legend(plot: Plot) -> Iterator[tuple[int, float, int, str]]:
    """Row, left edge, number and words of each series; a row is as long as the picture is wide."""
    if len(plot.series) < 2:  # noqa: PLR2004 - one row needs no legend
        return
    row, x = 0, 0.0
    for number, series in enumerate(plot.series):
        width = _SWATCH + 5 + text_width(series.words, _SIZE) + 14
        if x and x + width > WIDTH:
            row, x = row + 1, 0.0
        yield row, x, number, series.words
        x += width


def _columns(plot: Plot, frame: _Frame) -> Iterator[str]:
    half = min(_WIDEST, max(_LEAST, frame.slot * _FILLED)) / 2
    for place, values in enumerate(_places(plot)):
        x = frame.middle(place)
        for number, (below, above) in enumerate(pairwise(accumulate(values, initial=0))):
            if above > below:
                yield _box(x - half, frame.height(above), x + half, frame.height(below), number)


def _areas(plot: Plot, frame: _Frame) -> Iterator[str]:
    below = [0] * len(plot.places)
    for number, row in enumerate(plot.series):
        above = [low + value for low, value in zip(below, row.values, strict=True)]
        if any(row.values):
            there, back = _points(frame, above), _points(frame, below)[::-1]
            yield f'<polygon class="plot-{number + 1}" points="{" ".join([*there, *back])}"/>'
        below = above


def _lines(plot: Plot, frame: _Frame) -> Iterator[str]:
    for number, row in enumerate(plot.series):
        yield (
            f'<polyline class="plot-line plot-{number + 1}" fill="none"'
            f' points="{" ".join(_points(frame, row.values))}"{_dash(number)}/>'
        )


def _points(frame: _Frame, values: Sequence[int]) -> list[str]:
    return [
        f"{_n(frame.middle(place))},{_n(frame.height(value))}" for place, value in enumerate(values)
    ]


def _box(x: float, y: float, x2: float, y2: float, number: int) -> str:
    return (
        f'<rect class="plot-{number + 1}" x="{_n(x)}" y="{_n(y)}" width="{_n(x2 - x)}"'
        f' height="{_n(y2 - y)}"/>'
    )


def _text(x: float, y: float, words: str, anchor: str) -> str:
    return (
        f'<text x="{_n(x)}" y="{_n(y)}" font-size="{_SIZE}" text-anchor="{anchor}">'
        f"{escape(words)}</text>"
    )


def _dash(number: int) -> str:
    dash = _DASHES[number]
    return f' stroke-dasharray="{dash}"' if dash else ""


def _n(value: float) -> str:
    """A number of pixels, to a tenth."""
    return f"{value:.1f}".removesuffix(".0")
