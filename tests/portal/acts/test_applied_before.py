"""What whoever held the line before has applied for: its next holder is told that it cannot be."""

from __future__ import annotations

import pytest

from makegood.dues import quoting
from makegood.redress.claims import claim_of
from makegood.redress.quotes import quotes_of
from tests.pages.walking import walked
from tests.portal.acts.conftest import JIYEON, MINSU, NAMES, apply_for, hand_over, signed_in
from tests.redress.claims.relief import NAME

pytestmark = pytest.mark.usefixtures("offered")
APPLY = "/dues/1/waiver/apply/"
THEIRS = {"bank_code": "004", "account_number": "99000111333", "account_holder": NAMES[JIYEON]}
TOLD = {
    "ko": "이 회선을 사용하시기 전에 이미 신청된 항목입니다.",
    "en": "This was applied for before the line was yours.",
}


@pytest.fixture
def receipt(tmp_path) -> str:
    quoting._kept.clear()
    made = apply_for(signed_in(MINSU))
    hand_over("L0001", JIYEON, tmp_path)
    return made


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_page_of_what_is_due_promises_nothing(receipt: str, language: str):
    browser = signed_in(JIYEON, language)
    shown = browser.get("/dues/").content.decode()
    assert TOLD[language] in shown
    assert f'href="{APPLY}"' not in shown
    assert 'class="amount">120,000' not in shown
    assert 'class="amount">75,500' in shown, "the other line's"
    for of_another in (receipt, MINSU, NAMES[MINSU]):
        assert of_another not in shown
    (quote,) = quotes_of(NAME, "L0001")
    assert quote.customer_id == JIYEON
    assert "waiver" not in quote.decisions


@pytest.mark.parametrize("language", ["ko", "en"])
def test_whoever_comes_by_the_address_is_told_why_and_takes_nothing_in(receipt: str, language: str):
    browser = signed_in(JIYEON, language)
    for answer in (
        browser.get(APPLY),
        browser.post(APPLY, THEIRS),
        browser.post(f"{APPLY}confirm/", {"token": "", "agreed": "on"}),
    ):
        assert answer.status_code == 409
        told = answer.content.decode()
        assert TOLD[language] in told
        assert receipt not in told
    assert browser.get(f"{APPLY}receipt/").status_code in {302, 404}
    assert claim_of(receipt).changes == 1


def test_every_page_that_leads_on_can_be_read(receipt: str):
    assert receipt not in "".join(walked(signed_in(JIYEON), "/dues/"))
