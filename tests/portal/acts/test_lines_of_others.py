"""What somebody applied for stays theirs: the line may be another's, or the facts may lack it."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from makegood.channels.bank.fake import FakeBank
from makegood.kernel import FixedClock
from makegood.redress.claims import advance, claim_of
from makegood.redress.serving import register
from makegood.runs.rows import execute
from makegood.trust import clock
from makegood.trust.access import Visitor
from makegood.trust.vault import open_account
from tests.pages.walking import walked
from tests.portal.acts.conftest import (
    ANOTHER,
    HANEUL,
    HOLDERS,
    JIYEON,
    MINE,
    MINSU,
    OFFERED,
    OTHER_BRAND,
    amended_away,
    apply_for,
    confirm,
    hand_over,
    signed_in,
    value_of,
)
from tests.redress.claims.relief import AFTERWARDS, AS_OF, LINES, NAME
from tests.redress.outage_lines import snapshot

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.usefixtures("offered")
THEIRS = {"bank_code": "004", "account_number": "99000111333", "account_holder": "이지연"}
HEADING = "그 밖의 신청 내역"
ACTS = ("", "correct/", "withdraw/", "object/", "correct/account-document/")


def left_out(line_id: str, tmp_path) -> None:
    """The newest facts lack the line."""
    rest = {name: LINES[name] for name in HOLDERS if name != line_id}
    folder = snapshot(tmp_path / "without", rest, AS_OF + timedelta(days=1), OFFERED)
    register(Visitor.console("root"), folder, NAME)


def page(browser: Client, path: str = "/dues/") -> str:
    answer = browser.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def changes_of(browser: Client, path: str) -> str:
    return value_of(page(browser, path), "changes")


@pytest.fixture(params=["handed_over", "left_out", "amended_away"])
def way(request) -> str:
    """How an application lost its card: its line is another's or not known, or its measure gone."""
    return str(request.param)


@pytest.fixture
def lost(way: str, tmp_path):
    """Lets the application of a line lose its card in this way."""

    def lose(line_id: str = "L0001") -> None:
        match way:
            case "handed_over":
                hand_over(line_id, JIYEON, tmp_path)
            case "left_out":
                left_out(line_id, tmp_path)
            case _:
                amended_away()

    return lose


def test_it_is_listed_under_its_own_heading_and_shown(way, lost):
    browser = signed_in(MINSU)
    receipt = apply_for(browser)
    assert HEADING not in page(browser)
    lost()
    listed = page(browser).partition(HEADING)[2]
    assert f"/claims/{receipt}/" in listed
    shown = page(browser, f"/claims/{receipt}/")
    name = "다른 회선" if way == "handed_over" else "회선 1"
    assert f"회선</dt><dd>{name}</dd>" in shown


def test_each_reason_for_which_it_has_no_card_is_said(lost):
    english, korean = signed_in(MINSU, "en"), signed_in(MINSU)
    apply_for(english)
    lost()
    said = "or what they were for is in the programme no more"
    assert said in page(english)
    assert "신청하신 항목이 보상안에서 빠졌습니다" in page(korean)


def test_who_has_but_such_an_application_is_not_told_that_no_line_is_known(tmp_path):
    """Its programme's support centre stands below it; without one nothing is promised of it."""
    browser = signed_in(JIYEON, "en")
    receipt = apply_for(browser, account=THEIRS)
    left_out("L0002", tmp_path)
    shown = page(browser)
    assert receipt in shown
    assert "We know of no line of yours" not in shown
    amended_away()
    assert page(browser).count('href="tel:1588-0000"') == 1
    path = f"/claims/{receipt}/withdraw/"
    browser.post(path, {"changes": changes_of(browser, path)})
    assert "We know of no line of yours" in page(browser)


def test_with_nothing_served_ones_applications_are_shown_and_the_rest_is_not_known():
    browser, other = signed_in(MINSU, "en"), signed_in(HANEUL, "en")
    receipt = apply_for(browser)
    execute("DELETE FROM serving_current")
    listed = page(browser)
    assert "What you get is not known at the moment." in listed
    assert "We know of no line of yours" not in listed
    assert receipt in listed.partition("Your other applications")[2]
    assert "Line 1" in page(browser, f"/claims/{receipt}/")
    assert receipt not in page(other)
    assert other.get(f"/claims/{receipt}/").status_code == 404
    path = f"/claims/{receipt}/withdraw/"
    browser.post(path, {"changes": changes_of(browser, path)})
    assert claim_of(receipt).state == "withdrawn"


def test_who_only_looked_is_not_told_that_nothing_was_changed():
    from makegood.kernel import Finding, MakegoodError
    from makegood.portal.errors import found_wrong

    error = MakegoodError(Finding("MG830", "no lines are served", "register them"))
    requests = RequestFactory()
    with override("en"):
        looked = found_wrong(requests.get("/claims/"), error).content.decode()
        sent = found_wrong(requests.post("/claims/"), error).content.decode()
    assert "cannot be shown at the moment" in looked
    assert "Nothing was changed" not in looked
    assert "Nothing was changed" in sent


