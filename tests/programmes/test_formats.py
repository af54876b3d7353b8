"""Dates, times, money and facts as each language writes them, and the phrase books themselves."""

from __future__ import annotations

from datetime import date, datetime
from string import Formatter

import pytest

from makegood.programmes import LANGUAGES, date_text, fact_text, moment_text, month_text
from makegood.programmes.formats import number_text
from makegood.programmes.phrases import keys, template
from makegood.programmes.phrases.particles import with_particles
from tests.programmes.deciding import programme_of


@pytest.mark.parametrize(
    ("language", "day", "month", "number"),
    [
        ("ko", "2026년 1월 1일", "2026년 1월", "1,234개"),
        ("en", "1 January 2026", "January 2026", "1,234 개"),
        ("fr", "1er janvier 2026", "janvier 2026", "1\u00a0234 개"),
    ],
)
def test_days_months_and_numbers(language: str, day: str, month: str, number: str) -> None:
    assert date_text(date(2026, 1, 1), language) == day
    assert month_text("2026-01", language) == month
    assert number_text(1_234, language, "개") == number


@pytest.mark.parametrize(
    ("hour", "minute", "korean", "english", "french"),
    [
        (0, 0, "0시", "00:00", "0\u00a0h"),
        (0, 30, "0시 30분", "00:30", "0\u00a0h\u00a030"),
        (9, 0, "오전 9시", "9 am", "9\u00a0h"),
        (12, 0, "낮 12시", "12:00", "12\u00a0h"),
        (12, 5, "낮 12시 5분", "12:05 pm", "12\u00a0h\u00a005"),
        (22, 30, "오후 10시 30분", "10:30 pm", "22\u00a0h\u00a030"),
    ],
)
def test_times_of_day(hour: int, minute: int, korean: str, english: str, french: str) -> None:
    moment = datetime(2026, 1, 14, hour, minute)  # noqa: DTZ001 - local time, as the file has it
    assert moment_text(moment, "ko") == f"2026년 1월 14일 {korean}"
    assert moment_text(moment, "en") == f"14 January 2026 at {english}"
    firm = english.replace(" ", "\u00a0")
    assert moment_text(moment, "en", firm=True) == f"14 January 2026 at {firm}"
    assert moment_text(moment, "fr") == f"14 janvier 2026 à {french}"


@pytest.mark.parametrize(
    ("fact", "value", "korean", "english"),
    [
        ("terminated_on", 20_466, "2026년 1월 13일", "13 January 2026"),
        ("terminated_on", None, "없음", "none"),
        ("contracted_on", None, "모름", "unknown"),
        ("holder_age", 65, "65세", "65 years"),
        ("subsidy_won", 600_000, "600,000원", "600,000 won"),
        ("brand", "mvno", "알뜰폰", "MVNO"),
    ],
)
def test_facts(fact: str, value: object, korean: str, english: str) -> None:
    programme = programme_of("kt-2025")
    assert fact_text(programme, fact, value, "ko") == korean
    assert fact_text(programme, fact, value, "en") == english


def test_yes_no_and_cents() -> None:
    telco, rogers = programme_of("telco-churn"), programme_of("rogers-2022")
    assert fact_text(telco, "senior", True, "en") == "yes"
    assert fact_text(rogers, "monthly_fee", 123_450, "en") == "CAD 1,234.50"
    assert fact_text(rogers, "monthly_fee", 123_450, "fr") == "1\u00a0234,50\u00a0$"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("해지일은(는)", "해지일은"),
        ("회선 종류은(는)", "회선 종류는"),
        ("1월 13일을(를)", "1월 13일을"),
        ("65세이(가)", "65세가"),
        ("600,000원와(과)", "600,000원과"),
        ("서울(으)로", "서울로"),
        ("사물인터넷(IoT)이(가)", "사물인터넷(IoT)가"),
        ("24개월(2년)은(는)", "24개월(2년)은"),
        ("KT은(는) 3을(를)", "KT는 3을"),
    ],
)
def test_korean_particles_follow_the_sound_before_them(written: str, read: str) -> None:
    assert with_particles(written) == read


def places(words: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(words) if name}


def test_the_books_have_the_same_phrases_with_the_same_places() -> None:
    leading, *others = LANGUAGES
    for language in others:
        assert keys(language) == keys(leading)
        differing = [
            key
            for key in sorted(keys(leading))
            if places(template(language, key)) != places(template(leading, key))
        ]
        assert differing == []
