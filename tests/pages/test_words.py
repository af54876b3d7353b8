"""Every text of the pages is there in Korean, and what is compiled is what is written."""

from __future__ import annotations

import re

import pytest
from django.template.loader import get_template

from makegood.operations.catalogue import PACKAGE, Catalogue, catalogues, compiled

VARIABLE = re.compile(r"%\((\w+)\)s")
BY_NAME = {each.name: each for each in catalogues()}


@pytest.fixture(params=BY_NAME)
def catalogue(request: pytest.FixtureRequest) -> Catalogue:
    return BY_NAME[request.param]


def test_the_rooms_with_pages_have_words() -> None:
    assert {"operations", "portal", "dues"} <= set(BY_NAME)


def test_every_text_has_its_korean_and_no_korean_is_left_over(catalogue: Catalogue) -> None:
    written = catalogue.written()
    assert set(written) - {""} == catalogue.texts()
    assert not [english for english, korean in written.items() if not korean]


def test_the_compiled_words_are_the_written_ones(catalogue: Catalogue) -> None:
    assert catalogue.compiled_file.read_bytes() == compiled(catalogue.written())


def test_both_languages_name_the_same_variables(catalogue: Catalogue) -> None:
    for english, korean in catalogue.written().items():
        if english:
            assert sorted(VARIABLE.findall(english)) == sorted(VARIABLE.findall(korean)), english


@pytest.mark.parametrize("site", ["operations", "portal"])
def test_rooms_of_one_site_say_the_same_for_the_same_words(site: str) -> None:
    """Of several catalogues one is asked first: another's Korean would never be seen."""
    other = "portal" if site == "operations" else "operations"
    said: dict[str, tuple[str, str]] = {}
    for name, each in BY_NAME.items():
        if name.split("/")[0] == other:
            continue
        for english, korean in each.written().items():
            if english:
                first = said.setdefault(english, (korean, name))
                assert first[0] == korean, f"{english}: {first[1]} and {name}"


def test_our_words_come_before_those_of_libraries(database: object) -> None:
    from django.utils.translation import gettext, override

    with override("ko"):
        assert gettext("Sessions") == "접속"
        assert gettext("active") == "사용 중"
    assert database


@pytest.mark.parametrize("room", ["operations", "centre", "portal", "dues"])
def test_every_template_can_be_read(database: object, room: str) -> None:
    folder = PACKAGE / room / "templates"
    found = sorted(folder.rglob("*.html"))
    assert found
    for path in found:
        get_template(str(path.relative_to(folder)))
    assert database
