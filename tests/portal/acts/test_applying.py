"""Applying on the customers' pages: step by step, once, the account checked and kept sealed."""

from __future__ import annotations

import re
from threading import Barrier, Thread

import pytest
from django.conf import settings
from django.db import connections

from makegood.channels.bank.fake import Behaviour, FakeBank
from makegood.redress.claims import advance, claim_of, claims
from makegood.trust.audit import entries
from makegood.trust.vault import documents_of, keep_document, open_account
from makegood.trust.vault.documents.keeping import UNUSED_MAX
from tests.portal.acts.conftest import (
    ANOTHER,
    HANEUL,
    JIYEON,
    LATE,
    MINE,
    MINSU,
    OFFERED,
    OTHER_BRAND,
    PARENT,
    PDF,
    PLANTED,
    apply_for,
    confirm,
    file,
    receipt_in,
    signed_in,
    token_of,
)
from tests.programme_text import changed
from tests.redress.outage_lines import published
from tests.store_fixture import Database
from tests.trust.leaks import nothing_leaks

pytestmark = pytest.mark.usefixtures("offered")
BASE = "/dues/1/waiver/apply/"


def test_somebody_applies_in_three_steps_and_has_a_receipt():
    browser = signed_in(MINSU)
    assert "계좌" in browser.get(BASE).content.decode()
    receipt = apply_for(browser)
    claim = claim_of(receipt)
    assert (claim.line_id, claim.through, claim.amount) == ("L0001", "web", 120_000)
    assert claim.submitted_by == f"customer:{MINSU}"
    account = open_account(claim.account_id or "")
    assert (account.bank_code, account.number) == ("004", "99000111222")
    page = browser.get(f"{BASE}receipt/").content.decode()
    assert receipt in page
    assert "120,000" in page
    # The day it is paid on stands on both pages, as long as it is checked.
    [told] = re.findall(r"문제가 없으면[^<]*", page)
    assert told.strip() in browser.get(f"/claims/{receipt}/").content.decode()


def test_what_was_agreed_to_stands_in_the_log_with_the_claim():
    receipt = apply_for(signed_in(MINSU, "en"))
    [agreed] = [each for each in entries() if each.record.kind == "claim.consented"]
    assert agreed.record.details["claim"] == receipt
    assert "I apply for “The waiver”" in str(agreed.record.details["words"])
    assert agreed.record.details["language"] == "en"
    assert agreed.record.person == MINSU


def test_the_way_back_leads_to_the_receipt():
    browser = signed_in(MINSU)
    receipt = apply_for(browser)
    for back in ("apply/", "apply/confirm/", "apply/receipt/"):
        answer = browser.get(f"/dues/1/waiver/{back}", follow=True)
        assert receipt_in(answer.content.decode()) == receipt


def test_a_double_click_makes_one_claim():
    browser = signed_in(MINSU)
    browser.post(BASE, MINE)
    token = token_of(browser.get(f"{BASE}confirm/").content.decode())
    pages = [
        browser.post(f"{BASE}confirm/", {"token": token, "agreed": "on"}, follow=True)
        for _ in range(2)
    ]
    assert len({receipt_in(page.content.decode()) for page in pages}) == 1
    assert len(claims()) == 1


