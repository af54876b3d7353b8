"""How long a short message is, against the codec of the standard."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from makegood.programmes import (
    SMS_BYTES_MAX,
    SmsKind,
    encoded,
    sms_bytes,
    sms_kind,
    unwritable,
)

SYLLABLES = st.integers(0xB0A1, 0xC8FE).map(lambda number: number.to_bytes(2))
WRITABLE = st.lists(
    st.one_of(
        st.characters(min_codepoint=0x20, max_codepoint=0x7E),
        st.just("\n"),
        SYLLABLES.filter(lambda two: two[1] >= 0xA1 and two[1] != 0xFF).map(
            lambda two: two.decode("euc_kr")
        ),
    )
).map("".join)


@given(WRITABLE)
def test_a_text_that_can_be_written_is_as_long_as_its_bytes(text: str):
    assert unwritable(text) == []
    assert sms_bytes(text) == len(encoded(text))
    assert encoded(text).decode("euc_kr") == text


@given(st.text())
def test_what_can_be_written_is_said_rightly_of_any_text(text: str):
    wrong = unwritable(text)
    rest = "".join(c for at, c in enumerate(text) if at not in wrong)
    assert sms_bytes(rest) == len(encoded(rest))
    for at in wrong:
        character = text[at]
        try:
            length = len(character.encode("euc_kr"))
        except UnicodeEncodeError:
            continue
        assert length > 2 or not character.isprintable()


@given(WRITABLE)
def test_a_message_is_short_up_to_ninety_bytes(text: str):
    assert (sms_kind(text) is SmsKind.SMS) is (len(encoded(text)) <= SMS_BYTES_MAX)


def test_the_bound_is_ninety_and_not_ninety_one():
    assert sms_kind("가" * 45) is SmsKind.SMS
    assert sms_kind("가" * 45 + "a") is SmsKind.LMS


@pytest.mark.parametrize("character", ["똠", "펲", "é", "₩", "–", "😀", "\t", "\r", "\x00", "・"])
def test_these_cannot_be_written(character: str):
    assert unwritable(f"가{character}나") == [1]


@pytest.mark.parametrize("character", ["가", "힝", "￦", "·", "’", "…", "①", "漢", "A", "~"])
def test_these_can(character: str):
    assert unwritable(character) == []


def test_all_syllables_of_the_standard_and_no_others():
    syllables = [chr(code) for code in range(0xAC00, 0xD7A4)]
    assert sum(not unwritable(each) for each in syllables) == 2_350
