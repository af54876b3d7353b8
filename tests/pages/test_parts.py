"""Figures as a table and as a file; pages of a long list; days."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime
from io import StringIO
from zoneinfo import ZoneInfo

from django.test import RequestFactory
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

COLUMNS = ("Measure", "Amount", "On")


def figures():
    from makegood.operations.parts import Figures, Shown

    return Figures(
        "money",
        "Money",
        COLUMNS,
        (
            ("환급", Shown("1,200원", 1200), date(2026, 2, 1)),
            ("=1+1", None, datetime(2026, 2, 1, 0, 30, tzinfo=UTC)),
        ),
    )


def rows(content: bytes) -> list[list[str]]:
    return list(csv.reader(StringIO(content.decode("utf-8-sig"))))


def asked(query: str = ""):
    return RequestFactory().get(f"/page/?{query}")


def test_the_table_and_the_file_say_the_same_each_in_its_way() -> None:
    from makegood.operations.parts import csv_asked

    made_figures = figures()
    assert [[cell.text for cell in row] for row in made_figures.cells] == [
        ["환급", "1,200원", "2026년 2월 1일"],
        ["=1+1", "–", "2026년 2월 1일 오전\u00a09시\u00a030분"],
    ]
    assert made_figures.head == [("Measure", False), ("Amount", True), ("On", False)]
    answer = csv_asked(asked("download=money"), made_figures)
    assert answer is not None
    assert answer.headers["Content-Disposition"] == 'attachment; filename="money.csv"'
    assert rows(answer.content) == [
        list(COLUMNS),
        ["환급", "1200", "2026-02-01"],
        ["'=1+1", "", "2026-02-01T09:30:00+09:00"],
    ]
    assert csv_asked(asked("download=other"), made_figures) is None
    assert csv_asked(asked(), made_figures) is None


_TEXTS = st.lists(st.text(st.characters(codec="utf-8"), max_size=20), max_size=4)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(_TEXTS)
def test_no_text_of_a_file_begins_a_formula(texts: list[str]) -> None:
    from makegood.operations.parts import csv_answer

    (row,) = rows(csv_answer("any", texts, []).content) or [[]]
    assert not [cell for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


def test_a_long_list_is_shown_page_by_page() -> None:
    from makegood.operations.parts import paged

    numbers = list(range(5))

    def fetch(limit: int, offset: int) -> list[int]:
        return numbers[offset : offset + limit]

    for query, page, shown in (
        ("", 1, [0, 1]),
        ("page=2", 2, [2, 3]),
        ("page=3", 3, [4]),
        ("page=0", 1, [0, 1]),
        ("page=-3", 1, [0, 1]),
        ("page=½", 1, [0, 1]),
        ("page=999999999", 1, [0, 1]),
    ):
        found = paged(asked(f"state=sent&{query}"), fetch, 2)
        assert (found.page, found.rows) == (page, shown), query
        assert bool(found.earlier) == (page > 1)
        assert bool(found.later) == (page < 3)
        for address in filter(None, (found.earlier, found.later)):
            assert "state=sent" in address


def test_a_query_is_changed_and_a_download_is_not_carried_along() -> None:
    from makegood.operations.parts import spans, with_query

    assert with_query(asked("a=1&download=x&page=2"), page="", b="3") == "?a=1&b=3"
    assert [count for count, _query in spans(asked())] == [7, 30, 90]


def test_days_from_and_to() -> None:
    from makegood.operations.parts import PeriodForm

    form = PeriodForm({"since": "2026-02-01", "until": "2026-02-03"})
    period = form.period()
    assert (period.since, period.until) == (date(2026, 2, 1), date(2026, 2, 3))
    first, after = period.instants(ZoneInfo("Asia/Seoul"))
    assert (after - first).days == 3
    wrong = PeriodForm({"since": "2026-02-03", "until": "2026-02-01"})
    assert not wrong.is_valid()
    assert (wrong.period(10).until - wrong.period(10).since).days == 9
    open_end = PeriodForm({"since": "2999-01-01"})
    assert open_end.period().since <= open_end.period().until


def test_the_period_of_a_run_is_said_as_the_language_writes_it() -> None:
    from django.utils.translation import override

    from makegood.operations.runs.words import period_words

    said = {
        "2026-02": ("2026년 2월", "February 2026"),
        "notice 2025-12-31T10:00": (
            "2025년 12월 31일 오전\u00a010시",
            "31 December 2025 at 10\u00a0am",
        ),
        "reminder 2026-01-19T10:00": (
            "2026년 1월 19일 오전\u00a010시",
            "19 January 2026 at 10\u00a0am",
        ),
        "notice 2025-12-31T10:00 mail": (
            "2025년 12월 31일 오전\u00a010시",
            "31 December 2025 at 10\u00a0am",
        ),
        "once": ("", ""),
        "start": ("", ""),
        "another": ("another", "another"),
    }
    for period, (korean, english) in said.items():
        with override("ko"):
            assert period_words(period) == korean
        with override("en"):
            assert period_words(period) == english
    assert period_words("notice 2025-12-31T10:00", is_dated=True) == ""
    with override("ko"):
        assert period_words("2026-02", is_dated=True) == "2026년 2월"


def test_templates_say_instants_days_and_counts() -> None:
    from django.template import Context, Template
    from django.utils.translation import override

    values = {"at": datetime(2026, 2, 1, 0, 30, tzinfo=UTC), "on": date(2026, 2, 1), "many": 12345}
    template = Template("{% load said %}{{ at|moment }}/{{ at|day }}/{{ on|day }}/{{ many|count }}")
    with override("ko"):
        told = template.render(Context(values)).split("/")
        assert told[1:] == ["2026년 2월 1일", "2026년 2월 1일", "12,345"]
        assert told[0].startswith("2026년 2월 1일 ")
        assert template.render(Context({})) == "///"
