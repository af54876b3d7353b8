"""A sealed record opens in its place and nowhere else; an index finds what was meant."""

import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from makegood.kernel import MakegoodError
from makegood.trust.vault import Account, Person, canonical_phone
from makegood.trust.vault.checking import checked_account, checked_person
from makegood.trust.vault.normalising import clean_name, name_for_index, read_birth_date
from makegood.trust.vault.packing import BYTES_MAX, LENGTHS, pack, unpack
from makegood.trust.vault.sealing import Sealer, new_keys

MINSU = Person(
    "C1", "김민수", "+821012345678", date(1985, 3, 7), "minsu@example.com", "서울특별시 강남구 1"
)
ACCOUNT = Account("C1", "004", "110123456789", "김민수")
FIELD = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=40)


@pytest.fixture(scope="module")
def keys() -> bytes:
    return new_keys()


@pytest.fixture(scope="module")
def sealer(keys: bytes) -> Sealer:
    return Sealer(1, keys)


# --- Sealing ---


def test_what_is_sealed_opens_again(sealer: Sealer) -> None:
    assert sealer.open_person("C1", sealer.seal_person(MINSU)) == MINSU
    assert sealer.open_account("C1", sealer.seal_account(ACCOUNT)) == ACCOUNT
    bare = Person("C2", "김수", "+821012345678")
    assert sealer.open_person("C2", sealer.seal_person(bare)) == bare


def test_nothing_of_it_is_in_the_clear(sealer: Sealer) -> None:
    sealed = sealer.seal_person(MINSU) + sealer.seal_account(ACCOUNT)
    for value in ("김민수", "1012345678", "1985", "minsu", "강남구", "110123456789"):
        assert value.encode() not in sealed


def test_a_ciphertext_of_another_customer_does_not_open(sealer: Sealer) -> None:
    expect_closed(lambda: sealer.open_person("C2", sealer.seal_person(MINSU)))
    expect_closed(lambda: sealer.open_account("C2", sealer.seal_account(ACCOUNT)))


def test_a_ciphertext_of_another_generation_does_not_open(sealer: Sealer, keys: bytes) -> None:
    relabelled = Sealer(2, keys)
    expect_closed(lambda: relabelled.open_person("C1", sealer.seal_person(MINSU)))
    expect_closed(lambda: relabelled.open_account("C1", sealer.seal_account(ACCOUNT)))


def test_a_ciphertext_of_another_table_does_not_open(sealer: Sealer) -> None:
    expect_closed(lambda: sealer.open_account("C1", sealer.seal_person(MINSU)))
    expect_closed(lambda: sealer.open_person("C1", sealer.seal_account(ACCOUNT)))
    # Not for the keys alone: the table is bound as well.
    bound = sealer.encrypt_person(pack(["x"]), b"vault_account/1/C1")
    expect_closed(lambda: sealer.decrypt_person("C1", bound))


def test_a_pseudonym_cannot_be_read_as_part_of_a_generation(keys: bytes) -> None:
    first, eleventh = Sealer(1, keys), Sealer(11, keys)
    sealed = first.seal_person(Person("1-C1", "김민수", "+821012345678"))
    expect_closed(lambda: eleventh.open_person("-C1", sealed))


@pytest.mark.parametrize("place", [0, 5, 20, -17, -1])
def test_a_changed_byte_does_not_open(sealer: Sealer, place: int) -> None:
    sealed = bytearray(sealer.seal_person(MINSU))
    sealed[place] ^= 1
    expect_closed(lambda: sealer.open_person("C1", bytes(sealed)))


def expect_closed(act: object) -> None:
    assert callable(act)
    with pytest.raises(MakegoodError) as caught:
        act()
    assert [finding.code for finding in caught.value.findings] == ["MG726"]
    assert "김민수" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_persons_and_accounts_never_show_themselves(sealer: Sealer) -> None:
    shown = f"{MINSU!r} {MINSU} {ACCOUNT!r} {ACCOUNT} {sealer!r}"
    for value in ("김민수", "1012345678", "110123456789", "minsu"):
        assert value not in shown


# --- Packing ---


@given(st.lists(FIELD, max_size=6))
def test_fields_come_back_as_they_were(fields: list[str]) -> None:
    packed = pack(fields)
    assert unpack(packed) == fields
    assert len(packed) in LENGTHS


@pytest.mark.parametrize("field", ["a\x1fb", "a\0"])
def test_control_characters_that_matter_are_refused(field: str) -> None:
    with pytest.raises(ValueError, match="control character"):
        pack([field])


def test_a_record_that_is_too_long_is_refused() -> None:
    assert len(pack(["x" * (BYTES_MAX - 2)])) == BYTES_MAX
    with pytest.raises(ValueError, match="too long"):
        pack(["x" * (BYTES_MAX - 1)])


def test_a_record_of_a_later_form_is_refused() -> None:
    with pytest.raises(ValueError, match="form"):
        unpack(b"2\x1fabc\0\0")


