"""The funnel of a measure: all lines, those in scope, those not excluded, those granted."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from makegood.decisions.manifest import MeasureCounts
from makegood.decisions.outcome import Disposition, Way
from makegood.decisions.report.words import Words
from makegood.drawing import (
    AUTOMATIC,
    EXCLUDED,
    NOT_IN_SCOPE,
    ON_APPLICATION,
    UNDETERMINED,
    WIDTH,
    WITH_DOCUMENT,
    Box,
    Label,
    drawn,
)

FILLS = {
    Way.AUTOMATIC: AUTOMATIC,
    Way.ON_APPLICATION: ON_APPLICATION,
    Way.WITH_DOCUMENT: WITH_DOCUMENT,
}

_ROW = 66
_BAR_TOP = 24
_BAR = 26
_LEAST = 1.5
Segment = tuple[int, str]


def funnel(measure: MeasureCounts, words: Words, description: str) -> Markup:
    """The upper bar is all lines; the bars below are those in scope, drawn to the whole width."""
    ways = [(_granted(measure, way), fill) for way, fill in FILLS.items()]
    undetermined = (measure.of(Disposition.UNDETERMINED), UNDETERMINED)
    excluded = (measure.of(Disposition.EXCLUDED), EXCLUDED)
    outside = measure.of(Disposition.NOT_IN_SCOPE)
    inside = measure.lines - outside
    rows = [("funnel_scope", [*ways, undetermined, excluded])]
    if any(count.disposition is Disposition.EXCLUDED for count in measure.counts):
        rows.append(("funnel_not_excluded", [*ways, undetermined]))
    rows.append(("funnel_granted", ways))
    boxes, labels = _bar(0, [*rows[0][1], (outside, NOT_IN_SCOPE)], measure.lines)
    labels += _labels(0, words.say("funnel_all"), words.number(measure.lines))
    for index, (key, segments) in enumerate(rows, start=1):
        lines = sum(count for count, _ in segments)
        whole = measure.lines if index == 1 else inside
        of = words.say(
            "share_of_all" if index == 1 else "share_of_scope", share=words.share(lines, whole)
        )
        boxes += _bar(index, segments, inside)[0]
        labels += _labels(index, words.say(key), f"{words.number(lines)} · {of}")
    end = WIDTH * inside / measure.lines if measure.lines else 0
    zoom = [
        (0, _BAR_TOP + _BAR),
        (end, _BAR_TOP + _BAR),
        (WIDTH, _ROW + _BAR_TOP),
        (0, _ROW + _BAR_TOP),
    ]
    height = _ROW * len(rows) + _BAR_TOP + _BAR
    return drawn(height, boxes, labels, description=description, areas=[zoom] if inside else [])


def _granted(measure: MeasureCounts, way: Way) -> int:
    return sum(count.lines for count in measure.counts if count.way is way)


def _bar(row: int, segments: Sequence[Segment], whole: int) -> tuple[list[Box], list[Label]]:
    """A stacked bar; what is there is seen, however little it is."""
    top, x, boxes = row * _ROW + _BAR_TOP, 0.0, []
    for lines, fill in segments:
        if lines:
            end = min(float(WIDTH), x + max(_LEAST, WIDTH * lines / whole))
            boxes.append(Box(min(x, WIDTH - _LEAST), top, end, top + _BAR, fill))
            x = end
    return boxes, []


def _labels(row: int, name: str, count: str) -> list[Label]:
    baseline = row * _ROW + _BAR_TOP - 8
    return [
        Label(0, baseline, name, weight="bold"),
        Label(WIDTH, baseline, count, align="right"),
    ]
