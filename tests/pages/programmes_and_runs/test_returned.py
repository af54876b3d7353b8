"""A bank's codes are told in words wherever operators read why something was not done."""

from __future__ import annotations

from itertools import product

import pytest
from django.utils.translation import override

from makegood.channels import Outcome
from makegood.dues.claimed import returned_words as told_customers
from makegood.operations.returned import returned_words

CODES = [
    f"{kind}{number:02}"
    for kind, number in product(("AC", "AG", "AM", "BE", "MD", "MS", "RC"), range(25))
]


@pytest.mark.parametrize(
    ("code", "korean", "english"),
    [
        ("AC03", "계좌번호 오류 (AC03)", "wrong account number (AC03)"),
        ("AC04", "해지된 계좌 (AC04)", "closed account (AC04)"),
        ("E9", "E9", "E9"),
        ("", "", ""),
    ],
)
def test_a_code_of_the_bank_has_its_words(code: str, korean: str, english: str) -> None:
    for language, words in (("ko", korean), ("en", english)):
        with override(language):
            assert returned_words(code) == words


def test_every_code_that_customers_are_told_in_words_is_told_to_operators() -> None:
    with override("en"):
        customers = {code for code in CODES if f": {code}." not in told_customers(code)}
        assert {code for code in CODES if returned_words(code) != code} == customers


def test_the_page_of_a_run_says_why_items_came_back(world, signed_in):
    from makegood import runs

    key = sorted(world.outside.items)[3][0]
    world.outside.answer([(key, Outcome.FAILED)], code="AC04")
    runs.take_in(world.settings, channels=world.outside)
    page = signed_in("payer").get(world.grant).content.decode()
    assert "해지된 계좌 (AC04)" in page


def test_a_claim_says_why_its_payment_came_back() -> None:
    from makegood.operations.claims.words import reason_words

    with override("ko"):
        assert reason_words("AC03") == "계좌번호 오류 (AC03)"
        assert reason_words("E9") == "E9"
