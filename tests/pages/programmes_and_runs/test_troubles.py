"""What went wrong with a shard is told in words; no name of a class stands on a page."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.template.loader import render_to_string
from django.utils import translation


def trouble_words(kept: str) -> str:
    from makegood.operations.runs import troubles

    return troubles.trouble_words(kept)


@pytest.mark.parametrize(
    ("kept", "korean", "english"),
    [
        ("", "", ""),
        ("TimeoutError", "제때 답하지 않았습니다", "did not answer in time"),
        ("gaierror", "연결하지 못했습니다", "could not be reached"),
        ("PermissionError", "파일이나 폴더", "file or a folder"),
        ("OperationalError", "데이터베이스", "database was away"),
        ("KeyError", "예상하지 못한 문제", "Something unexpected"),
        ("MG817 the bank did not answer", "제때 답하지 않았습니다. (MG817 the", "MG817 the bank"),
        ("MG999 something new", "MG999 something new", "MG999 something new"),
        (
            "kt-2025: MG830 no copy of 'kt-2025' is loaded",
            "불러오지 않았습니다. (kt-2025: MG830 no copy",
            "kt-2025: MG830 no copy",
        ),
        (
            "shard 3 of run 1 was not sent: TimeoutError",
            "제때 답하지 않았습니다. (shard 3",
            "in time",
        ),
        (
            "5 answers from bank are about nothing that any run has",
            "어느 실행에도 없는",
            "5 answers from bank are about nothing",
        ),
    ],
)
def test_what_went_wrong_is_told_in_words(kept: str, korean: str, english: str) -> None:
    for language, words in (("ko", korean), ("en", english)):
        with translation.override(language):
            told = trouble_words(kept)
        assert words in told
        assert "Error" not in told
        assert bool(told) is bool(kept)


def test_the_log_is_named_where_only_it_knows_more() -> None:
    with translation.override("en"):
        assert "log" in trouble_words("KeyError")
        assert "log" not in trouble_words("MG817 the bank did not answer")


def test_what_is_english_on_a_korean_page_is_told_to_be() -> None:
    from makegood.operations.runs.listing import troubles_table
    from makegood.runs import Step, Trouble

    words = "kt-2025: MG830 no copy of 'kt-2025' is loaded"
    instant = datetime(2026, 3, 1, tzinfo=UTC)
    with translation.override("ko"):
        table = troubles_table([Trouble(Step.CHECK, words, instant, instant, instant)])
        assert table.cells[0][0].text == "재계산"
        page = render_to_string("operations/parts/figures.html", {"figures": table})
    assert '<span lang="en">kt-2025: MG830 no copy of' in page