def test_many_windows_at_once_make_one_claim():
    browsers = [signed_in(MINSU) for _ in range(6)]
    tokens = []
    for browser in browsers:
        browser.post(BASE, MINE)
        tokens.append(token_of(browser.get(f"{BASE}confirm/").content.decode()))
    together, answers = Barrier(6), list[str]()

    def send(number: int) -> None:
        together.wait()
        sent = {"token": tokens[number], "agreed": "on"}
        page = browsers[number].post(f"{BASE}confirm/", sent, follow=True)
        answers.append(receipt_in(page.content.decode()))
        connections.close_all()

    threads = [Thread(target=send, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 6
    assert len(set(answers)) == 1
    assert len(claims()) == 1
    assert sum(each.record.kind == "claim.consented" for each in entries()) == 1


def test_an_account_changed_in_another_window_is_looked_at_once_more():
    browser = signed_in(MINSU)
    browser.post(BASE, MINE)
    token = token_of(browser.get(f"{BASE}confirm/").content.decode())
    browser.post(BASE, ANOTHER)
    answer = browser.post(f"{BASE}confirm/", {"token": token, "agreed": "on"}, follow=True)
    assert "다른 창" in answer.content.decode()
    assert claims() == []
    receipt = confirm(browser)
    assert open_account(claim_of(receipt).account_id or "").bank_code == "088"


def test_without_consent_nothing_is_sent():
    browser = signed_in(MINSU)
    browser.post(BASE, MINE)
    token = token_of(browser.get(f"{BASE}confirm/").content.decode())
    answer = browser.post(f"{BASE}confirm/", {"token": token})
    assert answer.status_code == 422
    assert 'aria-describedby="id_agreed_error"' in answer.content.decode()
    assert claims() == []


WRONG = [
    ({"bank_code": ""}, "계좌의 은행을 선택"),
    ({"bank_code": "999"}, "목록에서 은행을 선택"),
    ({"account_number": "12"}, "6~20자리"),
    ({"account_number": "가나다"}, "6~20자리"),
    ({"account_holder": " "}, "예금주 이름을 입력"),
    ({"account_number": "11111111111"}, "없는 계좌"),
    ({"account_number": "99000111333"}, "은행에 등록된 예금주와 다릅니다"),
    ({"account_holder": "다른이"}, "은행에 등록된 예금주와 다릅니다"),
]


def test_what_is_wrong_is_said_at_the_field_and_above():
    browser = signed_in(MINSU)
    for changes, told in WRONG:
        answer = browser.post(BASE, MINE | changes)
        page = answer.content.decode()
        assert answer.status_code == 422
        assert page.count(told) == 2, f"{told}: in the summary and at the field"
        assert "aria-invalid" in page
        assert "<title>오류" in page


def test_a_bank_that_is_silent_blocks_nobody(bank: FakeBank):
    bank.behaviour = Behaviour(outages=1.0)
    browser = signed_in(MINSU)
    browser.post(BASE, MINE)
    page = browser.get(f"{BASE}confirm/").content.decode()
    assert "확인하지 못했습니다" in page
    claim = claim_of(confirm(browser))
    assert claim.holder == ""
    assert claim.check_after is not None, "the worker asks again"


def test_the_bank_is_not_asked_about_others_accounts_without_end(bank: FakeBank):
    browser = signed_in(MINSU)
    for number in range(25):
        browser.post(BASE, MINE | {"account_number": f"7700000{number:04}"})
    with bank.books.reading() as connection:
        [asked] = connection.execute("SELECT count(*) FROM request").fetchone()
    assert asked == 20


def test_signing_in_again_and_again_asks_the_bank_no_more_than_so_often_a_day(bank: FakeBank):
    for session in range(3):
        browser = signed_in(MINSU)
        for number in range(14):
            browser.post(BASE, MINE | {"account_number": f"7700{session:02}00{number:04}"})
    other = {"bank_code": "004", "account_number": "99000111333", "account_holder": "이지연"}
    assert signed_in(JIYEON).post(BASE, other).status_code == 302
    with bank.books.reading() as connection:
        [asked] = connection.execute("SELECT count(*) FROM request").fetchone()
    assert asked == 30 + 1, "each customer by themselves"
    # Who may not ask the bank any more applies all the same.
    apply_for(signed_in(MINSU))


def test_an_excluded_line_may_apply_to_have_it_in_writing():
    receipt = apply_for(signed_in(MINSU), OTHER_BRAND)
    assert claim_of(receipt).line_id == "L0003"


def test_a_minor_is_paid_to_a_parent_with_a_document():
    browser = signed_in(HANEUL)
    answer = browser.post(BASE, PARENT)
    assert answer.headers["Location"] == f"{BASE}account-document/"
    assert browser.get(f"{BASE}confirm/").headers["Location"] == BASE, "not without it"
    answer = browser.post(f"{BASE}account-document/", {"file": file()})
    assert answer.headers["Location"] == f"{BASE}confirm/"
    claim = claim_of(confirm(browser))
    [document] = documents_of(HANEUL)
    assert claim.account_document == document.reference
    assert document.used_for == claim.subject


@pytest.mark.usefixtures("afterwards")
class TestLate:
    """After the window, with a document."""

    late = f"/dues/{LATE}/waiver/apply/"

    def test_who_comes_late_hands_in_a_document(self):
        browser = signed_in(MINSU)
        assert browser.get(self.late).headers["Location"] == f"{self.late}document/"
        assert "복무확인서" in browser.get(f"{self.late}document/").content.decode()
        answer = browser.post(f"{self.late}document/", {"file": file()})
        assert answer.headers["Location"] == self.late
        claim = claim_of(apply_for(browser, LATE))
        [document] = documents_of(MINSU)
        assert (claim.document, claim.is_late) == (document.reference, True)
        assert document.used_for == claim.subject

    def test_what_is_not_taken_is_told_at_the_field(self):
        browser = signed_in(MINSU)
        for content, told in (
            (b"MZ\x90 program", "다른 형식"),
            (b"", "비어 있습니다"),
            (PDF + bytes(5_300_000), "5MB"),
        ):
            answer = browser.post(f"{self.late}document/", {"file": file(content)})
            assert answer.status_code == 422
            assert told in answer.content.decode()
        answer = browser.post(f"{self.late}document/", {})
        assert answer.status_code == 422
        assert "5MB" in browser.get(f"{self.late}document/?too-large").content.decode()
        assert documents_of(MINSU) == []

    def test_who_is_too_late_is_told_so(self):
        answer = signed_in(MINSU).get(BASE)
        assert answer.status_code == 409
        assert answer.headers["Cache-Control"] == "no-store"

    def test_whom_the_facts_do_not_know_as_late_is_told_the_centres_number(self):
        centre = 'centre: {phone: "1588-0000", hours: {ko: 매일, en: every day}}\nmeasures:\n'
        published(changed("measures:\n", centre, OFFERED))
        told = "고객센터로 연락하여 이 서류를 내 주십시오: 1588-0000 (매일)"
        browser = signed_in(MINSU)
        assert told in browser.get("/dues/").content.decode()
        assert told in browser.get(BASE).content.decode()

    def test_what_begins_later_has_no_day_of_payment(self):
        browser = signed_in(MINSU)
        confirm(browser, 1, "cover")
        advance(settings.INSTALLATION)
        receipt = browser.get("/dues/1/cover/apply/receipt/").content.decode()
        assert "<dt>적용일</dt><dd>2026년 3월 1일</dd>" in receipt
        assert "적용 예정" in receipt
        assert "지급" not in receipt.partition("<main")[2].partition("</main>")[0]


NOT_THEIRS = [
    "/dues/2/waiver/apply/",
    "/dues/2/waiver/apply/confirm/",
    "/dues/2/waiver/apply/receipt/",
    "/dues/2/waiver/apply/document/",
    "/dues/0/waiver/apply/",
    "/dues/99999999999999999999/waiver/apply/",
    "/dues/1/nothing/apply/",
    "/dues/1/waiver/choose/",
    "/dues/1/waiver/code/",
    "/dues/1/waiver/coupons/1/",
    "/dues/1/waiver/certificate/",
    "/dues/1/coupons/coupons/7/",
]


def test_what_is_not_ones_own_is_not_there():
    browser = signed_in(JIYEON)
    for path in NOT_THEIRS:
        assert browser.get(path).status_code == 404, path


def test_strangers_are_asked_who_they_are():
    from django.test import Client

    for path in (BASE, f"{BASE}document/", "/claims/AAAA-BBBB-CCCC/", "/dues/1/cover/certificate/"):
        answer = Client(headers={"host": "localhost"}).get(path)
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/look-up/")


def test_nothing_that_was_entered_lies_open_anywhere(offered: Database):
    with nothing_leaks(offered, PLANTED):
        browser = signed_in(MINSU)
        browser.post(BASE, MINE | {"account_holder": "x" * 101})
        browser.post(BASE, MINE)
        browser.get(f"{BASE}confirm/")
        apply_for(browser)


def test_a_session_of_the_other_customer_sees_nothing_of_the_first():
    receipt = apply_for(signed_in(MINSU))
    other = signed_in(JIYEON)
    for act in ("", "correct/", "withdraw/", "object/", "correct/account-document/"):
        assert other.get(f"/claims/{receipt}/{act}").status_code == 404
        assert other.post(f"/claims/{receipt}/{act}", {"changes": "1"}).status_code in {404, 405}
    assert claim_of(receipt).state == "submitted"


@pytest.mark.usefixtures("afterwards")
def test_files_that_nothing_uses_do_not_pile_up():
    browser, late = signed_in(MINSU), f"/dues/{LATE}/waiver/apply/"
    for _ in range(UNUSED_MAX + 3):
        assert browser.post(f"{late}document/", {"file": file()}).status_code == 302
    assert len(documents_of(MINSU)) == UNUSED_MAX
    gone = [each for each in entries() if each.record.kind == "document.discarded"]
    assert len(gone) == 3
    # The one that was sent last is the one that the application names; it stays from then on.
    browser.post(late, MINE)
    used = claim_of(confirm(browser, LATE)).document
    for _ in range(UNUSED_MAX + 3):
        keep_document(MINSU, "a.pdf", "", PDF, actor="console:tester")
    kept = {each.reference for each in documents_of(MINSU)}
    assert len(kept) == UNUSED_MAX + 1
    assert used in kept
