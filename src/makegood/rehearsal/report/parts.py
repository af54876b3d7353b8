"""What a report consists of, as its template lays it out."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with its name and a note."""

    name: str
    value: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture with its heading, a note, and what its colours mean."""

    heading: str
    picture: Markup
    note: str = ""
    legend: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of texts; the first cell of each is its head. The last is a sum where ``summed``."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    summed: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """The page."""

    language: str
    operator: str
    title: str
    made_up: str
    verdict: str
    holds: bool
    figures: tuple[Figure, ...]
    charts: tuple[Chart, ...]
    runs: Table
    ledger: Table | None
    survived: tuple[Figure, ...]
    troubles: Table | None
    deviations: Table | None
    checks: Table
    differences: Table | None
    versions: tuple[Figure, ...]
    command: str
