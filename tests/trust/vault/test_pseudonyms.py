"""A pseudonym says nothing of the person, wherever it comes in."""

from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from makegood.kernel import is_pseudonym, masked_text
from makegood.trust.access import Visitor, permit
from makegood.trust.policy import Act, Resource, ResourceKind
from makegood.trust.vault import Account, Person, store_account, store_person
from tests.trust.vault.conftest import ACTOR, refused

FINE = [
    "C0001",
    "C00000001",
    "C19680912",  # a running number
    "KT19680912",
    "12345678",
    "KT-2025-0000001",
    "a" * 64,
    "550e8400-e29b-41d4-a716-446655440000",
    "01012345678abcdef0101234567890ab",
]
PERSONAL = [
    "010-1111-2222",
    "01011112222",
    "C01011112222",
    "82-10-1111-2222",
    "kim-bimil-19680912",
    "kim19680912",
    "kim.1968-09-12",
    "19680912",
    "680912-1234567",
    "kim-6809121234567",
    "110-123-456789",
    "1234567890",
    "1" * 32,
    "kim@example.com",
    "김민수",
]
NONE = ["", " C1", "C 1", "-C1", "a" * 65, "C1\n", "C\x001"]


@pytest.mark.parametrize("text", FINE)
def test_a_number_given_out_is_a_pseudonym(text: str) -> None:
    assert is_pseudonym(text)


@pytest.mark.parametrize("text", PERSONAL + NONE)
def test_what_says_something_of_the_person_is_none(text: str) -> None:
    assert not is_pseudonym(text)


@pytest.mark.usefixtures("vault")
def test_neither_vault_nor_gate_takes_it() -> None:
    visitor = Visitor.console("kim")
    for text in PERSONAL:
        person = Person(text, "김민수", "010-1234-5678", None, "", "")
        account = Account(text, "004", "7654321", "김민수")
        customer = Resource(ResourceKind.CUSTOMER, text)
        refused("MG729", partial(store_person, person, actor=ACTOR), says_not=text)
        refused("MG729", partial(store_account, account, actor=ACTOR), says_not=text)
        refused("MG774", partial(permit, visitor, Act.REVEAL, customer), says_not=text)


@given(st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", fullmatch=True))
def test_with_fewer_digits_than_a_date_nothing_is_masked(text):
    few = sum(letter.isdecimal() for letter in text) < len("19680912")
    assert not few or (is_pseudonym(text) and masked_text(text) == text)
