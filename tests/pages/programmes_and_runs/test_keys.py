"""Keys of a programme's file have words in both languages, with the key beside them."""

from __future__ import annotations

from typing import get_args, get_origin

import pytest
from django.template.loader import render_to_string
from django.utils import translation
from pydantic import BaseModel

from makegood.programmes.model import measure as model


def key_words(key: str, language: str = "ko") -> str:
    from makegood.operations.programmes.keys import key_words as words

    with translation.override(language):
        return words(key)


@pytest.mark.parametrize(
    ("key", "korean", "english"),
    [
        ("uplift.percent", "추가 비율(%)", "how much more, in percent"),
        ("promise.ko", "약속 문구 (한국어)", "what is promised, in words (Korean)"),
        ("except.left.because.en", "제외 사유 문구 (영어)", "words of an exclusion (English)"),
        ("claim.to", "신청 마감", "end of applications"),
        ("except.left.when", "제외 대상", "exclusions"),
        ("discount.offers.0.cap", "제휴 혜택의 최대 금액", "most that an offer gives"),
        ("choice.options.music.pool", "선택지의 코드 묶음", "pool of codes of an option"),
        ("refund.pay.table.0.pay_on", "지급일", "days of payment"),
        ("made.up", "그 밖의 항목", "another entry"),
    ],
)
def test_a_key_is_called_by_words(key: str, korean: str, english: str) -> None:
    assert (key_words(key), key_words(key, "en")) == (korean, english)


def test_every_key_of_a_measure_has_words_of_its_own() -> None:
    fields = model.MeasureSection.model_fields.items()
    for key in (field.alias or name for name, field in fields):
        assert key_words(key) != key_words("made.up"), key


def test_every_key_of_a_section_has_words_other_than_its_sections() -> None:
    for name, field in model.MeasureSection.model_fields.items():
        key = field.alias or name
        if get_origin(field.annotation) is dict:
            continue  # below it stand names that the file's author gives
        for part in parts_of(field.annotation):
            assert key_words(f"{key}.{part}") != key_words(key), f"{key}.{part}"


def test_no_words_stand_for_a_key_that_no_file_has() -> None:
    from makegood.operations.programmes.keys import _KEYS

    for key in _KEYS:
        section: object = model.MeasureSection
        for part in key.split("."):
            if part == "*":
                continue
            known = parts_of(section)
            assert part in known, key
            section = known[part]


def parts_of(annotation: object) -> dict[str, object]:
    """The keys of a section of the file, also where there may be none of it, or several."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        fields = annotation.model_fields.items()
        return {field.alias or name: field.annotation for name, field in fields}
    found: dict[str, object] = {}
    for each in get_args(annotation):
        found |= parts_of(each)
    return found


def test_on_the_page_the_key_stands_beside_its_words() -> None:
    from makegood.operations.programmes.top_ups import _others

    found = [{"measure": "roaming", "keys": ["promise.ko", "uplift.percent"], "is_gone": False}]
    with translation.override("ko"):
        page = render_to_string("operations/parts/figures.html", {"figures": _others(found, None)})
    assert "(한국어) <code>promise.ko</code>, 추가 비율(%) <code>uplift.percent</code>" in page