# --- Indexes ---


def test_each_index_has_a_key_of_its_own(sealer: Sealer) -> None:
    assert sealer.phone_prf(b"same", 16) != sealer.name_prf(b"same", 16)
    assert len(sealer.phone_index("010-1234-5678")) == 16
    other = Sealer(1, new_keys())
    assert sealer.phone_index("010-1234-5678") != other.phone_index("010-1234-5678")


def test_a_phone_is_found_in_every_form(sealer: Sealer) -> None:
    forms = [
        *("010-1234-5678", "01012345678", "+82 10 1234 5678", "+82-10-1234-5678"),
        *("0082 10 1234 5678", "+82 (0)10 1234 5678", "０１０-１２３４-５６７８", "010.1234.5678"),
        "010\u20131234\u20135678",
    ]
    assert {sealer.phone_index(form) for form in forms} == {sealer.phone_index(forms[0])}
    assert sealer.phone_index("010-1234-5679") != sealer.phone_index(forms[0])


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("02-123-4567", "+8221234567"),
        ("031-123-4567", "+82311234567"),
        ("+1 (212) 555-0100", "+12125550100"),
        ("001 212 555 0100", "+12125550100"),
        ("1588-0010", None),
        ("12", None),
        ("", None),
        ("010-1234-567a", None),
        ("+82", None),
        ("+0123456789", None),
        ("01012345678901", None),
    ],
)
def test_other_phones(text: str, canonical: str | None) -> None:
    assert canonical_phone(text) == canonical


@given(st.text(max_size=20))
def test_a_canonical_phone_stays_as_it_is(text: str) -> None:
    canonical = canonical_phone(text)
    assert canonical is None or canonical_phone(canonical) == canonical


def test_a_name_is_found_however_it_is_typed(sealer: Sealer) -> None:
    born = date(1985, 3, 7)
    wanted = sealer.name_index("김민수", born)
    for form in ("김 민수", " 김민수 ", unicodedata.normalize("NFD", "김민수"), "김\u3000민수"):
        assert sealer.name_index(clean_name(form) or "", born) == wanted
    assert sealer.name_index("김민수", date(1985, 3, 8)) != wanted
    assert sealer.name_index("김민서", born) != wanted
    latin = {
        sealer.name_index(clean_name(form) or "", born)
        for form in ("John Smith", "JOHN SMITH", "john  smith", "JohnSmith")
    }
    assert len(latin) == 1


@given(st.text(min_size=1, max_size=30))
def test_a_clean_name_stays_as_it_is(text: str) -> None:
    name = clean_name(text)
    if name is not None:
        assert clean_name(name) == name
        assert name_for_index(name_for_index(name)) == name_for_index(name)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("1985-03-07", date(1985, 3, 7)),
        ("19850307", date(1985, 3, 7)),
        ("1985.03.07", date(1985, 3, 7)),
        (" 1985/03/07 ", date(1985, 3, 7)),
        ("1985-02-30", None),
        ("850307", None),
        ("1879-12-31", None),
        ("2026-01-02", None),
        ("1985-W10-4", None),
    ],
)
def test_birth_dates(text: str, day: date | None) -> None:
    assert read_birth_date(text, date(2026, 1, 1)) == day


# --- What is stored ---


def refused(person: Person, words: str) -> None:
    with pytest.raises(MakegoodError, match=words) as caught:
        checked_person(person)
    assert [finding.code for finding in caught.value.findings] == ["MG729"]
    said = str(caught.value)
    for value in (person.name, person.phone, person.email, person.address):
        assert len(value) < 4 or value not in said


def test_a_person_is_checked_field_by_field_and_no_value_is_told() -> None:
    good = Person("C1", "김민수", "010-1234-5678")
    assert checked_person(good).phone == "+821012345678"
    refused(Person("C 1", good.name, good.phone), "customer_id is no pseudonym")
    refused(Person("C-1012345678", good.name, good.phone), "customer_id says the phone")
    refused(Person("C1", "김민수\x07은밀", good.phone), "name is empty, too long or holds control")
    refused(Person("C1", "  ", good.phone), "name is empty")
    refused(Person("C1", good.name, "몰라요몰라"), "phone is no phone number")
    refused(Person("C1", good.name, good.phone, date(1700, 1, 1)), "birth_date is no day")
    refused(Person("C1", good.name, good.phone, email="minsu.example"), "email is no")
    refused(Person("C1", good.name, good.phone, address="가" * 301), "address is too long")


def test_an_account_is_checked_too() -> None:
    assert checked_account(Account("C1", "4", "110-123-456789", "김민수")) == ACCOUNT
    for account in (
        Account("C1", "KB은행", "110123456789", "김민수"),
        Account("C1", "004", "12345", "김민수"),
        Account("C1", "004", "110123456789", ""),
        Account("A-110123456789", "004", "110123456789", "김민수"),
    ):
        with pytest.raises(MakegoodError) as caught:
            checked_account(account)
        assert "110123456789" not in str(caught.value)
