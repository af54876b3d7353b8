"""After applying: where it stands, another account, taken back, objected to; passes, coupons."""

from __future__ import annotations

import re
from threading import Barrier, Thread
from uuid import uuid4

import pyarrow as pa
import pytest
from django.db import connections, transaction

from makegood.channels.vouchers import give, import_codes
from makegood.kernel import FixedClock, pay_once_key
from makegood.redress.choices import begin_granting, choice_of, coupons_of, settle_choices
from makegood.redress.claims import ClaimState, advance, claim_of, claims, history_of
from makegood.runs.rows import execute
from makegood.trust import clock
from makegood.trust.access import Visitor
from makegood.trust.vault import documents_of, open_account
from tests.portal.acts.conftest import (
    ANOTHER,
    HANEUL,
    JIYEON,
    MINE,
    MINSU,
    OFFERED,
    OTHER_BRAND,
    PARENT,
    PDF,
    apply_for,
    confirm,
    file,
    hand_over,
    signed_in,
    value_of,
)
from tests.programme_text import changed
from tests.redress.claims.relief import AFTERWARDS, NAME
from tests.redress.outage_lines import published

pytestmark = pytest.mark.usefixtures("offered")


def changes_of(browser, path: str) -> str:
    return value_of(browser.get(path).content.decode(), "changes")


