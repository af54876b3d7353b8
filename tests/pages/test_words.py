"""Every text of the pages is there in Korean, and what is compiled is what is written."""

from __future__ import annotations

import re

import pytest
from django.template.loader import get_template

from makegood.operations import catalogue

VARIABLE = re.compile(r"%\((\w+)\)s")


def test_every_text_has_its_korean_and_no_korean_is_left_over() -> None:
    written = catalogue.read(catalogue.FOLDER / "django.po")
    assert set(written) - {""} == catalogue.texts()
    assert not [english for english, korean in written.items() if not korean]


def test_the_compiled_words_are_the_written_ones() -> None:
    written = catalogue.read(catalogue.FOLDER / "django.po")
    compiled = (catalogue.FOLDER / "django.mo").read_bytes()
    assert compiled == catalogue.compiled(written)


def test_both_languages_name_the_same_variables() -> None:
    for english, korean in catalogue.read(catalogue.FOLDER / "django.po").items():
        if english:
            assert sorted(VARIABLE.findall(english)) == sorted(VARIABLE.findall(korean)), english


def test_our_words_come_before_those_of_libraries(database: object) -> None:
    from django.utils.translation import gettext, override

    with override("ko"):
        assert gettext("Sessions") == "접속"
        assert gettext("active") == "사용 중"
    assert database


@pytest.mark.parametrize("room", ["operations", "centre"])
def test_every_template_can_be_read(database: object, room: str) -> None:
    folder = catalogue.ROOM.parent / room / "templates"
    found = sorted(folder.rglob("*.html"))
    assert found
    for path in found:
        get_template(str(path.relative_to(folder)))
    assert database
