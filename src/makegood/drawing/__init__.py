"""Charts as pictures that stand in a page: no script, one look for all reports."""

from importlib.resources import files

from makegood.drawing.canvas import (
    AUTOMATIC,
    EXCLUDED,
    MONEY,
    NOT_IN_SCOPE,
    ON_APPLICATION,
    UNDETERMINED,
    WIDTH,
    WITH_DOCUMENT,
    Box,
    Label,
    drawn,
    text_width,
    wrapped,
)
from makegood.drawing.horizontal import Bar, bars
from makegood.drawing.marked_days import MarkState, TimelineRow, timeline
from makegood.drawing.plots import (
    SERIES_MAX,
    Plot,
    Series,
    lines,
    stacked_areas,
    stacked_columns,
)
from makegood.drawing.upright import Columns, Marks, columns, round_ticks


def page_style() -> str:
    """The style sheet that all reports share: phone to desktop, light and dark, paper."""
    return files(__package__).joinpath("style.css").read_text(encoding="utf-8")


__all__ = [
    "AUTOMATIC",
    "EXCLUDED",
    "MONEY",
    "NOT_IN_SCOPE",
    "ON_APPLICATION",
    "SERIES_MAX",
    "UNDETERMINED",
    "WIDTH",
    "WITH_DOCUMENT",
    "Bar",
    "Box",
    "Columns",
    "Label",
    "MarkState",
    "Marks",
    "Plot",
    "Series",
    "TimelineRow",
    "bars",
    "columns",
    "drawn",
    "lines",
    "page_style",
    "round_ticks",
    "stacked_areas",
    "stacked_columns",
    "text_width",
    "timeline",
    "wrapped",
]
