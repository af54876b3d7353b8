"""Parts that the operators' pages share: figures with a picture and a file, pages, filters, days.

A picture never stands alone: it is of the same figures as the table behind it and the file that is
downloaded.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from io import StringIO
from typing import Generic, TypeVar
from zoneinfo import ZoneInfo

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from markupsafe import Markup

from makegood.operations.forms import DAYS
from makegood.operations.frame import language
from makegood.operations.pieces import Piece
from makegood.programmes import date_text, moment_text
from makegood.trust.clock import now

PAGE_ROWS = 50
_PAGE_MAX = 10_000
_SHORT_LETTERS, _WORD_LETTERS = 12, 14
_FIGURE = re.compile(r"\d+(\.\d+)?")
_BYTE_ORDER_MARK = "\ufeff"
"""Without it a spreadsheet reads Korean as something else."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula (OWASP, CSV Injection)."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A value that is shown otherwise than it stands in the file: ``₩12,000`` and 12000.

    ``address`` leads to its own page, ``tone`` is a tag's: good, warn, bad, live. ``is_moment``
    where it is a time, told in another zone than this program's. ``pieces`` are the words again,
    where not all of them are of one kind.
    """

    text: str
    value: str | int | None
    address: str = ""
    tone: str = ""
    is_moment: bool = False
    pieces: tuple[Piece, ...] = ()


Value = str | int | date | datetime | Shown | None


@dataclass(frozen=True, slots=True)
class Cell:
    """A value as a page shows it."""

    label: str
    text: str
    is_number: bool = False
    address: str = ""
    tone: str = ""
    is_moment: bool = False
    pieces: tuple[Piece, ...] = ()

    @property
    def is_short(self) -> bool:
        """Whether it stands in one line of a table: no receipt number is broken at its hyphen."""
        return len(self.text) <= (_SHORT_LETTERS if " " in self.text else _WORD_LETTERS)


@dataclass(frozen=True, slots=True)
class Figures:
    """A table that is also a file: ``name`` is the file's, of letters; rows are as wide as columns.

    Texts of the file are those of the page, numbers are plain, times are ISO 8601.
    """

    name: str
    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]

    @property
    def cells(self) -> list[list[Cell]]:
        """The rows as a page shows them."""
        words, head = language(), self.head
        return [
            [
                _cell(label, value, words, is_number=is_number)
                for (label, is_number), value in zip(head, row, strict=True)
            ]
            for row in self.rows
        ]

    @property
    def head(self) -> list[tuple[str, bool]]:
        """Each column's words, and whether it holds numbers."""
        return [
            (str(column), any(_is_number(row[at]) for row in self.rows))
            for at, column in enumerate(self.columns)
        ]


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture, made by ``drawing``, of figures."""

    figures: Figures
    picture: Markup


def csv_asked(request: HttpRequest, *figures: Figures) -> HttpResponse | None:
    """The file of the figures that ``?download=NAME`` asks for; None where none is."""
    asked = request.GET.get("download", "")
    found = next((each for each in figures if each.name == asked), None)
    return csv_answer(found.name, found.columns, found.rows) if found else None


def csv_answer(
    name: str, columns: Sequence[object], rows: Iterable[Sequence[Value]]
) -> HttpResponse:
    """Rows as a file for a spreadsheet: UTF-8, a comma between, CRLF (RFC 4180).

    No text begins a formula: one that would gets an apostrophe before it.
    """
    written = StringIO()
    writer = csv.writer(written)
    writer.writerow([_plain(str(column)) for column in columns])
    writer.writerows([_plain(value) for value in row] for row in rows)
    answer = HttpResponse(
        _BYTE_ORDER_MARK + written.getvalue(), content_type="text/csv; charset=utf-8"
    )
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


def _plain(value: Value) -> str:
    match value:
        case Shown():
            return _plain(value.value)
        case None:
            return ""
        case datetime():
            return timezone.localtime(value).isoformat(timespec="seconds")
        case date():
            return value.isoformat()
        case int():
            return str(value)
        case _:
            return f"'{value}" if value.startswith(_FORMULA) else value


def _is_number(value: Value) -> bool:
    if isinstance(value, Shown) and isinstance(value.value, str):
        return _FIGURE.fullmatch(value.value) is not None
    return isinstance(value.value if isinstance(value, Shown) else value, int)


def _cell(label: str, value: Value, words: str, *, is_number: bool) -> Cell:
    match value:
        case Shown():
            own = (value.address, value.tone, value.is_moment, value.pieces)
            return Cell(label, value.text, is_number, *own)
        case None | "":
            return Cell(label, "–", is_number)
        case datetime():
            text = moment_text(timezone.localtime(value), words, firm=True)
            return Cell(label, text, is_moment=True)
        case date():
            return Cell(label, date_text(value, words), is_moment=True)
        case int():
            return Cell(label, f"{value:,}", is_number)
        case _:
            return Cell(label, value)


# --- Pages of a long list ---

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Paged(Generic[Row]):
    """One page of rows; ``earlier`` and ``later`` are addresses, empty where there is none."""

    rows: list[Row]
    page: int
    earlier: str
    later: str


def paged(
    request: HttpRequest, fetch: Callable[[int, int], Sequence[Row]], size: int = PAGE_ROWS
) -> Paged[Row]:
    """The page that ``?page=`` asks for; ``fetch`` gives at most so many rows after so many."""
    asked = request.GET.get("page", "1")
    page = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 1  # noqa: PLR2004
    page = min(max(page, 1), _PAGE_MAX)
    found = list(fetch(size + 1, (page - 1) * size))
    return Paged(
        found[:size],
        page,
        with_query(request, page=str(page - 1)) if page > 1 else "",
        with_query(request, page=str(page + 1)) if len(found) > size else "",
    )


def with_query(request: HttpRequest, **changes: str) -> str:
    """The query of this page with something of it changed; an empty value leaves it out."""
    query = request.GET.copy()
    query.pop("download", None)
    for name, value in changes.items():
        if value:
            query[name] = value
        else:
            query.pop(name, None)
    return f"?{query.urlencode()}"


# --- Filters and days ---


class FilterForm(forms.Form):
    """What a list is narrowed down by; it comes as the page's query and changes nothing."""

    use_required_attribute = False

    def chosen(self, name: str) -> str:
        """What was chosen; empty where nothing was, or nothing that is offered."""
        found = self.cleaned_data.get(name) if self.is_valid() or self.is_bound else None
        return str(found) if found else ""