def test_nobody_else_reaches_it(lost):
    browser = signed_in(MINSU)
    receipt = apply_for(browser)
    lost()
    for other in (JIYEON, HANEUL, "L0001", "L0006"):
        stranger = signed_in(other)
        for act in ACTS:
            assert stranger.get(f"/claims/{receipt}/{act}").status_code == 404, (other, act)
        for act in ("correct/", "withdraw/", "object/"):
            sent = MINE | {"changes": "1", "words": "제 신청입니다"}
            assert stranger.post(f"/claims/{receipt}/{act}", sent).status_code == 404, (other, act)
        assert receipt not in page(stranger)
    assert claim_of(receipt).changes == 1


def test_it_is_taken_back_and_listed_no_more(lost):
    browser = signed_in(MINSU)
    receipt = apply_for(browser)
    lost()
    path = f"/claims/{receipt}/withdraw/"
    browser.post(path, {"changes": changes_of(browser, path)})
    assert claim_of(receipt).state == "withdrawn"
    assert HEADING not in page(browser)
    assert "취소" in page(browser, f"/claims/{receipt}/")


def test_its_account_is_replaced_by_one_of_its_customers(lost, bank: FakeBank):
    """The bank is asked about who applied, and not about whoever has the line now."""
    bank.open_accounts([("088", "77000111222", "이지연")])
    browser = signed_in(MINSU)
    receipt = apply_for(browser)
    lost()
    path = f"/claims/{receipt}/correct/"
    sent = ANOTHER | {"changes": changes_of(browser, path)}
    theirs = {"account_number": "77000111222", "account_holder": "이지연"}
    assert browser.post(path, sent | theirs).status_code == 422
    assert browser.post(path, sent | {"account_number": "11111111111"}).status_code == 422
    assert browser.post(path, sent).status_code == 302
    claim = claim_of(receipt)
    assert open_account(claim.account_id or "").bank_code == "088"


def test_every_page_that_leads_on_from_it_can_be_read(lost):
    browser = signed_in(MINSU)
    receipts = [apply_for(browser), apply_for(browser, OTHER_BRAND)]
    advance(settings.INSTALLATION)
    lost()
    pages = walked(browser, "/dues/", *(f"/claims/{receipt}/" for receipt in receipts))
    assert {f"/claims/{receipt}/" for receipt in receipts} < set(pages)


def test_a_refusal_is_objected_to(lost):
    browser = signed_in(MINSU)
    receipt = apply_for(browser, OTHER_BRAND)
    assert advance(settings.INSTALLATION) == 1
    assert claim_of(receipt).state == "refused"
    lost("L0003")
    assert "이의" in page(browser).partition(HEADING)[2]
    path = f"/claims/{receipt}/object/"
    sent = {"changes": changes_of(browser, path), "words": "직접 가입한 회선입니다"}
    assert browser.post(path, sent).status_code == 302
    assert claim_of(receipt).state == "objected"


def test_one_that_is_held_says_why_and_names_no_day(lost):
    browser = signed_in(MINSU, "en")
    receipt = apply_for(browser)
    assert advance(settings.INSTALLATION) == 1
    lost()
    assert "Day of payment" in page(browser, f"/claims/{receipt}/")
    execute("UPDATE claims_claim SET reason = 'line_missing' WHERE receipt_number = %s", [receipt])
    shown = page(browser, f"/claims/{receipt}/")
    assert "The facts that we have lack this line." in shown
    assert "Day of payment" not in shown


def test_a_cover_names_the_day_on_which_it_takes_effect():
    with clock.use(FixedClock(AFTERWARDS)):
        browser = signed_in(MINSU, "en")
        receipt = confirm(browser, measure="cover")
        assert advance(settings.INSTALLATION) == 1
        for path in ("/dues/", f"/claims/{receipt}/"):
            shown = page(browser, path)
            assert "<dt>Takes effect on</dt><dd>1 March 2026</dd>" in shown, path
            assert "Day of payment" not in shown, path


def test_in_english_the_heading_says_whose_they_are(lost):
    browser = signed_in(MINSU, "en")
    receipt = apply_for(browser)
    lost()
    listed = page(browser).partition("Your other applications")[2]
    assert re.search(rf"{receipt}.*Take the application back", listed, re.DOTALL)


def test_who_has_no_such_application_is_asked_about_it_by_no_further_statement(lost):
    with_claim, without = signed_in(MINSU), signed_in(HANEUL)
    apply_for(with_claim)
    page(without)
    before = statements(without)
    lost()
    page(without)
    assert statements(without) == before


def statements(browser: Client) -> int:
    with CaptureQueriesContext(connection) as asked:
        page(browser)
    return len(asked)