def at_once(acts) -> list[int]:
    together, statuses = Barrier(len(acts)), list[int]()

    def run(act) -> None:
        together.wait()
        statuses.append(act().status_code)
        connections.close_all()

    threads = [Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return statuses


def test_where_it_stands_is_seen_by_its_number():
    browser = signed_in(MINSU, "en")
    receipt = apply_for(browser)
    page = browser.get(f"/claims/{receipt}/").content.decode()
    assert receipt in page
    assert "Take the application back" in page
    assert browser.get(f"/claims/{receipt}/").headers["Cache-Control"] == "no-store"
    assert browser.get("/claims/AAAA-BBBB-CCCC/").status_code == 404


def test_taking_back_is_done_once_and_another_application_may_follow():
    browser = signed_in(MINSU)
    receipt = apply_for(browser)
    path = f"/claims/{receipt}/withdraw/"
    changes = changes_of(browser, path)
    assert at_once([lambda: browser.post(path, {"changes": changes})] * 4) == [302] * 4
    claim = claim_of(receipt)
    assert claim.state == "withdrawn"
    assert [event.after for event in history_of(claim)].count(ClaimState.WITHDRAWN) == 1
    again = browser.post(path, {"changes": changes}, follow=True)
    assert "지금 신청 상태" in again.content.decode()
    assert apply_for(browser) != receipt
    assert browser.get(f"/claims/{receipt}/").status_code == 200, "the earlier one is still there"


def test_who_takes_back_is_told_whether_another_application_can_be_made(tmp_path):
    again, never = (
        "신청 기간 안에는 다시 신청할 수 있습니다.",
        "취소한 뒤에는 다시 신청할 수 없습니다.",
    )
    browser = signed_in(MINSU)
    path = f"/claims/{apply_for(browser)}/withdraw/"
    page = browser.get(path).content.decode()
    assert "이 신청으로는 지급되지 않습니다" in page
    assert again in page
    with clock.use(FixedClock(AFTERWARDS)):
        later = signed_in(MINSU)
        page = later.get(path).content.decode()
        assert never in page
        assert again not in page
    hand_over("L0001", JIYEON, tmp_path)
    assert never in browser.get(path).content.decode()


def test_who_takes_a_cover_back_is_told_nothing_of_payments():
    with clock.use(FixedClock(AFTERWARDS)):
        browser = signed_in(MINSU)
        page = browser.get(f"/claims/{confirm(browser, 1, 'cover')}/withdraw/").content.decode()
    assert "취소하면 이 신청은 적용되지 않습니다." in page
    assert "지급되지" not in page
    assert "다시 신청할 수 있습니다" in page


def test_a_page_of_a_choice_that_left_says_so():
    browser = signed_in(MINSU)
    assert browser.get("/dues/1/pass/choose/").status_code == 200
    scope = changed("  pass:\n", "  pass:\n    for: brand = 'other'\n", OFFERED)
    published(scope)
    for page in ("choose", "code"):
        answer = browser.get(f"/dues/1/pass/{page}/")
        assert answer.status_code == 409
        assert "지금은 할 수 없습니다" in answer.content.decode()
        assert browser.get(f"/dues/1/waiver/{page}/").status_code == 404


def test_an_account_is_replaced_once():
    browser = signed_in(MINSU)
    receipt = apply_for(browser)
    path = f"/claims/{receipt}/correct/"
    changes = changes_of(browser, path)
    wrong = browser.post(path, MINE | {"changes": changes, "account_number": "11111111111"})
    assert wrong.status_code == 422
    sent = ANOTHER | {"changes": changes}
    assert at_once([lambda: browser.post(path, sent)] * 3) == [302] * 3
    claim = claim_of(receipt)
    assert claim.account_serial == 2
    assert open_account(claim.account_id or "").bank_code == "088"


def test_another_name_is_corrected_with_its_document():
    browser = signed_in(HANEUL)
    browser.post("/dues/1/waiver/apply/", PARENT)
    browser.post("/dues/1/waiver/apply/account-document/", {"file": file()})
    receipt = confirm(browser)
    path = f"/claims/{receipt}/correct/"
    answer = browser.post(f"{path}account-document/", {"file": file()})
    assert answer.headers["Location"] == path
    browser.post(path, PARENT | {"changes": changes_of(browser, path)})
    claim = claim_of(receipt)
    documents = {each.reference: each.used_for for each in documents_of(HANEUL)}
    assert len(documents) == 2
    assert claim.account_document in documents
    assert set(documents.values()) == {claim.subject}


def test_an_account_in_another_name_is_not_put_in_place_without_its_document():
    browser = signed_in(HANEUL)
    browser.post("/dues/1/waiver/apply/", PARENT)
    browser.post("/dues/1/waiver/apply/account-document/", {"file": file()})
    receipt = confirm(browser)
    path = f"/claims/{receipt}/correct/"
    sent = PARENT | {"changes": changes_of(browser, path)}
    answer = browser.post(path, sent)
    assert answer.status_code == 422
    assert "계좌 관련 서류를 먼저 제출해" in answer.content.decode()
    assert claim_of(receipt).account_serial == 1
    browser.post(f"{path}account-document/", {"file": file(PDF + b" ")})
    assert browser.post(path, sent).status_code == 302
    assert claim_of(receipt).account_serial == 2


def test_a_claim_of_a_line_that_nobody_held_yet_is_its_first_holder_s(tmp_path):
    browser = signed_in(MINSU)
    receipt = apply_for(browser)
    execute("UPDATE claims_claim SET customer_id = line_id WHERE receipt_number = %s", [receipt])
    assert f"/claims/{receipt}/" in browser.get("/dues/").content.decode()
    assert browser.get(f"/claims/{receipt}/").status_code == 200
    assert signed_in(JIYEON).get(f"/claims/{receipt}/").status_code == 404
    hand_over("L0001", JIYEON, tmp_path)
    next_one = signed_in(JIYEON)
    assert browser.get(f"/claims/{receipt}/").status_code == 200
    assert receipt in browser.get("/dues/").content.decode()
    assert next_one.get(f"/claims/{receipt}/").status_code == 404
    assert receipt not in next_one.get("/dues/").content.decode()
    theirs = ANOTHER | {"changes": "1"}
    assert next_one.post(f"/claims/{receipt}/correct/", theirs).status_code == 404
    assert claim_of(receipt).changes == 1


def test_a_refusal_is_objected_to_once():
    from django.conf import settings

    browser = signed_in(MINSU)
    receipt = apply_for(browser, OTHER_BRAND)
    assert advance(settings.INSTALLATION) == 1
    assert claim_of(receipt).state == "refused"
    path = f"/claims/{receipt}/object/"
    changes = changes_of(browser, path)
    for words in ("", "제 번호는 010-1234-5678입니다", "가" * 501):
        assert browser.post(path, {"changes": changes, "words": words}).status_code == 422
    sent = {"changes": changes, "words": "알뜰폰이 아니라 직접 가입한 회선입니다"}
    assert at_once([lambda: browser.post(path, sent)] * 3) == [302] * 3
    claim = claim_of(receipt)
    assert claim.state == "objected"
    assert [event.after for event in history_of(claim)].count(ClaimState.OBJECTED) == 1


def test_a_pass_is_chosen_and_chosen_otherwise():
    browser = signed_in(MINSU)
    path = "/dues/1/pass/choose/"
    assert browser.post(path, {}).status_code == 422
    assert browser.post(path, {"option": "opera"}).status_code == 422
    for option in ("music", "music", "film"):
        assert browser.post(path, {"option": option}).status_code == 302
    found = choice_of(NAME, "pass", "L0001")
    assert found is not None
    assert found.option == "film"
    assert "checked" in browser.get(path).content.decode()
    assert browser.get("/dues/1/pass/code/").status_code == 409, "it was not granted yet"


def test_who_chooses_is_told_when_the_pass_comes_at_the_latest():
    months = "      months: 6\n"
    window = f"{months}      choose_from: 2026-01-10T09:00\n      choose_until: 2026-01-31T22:00\n"
    published(changed(f"pool: film_pool}}\n{months}", f"pool: film_pool}}\n{window}", OFFERED))
    page = signed_in(MINSU).get("/dues/1/pass/choose/").content.decode()
    assert re.search(r"늦어도 2026년 1월 \d+일 오전\u00a010시에 지급", page)
    assert "2026년 1월 31일 오후\u00a010시까지 바꿀 수" in page


def test_a_coupon_is_one_code_however_often_it_is_taken():
    browser = signed_in(MINSU)
    path = "/dues/1/coupons/coupons/1/"
    assert "COFFEE" not in browser.get(path).content.decode()
    assert at_once([lambda: browser.post(path)] * 4) == [302] * 4
    assert len(coupons_of("L0001")) == 1
    pages = {browser.get(path).content.decode().split("COFFEE-")[1][:5] for _ in range(2)}
    assert len(pages) == 1
    assert browser.post("/dues/1/coupons/coupons/2/").status_code == 409, "it has no codes"
    other = signed_in(JIYEON).get(path).content.decode()
    assert "COFFEE" not in other


def test_a_coupon_stays_with_who_took_it_and_is_not_shown_to_who_has_the_line_now(tmp_path):
    former, later = signed_in(MINSU), signed_in(JIYEON)
    path = "/dues/1/coupons/coupons/1/"
    assert former.post(path).status_code == 302
    assert "COFFEE-" in former.get(path).content.decode()
    hand_over("L0001", JIYEON, tmp_path)
    assert "COFFEE-" not in later.get(path).content.decode()
    # It is not offered to them: there is nothing of theirs at this address.
    answer = later.post(path)
    assert answer.status_code == 404
    assert "COFFEE-" not in answer.content.decode()
    assert "COFFEE-" not in later.get("/dues/").content.decode()
    assert len(coupons_of("L0001")) == 1, "a line has one"
    # Who has it again sees it again.
    hand_over("L0001", MINSU, tmp_path)
    assert "COFFEE-" in former.get(path).content.decode()


def test_the_code_of_a_granted_pass_is_shown_to_its_customer_alone(tmp_path):
    codes = tmp_path / "music.csv"
    codes.write_text("code\nMUSIC-AAAA1\n")
    import_codes(Visitor.console("root"), "music_pool", codes)
    browser = signed_in(MINSU)
    browser.post("/dues/1/pass/choose/", {"option": "music"})
    key, run_id = pay_once_key(NAME, "pass", "L0001", "2024-05-02", "once"), uuid4()
    chosen = {"line_id": ["L0001"], "option": ["music"], "key": [key]}
    answer = {"key": [key], "attempt": [1], "outcome": ["done"], "code": [""]}
    with transaction.atomic():
        begin_granting(run_id, pa.table(chosen), programme=NAME, measure="pass")
        give("music_pool", key)
        settle_choices(run_id, pa.table(answer))
    assert "MUSIC-AAAA1" in browser.get("/dues/1/pass/code/").content.decode()
    assert browser.post("/dues/1/pass/choose/", {"option": "film"}).status_code == 409
    assert signed_in(JIYEON).get("/dues/1/pass/code/").status_code == 409


def test_who_has_a_line_now_sees_nothing_that_the_one_before_applied_for(tmp_path):
    former, later = signed_in(MINSU), signed_in(JIYEON)
    receipt = apply_for(former)
    former.post("/dues/1/pass/choose/", {"option": "film"})
    assert "checked" in former.get("/dues/1/pass/choose/").content.decode()
    hand_over("L0001", JIYEON, tmp_path)
    for page in ("/dues/", "/dues/1/waiver/apply/", "/dues/1/pass/choose/"):
        text = later.get(page).content.decode()
        assert receipt not in text
        assert "checked" not in text
    assert later.get("/dues/1/waiver/apply/receipt/").status_code == 302
    assert later.get(f"/claims/{receipt}/").status_code == 404
    # What is paid once for the line is not paid once more.
    account = {"bank_code": "004", "account_number": "99000111333", "account_holder": "이지연"}
    for step in ("", "confirm/"):
        answer = later.post(f"/dues/1/waiver/apply/{step}", account | {"agreed": "on"})
        assert answer.status_code == 409
        assert receipt not in answer.content.decode()
    assert [claim.customer_id for claim in claims()] == [MINSU]