@dataclass(frozen=True, slots=True)
class Period:
    """Days from the first to the last, both within."""

    since: date
    until: date

    def instants(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """The first instant, and the one after the last."""
        after = self.until + timedelta(days=1)
        return datetime.combine(self.since, time(), zone), datetime.combine(after, time(), zone)


class PeriodForm(FilterForm):
    """Days from and to; a page adds what else it is narrowed down by."""

    since = forms.DateField(
        label=_("From the day"),
        required=False,
        validators=DAYS,
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    until = forms.DateField(
        label=_("To the day"),
        required=False,
        validators=DAYS,
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def clean(self) -> dict[str, object]:
        """The last day is not before the first. Raises ValidationError."""
        given = super().clean() or self.cleaned_data
        since, until = given.get("since"), given.get("until")
        if since and until and until < since:
            self.add_error("until", _("This day is before the first one."))
        return given

    def period(self, days: int = 30) -> Period:
        """The days that were asked for; else so many days up to today."""
        given = self.cleaned_data if self.is_valid() else {}
        today = timezone.localtime(now()).date()
        until = given.get("until") or max(today, given.get("since") or today)
        since = given.get("since") or until - timedelta(days=days - 1)
        return Period(since, until)


def spans(request: HttpRequest, *days: int) -> list[tuple[int, str]]:
    """Ways to the last 7, 30, 90 days: how many, and the query."""
    today = timezone.localtime(now()).date()
    return [
        (
            count,
            with_query(
                request,
                since=(today - timedelta(days=count - 1)).isoformat(),
                until=today.isoformat(),
                page="",
            ),
        )
        for count in days or (7, 30, 90)
    ]
