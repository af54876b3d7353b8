"""Short codes: sparse, checked, and forgiving of how people type."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from makegood.channels.messages import canonical_code
from makegood.channels.messages.codes import LETTERS, _code, new_codes

CODES = st.integers(0, 2**40 - 1).map(_code)


def test_codes_are_of_the_alphabet_and_differ():
    codes = new_codes(10_000)
    assert len(set(codes)) == 10_000
    assert {letter for code in codes for letter in code} == set(LETTERS)
    assert all(canonical_code(code) == code for code in codes)


@given(st.data())
def test_case_spaces_and_look_alikes_do_not_matter(data):
    code = data.draw(CODES)
    alike = {"0": "0Oo０", "1": "1IiLl１"}
    typed = "".join(
        data.draw(st.sampled_from(alike.get(letter, letter + letter.lower())))
        + data.draw(st.sampled_from(["", " ", "-", "\t"]))
        for letter in code
    )
    assert canonical_code(typed) == code


@given(st.data())
def test_a_wrong_letter_is_always_found(data):
    code = data.draw(CODES)
    at, letter = data.draw(st.integers(0, 8)), data.draw(st.sampled_from(LETTERS))
    assume(code[at] != letter)
    assert canonical_code(code[:at] + letter + code[at + 1 :]) is None


@given(st.data())
def test_two_letters_in_each_others_place_are_always_found(data):
    code = list(data.draw(CODES))
    first, second = data.draw(st.integers(0, 8)), data.draw(st.integers(0, 8))
    assume(code[first] != code[second])
    code[first], code[second] = code[second], code[first]
    assert canonical_code("".join(code)) is None


@pytest.mark.parametrize(
    "text", ["", "ABC", "ABCDEFGHJK", "ABCDUFGHJ", "확인번호입니다아아", "*" * 9]
)
def test_what_can_be_no_code(text: str):
    assert canonical_code(text) is None


@given(st.text())
def test_any_text_is_a_code_or_none(text: str):
    assert canonical_code(text) in (None, canonical_code(canonical_code(text) or ""))
