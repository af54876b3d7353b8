"""Masked data is a hint: enough to recognise, never enough to learn."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from makegood.trust.vault import (
    Account,
    Person,
    mask_account,
    mask_account_number,
    mask_address,
    mask_birth_date,
    mask_email,
    mask_name,
    mask_person,
    mask_phone,
)

HANGUL = st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3)
DIGITS = st.characters(min_codepoint=ord("0"), max_codepoint=ord("9"))


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("김민수", "김*수"),
        ("김 민수", "김*수"),
        ("김수", "김*"),
        ("김", "*"),
        ("남궁민수", "남궁**"),
        ("남궁민", "남궁*"),
        ("남궁", "남*"),
        ("김가나다", "김**다"),
        ("王小明", "王*明"),
        ("John Smith", "J*** S***"),
        ("J Smith", "*** S***"),
        ("Nguyen Thi Lan", "N*** T*** L***"),
        ("김John", "김***"),
        ("", ""),
    ],
)
def test_names(name: str, masked: str) -> None:
    assert mask_name(name) == masked


@pytest.mark.parametrize(
    ("phone", "masked"),
    [
        ("010-1234-5678", "010-****-5678"),
        ("+82 10 1234 5678", "010-****-5678"),
        ("011-234-5678", "***-****-5678"),
        ("02-123-4567", "***-****-4567"),
        ("+1 212 555 0100", "***-****-0100"),
        ("1234", "***-****-****"),
        ("no number 5678", "***-****-****"),
        ("", ""),
    ],
)
def test_phones(phone: str, masked: str) -> None:
    assert mask_phone(phone) == masked


@pytest.mark.parametrize(
    ("email", "masked"),
    [
        ("bora@example.com", "b***@example.com"),
        ("b@example.com", "***@example.com"),
        ("a@b@example.com", "a***@example.com"),
        ("bora", "***"),
        ("@example.com", "***@example.com"),
        ("", ""),
    ],
)
def test_emails(email: str, masked: str) -> None:
    assert mask_email(email) == masked


@pytest.mark.parametrize(
    ("address", "masked"),
    [
        ("서울특별시 강남구 테헤란로 123, 101동 1203호", "서울특별시 강남구"),
        ("경기도 수원시 영통구 광교로 1", "경기도 수원시 영통구"),
        ("경기도 가평군 가평읍 호반로 1", "경기도 가평군"),
        ("세종특별자치시 한누리대로 411", "세종특별자치시"),
        ("서울 강남구 역삼구 1", "서울 강남구"),
        ("강남구 테헤란로 123", "***"),
        ("12 Main Street", "***"),
        ("", ""),
    ],
)
def test_addresses(address: str, masked: str) -> None:
    assert mask_address(address) == masked


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("110-123-456789", "***-****-6789"),
        ("12345678", "***-****-5678"),
        ("1234567", "***-****-567"),
        ("123456", "***-****-456"),
        ("12345", "***-****-***"),
        ("", ""),
    ],
)
def test_account_numbers(number: str, masked: str) -> None:
    assert mask_account_number(number) == masked


def test_a_whole_person_and_an_account() -> None:
    person = Person("C1", "김민수", "010-1234-5678", date(1985, 3, 7), "bora@example.com", "")
    masked = mask_person(person)
    assert masked.birth_date == "1985-**-**"
    assert masked.customer_id == "C1"
    assert mask_account(Account("C1", "004", "110123456789", "김민수")) == "004 ***-****-6789"


@given(st.text(HANGUL, min_size=1, max_size=20))
def test_of_a_hangul_name_at_most_two_letters_are_shown_and_one_is_hidden(name: str) -> None:
    masked = mask_name(name)
    assert len(masked) == len(name)
    assert len(masked.replace("*", "")) <= 2
    assert "*" in masked


@given(st.lists(st.text(st.characters(categories=["L"]), min_size=1, max_size=12), max_size=4))
def test_of_any_name_at_most_the_first_letter_of_each_word_and_the_last_is_shown(
    words: list[str],
) -> None:
    name = " ".join(words)
    shown = mask_name(name).replace("*", "").split()
    assert sum(map(len, shown)) <= max(2, len(words))
    if name.strip():
        assert "*" in mask_name(name)


@given(st.text(max_size=60))
def test_masks_take_any_text_and_hide_some_of_it(text: str) -> None:
    for mask in (mask_name, mask_phone, mask_email, mask_address, mask_account_number):
        masked = mask(text)
        assert not masked or "*" in masked or mask is mask_address
    assert mask_phone(text) in {"", "***-****-****"} or sum(
        letter.isdigit() for letter in mask_phone(text)
    ) in {4, 7}


@given(st.text(DIGITS, min_size=1, max_size=20))
def test_of_an_account_at_most_four_digits_are_shown_and_at_least_three_hidden(
    number: str,
) -> None:
    shown = mask_account_number(number).strip("*-")
    assert len(shown) <= 4
    assert len(shown) <= max(0, len(number) - 3)
    assert number.endswith(shown)


@given(
    st.sampled_from(["서울특별시", "경기도"]), st.text(HANGUL, max_size=10), st.text(max_size=30)
)
def test_of_an_address_nothing_below_the_district_is_shown(
    province: str, second: str, rest: str
) -> None:
    shown = mask_address(f"{province} {second} {rest}").split()
    if shown == ["***"]:
        return
    assert shown[0] == province
    assert all(word[-1] in "시군구" for word in shown[1:])
    assert len(shown) <= 3


@given(st.emails())
def test_of_an_email_at_most_the_first_letter_and_the_domain_is_shown(email: str) -> None:
    local, _, domain = email.rpartition("@")
    masked = mask_email(email)
    assert masked.endswith(f"***@{domain}")
    assert len(masked) <= len(domain) + 5
    assert len(local) > 1 or masked == f"***@{domain}"


@given(st.dates())
def test_of_a_birth_date_the_year_is_shown(day: date) -> None:
    assert mask_birth_date(day) == f"{day.year:04}-**-**"
    assert mask_birth_date(None) == ""
