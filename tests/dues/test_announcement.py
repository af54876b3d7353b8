"""The announcement of each programme, word for word, from its file alone.

``MAKEGOOD_BLESS=1`` writes the texts anew; read the difference before keeping it.
"""

from datetime import datetime
from pathlib import Path

import pytest

from makegood.dues import Announcement, announcement
from tests.dues.kt import CLOSED, OPEN, SEOUL
from tests.golden import assert_golden
from tests.programmes.deciding import FILES, programme_of

TEXTS = Path(__file__).parent / "announcements"
NOW = {"skt-2025": datetime(2025, 7, 10, 10, 0, tzinfo=SEOUL)}
SPOKEN = [(name, language) for name in FILES for language in programme_of(name).section.languages]

pytestmark = pytest.mark.usefixtures("lasting")


def written(told: Announcement) -> str:
    lines = [told.title, told.operator, "", told.happened, f"look-up: {told.look_up_text}"]
    lines += [
        "",
        *(f"{each.words}: {each.until}" + " (over)" * each.is_over for each in told.deadlines),
    ]
    for section in told.sections:
        lines += ["", f"# {section.title}", section.promise]
        lines += [f"> {each.words}: {each.until}" for each in section.deadlines]
        for line in section.lines:
            lines += [f"- {line.words}", *(f"  - {below}" for below in line.below)]
    lines += ["", f"ways: {', '.join(told.ways)}", f"centre: {told.phone} {told.hours}"]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize(("name", "language"), SPOKEN)
def test_the_announcement_is_the_one_that_was_read(name: str, language: str) -> None:
    told = announcement(programme_of(name), language, NOW.get(name, OPEN))
    assert_golden(written(told), TEXTS / f"{name}.{language}.txt")


def test_deadlines_come_first_by_time_and_say_when_they_are_over() -> None:
    told = announcement(programme_of("kt-2025"), "en", OPEN)
    assert [(each.words, each.until, each.is_over) for each in told.deadlines] == [
        ("Waiver of early-termination penalties: Apply", "31 January 2026 at 10\u00a0pm", False),
        (
            "Waiver of early-termination penalties: Last day of termination",
            "13 January 2026",
            True,
        ),
    ]
    assert all(e.is_over for e in announcement(programme_of("kt-2025"), "en", CLOSED).deadlines)


def test_money_set_aside_is_the_operators_own_matter() -> None:
    for name in FILES:
        told = announcement(programme_of(name), programme_of(name).languages[0], OPEN)
        assert "Set aside" not in written(told)
        assert "예산" not in written(told)


def test_a_language_that_a_programme_does_not_speak_is_its_leading_one() -> None:
    assert announcement(programme_of("rogers-2022"), "ko", OPEN).language == "en"
