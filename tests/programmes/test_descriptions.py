"""A programme in words that a customer understands.

The expected texts are kept in ``golden/``: see ``tests/golden.py``.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from makegood.programmes import describe, load_text
from tests.golden import assert_golden
from tests.programme_text import PROGRAMME, changed
from tests.programmes.deciding import FILES, programme_of

GOLDEN = Path(__file__).parent / "golden"


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_reference_programme_reads_as_it_was_read_last(language: str) -> None:
    found = describe(programme_of("kt-2025"), language)
    assert_golden(found, GOLDEN / f"kt-2025.{language}.txt")


@pytest.mark.parametrize("name", FILES)
def test_every_programme_says_all_its_texts_in_each_of_its_languages(name: str) -> None:
    programme = programme_of(name)
    for language in programme.languages:
        text = describe(programme, language)
        for measure in programme.section.measures.values():
            assert measure.title[language] in text
            assert measure.promise[language] in text
            assert all(e.because[language] in text for e in measure.exclusions.values())
        # Nothing unfilled, no particle left open, no name of a fact in place of its label.
        assert "{" not in text
        assert "(는)" not in text
        assert not [fact for fact in programme.facts if "_" in fact and fact in text]


def test_a_language_the_programme_does_not_speak_is_refused() -> None:
    with pytest.raises(ValueError, match="does not speak 'fr', but ko, en"):
        describe(programme_of("kt-2025"), "fr")


def lines_about(condition: str) -> list[str]:
    """What is said of a measure that is for the lines of this condition."""
    programme = load_text(changed("    for: opened_on < outage\n", f"    for: {condition}\n"))
    lines = describe(programme, "en").splitlines()
    first = next(i for i, line in enumerate(lines) if line.startswith("  - Which lines"))
    found = []
    for line in lines[first + 1 :]:
        if not line.startswith("    · "):
            break
        found.append(line.removeprefix("    · "))
    return found


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ("opened_on < outage", ["opened on: 28 February 2026 or earlier"]),
        ("opened_on > outage", ["opened on: 2 March 2026 or later"]),
        ("opened_on <= outage", ["opened on: 1 March 2026 or earlier"]),
        ("outage >= opened_on", ["opened on: 1 March 2026 or earlier"]),
        (
            "opened_on BETWEEN DATE '2026-01-01' AND outage",
            ["opened on: from 1 January 2026 to 1 March 2026"],
        ),
        ("fee > 5000", ["monthly fee: more than 5,000 won"]),
        ("holder_age >= 10", ["age: 10 or more"]),
        ("status = 'in_use'", ["status: in use"]),
        ("status <> 'closed'", ["status: not closed"]),
        ("status IN ('in_use', 'closed')", ["status: in use or closed"]),
        ("NOT status IN ('in_use')", ["status: none of in use"]),
        ("opened_on IS NULL", ["opened on: none"]),
        ("opened_on IS NOT NULL", ["opened on: given"]),
        ("opened_on <> outage", ["opened on: not 1 March 2026"]),
        ("holder_age > 10 AND fee > 0", ["age: more than 10", "monthly fee: more than 0 won"]),
        (
            "holder_age > 20 OR (fee > 0 AND status = 'in_use')",
            ["age: more than 20; or (monthly fee: more than 0 won; and status: in use)"],
        ),
        (
            "opened_on <= plus_days(outage, 14)",
            ["opened on: 14 days after 1 March 2026 or earlier"],
        ),
    ],
)
def test_a_condition_in_words(condition: str, words: list[str]) -> None:
    assert lines_about(condition) == words


def test_the_small_programme_is_described_in_korean() -> None:
    text = describe(load_text(PROGRAMME), "ko")
    assert "    · 가입일: 2026년 2월 28일까지" in text
    reminder = "요금 환급 – 아직 신청하지 않은 분께 다시 알려드립니다."
    assert f"  - 2026년 3월 20일 오전 10시: {reminder}" in text
