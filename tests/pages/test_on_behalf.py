"""An agent on the telephone or at a counter: the customer's own cards and words, acts for them."""

from __future__ import annotations

import os
import re
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings

from makegood.kernel import FixedClock
from makegood.redress.choices import choice_of
from makegood.redress.claims import ClaimState, advance, claim_of, claims
from makegood.redress.quotes import quotes_of
from makegood.trust import clock
from makegood.trust.access import consents_of
from makegood.trust.audit import entries
from makegood.trust.vault import open_account
from tests.centre.at_work import (
    APPLY,
    CODE,
    PERSON,
    SHOP,
    at_work,
    changes_in,
    choose,
    consent,
    receipt_of,
    refused_by,
    sends,
    text,
)
from tests.centre.at_work import agent as agent  # noqa: PLC0414 - a fixture
from tests.centre.at_work import network as network  # noqa: PLC0414 - a fixture
from tests.centre.at_work import offered as offered  # noqa: PLC0414 - a fixture
from tests.pages.test_browser import come_in, make_known, problems
from tests.portal.acts.conftest import (
    ANOTHER,
    JIYEON,
    MINE,
    MINSU,
    NAMES,
    PLANTED,
    apply_for,
    signed_in,
)
from tests.portal.acts.conftest import bank as bank  # noqa: PLC0414 - a fixture
from tests.portal.conftest import as_portal
from tests.portal.people import code_sent, texts
from tests.redress.claims.relief import NAME, SEOUL
from tests.staff_people import member
from tests.store_fixture import Database

if TYPE_CHECKING:
    from django.test import Client
    from playwright.sync_api import BrowserContext

PICTURES = os.environ.get("MAKEGOOD_PICTURES", "")
"""A folder for pictures of every page, to be looked at."""


def applies(client: Client, account: dict[str, str] = MINE) -> Any:
    return sends(client, APPLY, **account, agreed="on")


def cards(page: str) -> list[str]:
    """The words of every card, without what can be pressed."""
    found = re.findall(r'<article class="card dues-card".*?</article>', page, re.DOTALL)
    pressed = r'<p class="row dues-acts">.*?</p>|<a class="button.*?</a>'
    plain = [re.sub(pressed, "", card, flags=re.DOTALL) for card in found]
    return [" ".join(re.sub(r"<[^>]+>", " ", card).split()) for card in plain]


@pytest.mark.parametrize("language", ["ko", "en"])
def test_an_agent_sees_the_cards_of_the_customers_page_word_for_word(
    agent: Client, language: str
) -> None:
    agent.cookies["makegood-language"] = language
    shown = cards(consent(agent))
    with as_portal():
        own = cards(text(signed_in(MINSU, language).get("/dues/")))
    assert shown == own
    assert len(shown) == 3 * 4
    assert any(("알뜰폰 회선입니다" if language == "ko" else "another brand") in x for x in shown)
    assert any(("복무확인서" if language == "ko" else "certificate of service") in x for x in shown)


def test_what_was_shown_is_kept_as_a_quote_of_the_call_centre(agent: Client) -> None:
    consent(agent)
    agent.get(PERSON)
    [quote] = quotes_of(NAME, "L0001")
    assert quote.through == "call_centre"
    assert quote.visitor.startswith("staff:")


def test_without_consent_nothing_is_shown_and_nothing_done(agent: Client) -> None:
    page = text(agent.get(PERSON))
    assert not cards(page)
    assert "고객의 동의가 있어야" in page
    for address in (APPLY, "/centre/person/dues/1/pass/choose/"):
        assert refused_by(agent.get(address)) == {"consent_to_act_for_customer"}
    assert refused_by(applies(agent)) == {"consent_to_act_for_customer"}
    assert not claims()


def test_a_consent_to_one_purpose_is_none_to_another(agent: Client) -> None:
    consent(agent)
    assert not cards(choose(agent, MINSU, "claim_handling"))
    assert refused_by(applies(agent)) == {"consent_to_act_for_customer"}


def test_without_a_task_or_with_a_wrong_purpose_nothing_is_done(agent: Client) -> None:
    consent(agent)
    choose(agent, MINSU, "operation")
    assert "purpose_fits_reading" in refused_by(applies(agent))
    agent.post("/centre/done/")
    assert applies(agent).redirect_chain[-1][0] == "/centre/"
    assert not claims()


def test_an_agent_applies_and_reads_the_receipt_number_aloud(agent: Client) -> None:
    consent(agent)
    assert "읽어 드릴 내용" in text(agent.get(APPLY))
    page = text(applies(agent))
    made = claim_of(receipt_of(page))
    assert (made.line_id, made.customer_id, made.through) == ("L0001", MINSU, "call_centre")
    assert made.submitted_by.startswith("staff:")
    assert open_account(made.account_id or "").number == "99000111222"
    [agreed] = [each.record for each in entries() if each.record.kind == "claim.consented"]
    assert agreed.details["claim"] == made.receipt_number
    assert "동의하십니까" in str(agreed.details["words"])
    assert (agreed.purpose, agreed.case) == ("customer_request", "CALL-1")
    assert receipt_of(text(applies(agent, ANOTHER))) == made.receipt_number
    assert len(claims()) == 1
    with as_portal():
        assert made.receipt_number in text(signed_in(MINSU).get("/dues/"))


def test_the_words_must_have_been_read_and_the_account_must_fit(agent: Client) -> None:
    consent(agent)
    unread = sends(agent, APPLY, **MINE)
    assert unread.status_code == 422
    assert "먼저 내용을 읽어 드리십시오" in text(unread)
    assert "은행에 없는 계좌입니다" in text(applies(agent, {**MINE, "account_number": "12345678"}))
    theirs = {**MINE, "account_number": "99000111333", "account_holder": NAMES[JIYEON]}
    assert "고객 명의의 계좌가 아닙니다" in text(applies(agent, theirs))
    assert not claims()


def test_a_late_application_needs_its_document(agent: Client) -> None:
    consent(agent)
    late = "/centre/person/dues/3/waiver/apply/"
    without = sends(agent, late, **MINE, agreed="on")
    assert without.status_code == 422
    assert "빠진 것이 있습니다" in text(without)
    made = claim_of(
        receipt_of(text(sends(agent, late, **MINE, agreed="on", document="FORM-2026-7")))
    )
    assert (made.document, made.is_late) == ("FORM-2026-7", True)


def test_an_application_is_corrected_and_taken_back(agent: Client) -> None:
    consent(agent)
    receipt = receipt_of(text(applies(agent)))
    base = f"{PERSON}claims/{receipt}/"
    changes = changes_in(text(agent.get(f"{base}correct/")))
    assert "새 계좌를 접수했고" in text(sends(agent, f"{base}correct/", **ANOTHER, changes=changes))
    assert open_account(claim_of(receipt).account_id or "").number == "88000111222"
    assert "신청의 현재 상태" in text(sends(agent, f"{base}correct/", **MINE, changes=changes))
    assert open_account(claim_of(receipt).account_id or "").number == "88000111222"
    changes = changes_in(text(agent.get(f"{base}withdraw/")))
    assert "신청을 취소했습니다" in text(sends(agent, f"{base}withdraw/", changes=changes))
    assert claim_of(receipt).state is ClaimState.WITHDRAWN


def test_a_refusal_is_objected_to(agent: Client) -> None:
    consent(agent)
    brand = "/centre/person/dues/2/waiver/apply/"
    receipt = receipt_of(text(sends(agent, brand, **MINE, agreed="on")))
    advance(settings.INSTALLATION)
    assert claim_of(receipt).state is ClaimState.REFUSED
    base = f"{PERSON}claims/{receipt}/object/"
    changes = changes_in(text(agent.get(base)))
    wrong = sends(agent, base, words="전화 010-1234-5678", changes=changes)
    assert "빼고 적어 주십시오" in text(wrong)
    objected = sends(agent, base, words="우리 통신사 회선입니다", changes=changes)
    assert "이의 신청을 접수했습니다" in text(objected)
    assert claim_of(receipt).state is ClaimState.OBJECTED


def test_a_pass_is_chosen(agent: Client) -> None:
    consent(agent)
    page = sends(agent, "/centre/person/dues/1/pass/choose/", option="film")
    assert "선택을 접수했습니다: 영화." in text(page)
    chosen = choice_of(NAME, "pass", "L0001")
    assert chosen is not None
    assert chosen.option == "film"


@pytest.mark.usefixtures("offered")
def test_somebody_enrols_in_the_cover() -> None:
    with clock.use(FixedClock(datetime(2026, 2, 2, 10, 0, tzinfo=SEOUL))):
        agent = at_work("han.yura", "call_centre_agent")
        consent(agent)
        page = sends(agent, "/centre/person/dues/1/cover/apply/", agreed="on")
        made = claim_of(receipt_of(text(page)))
    assert (made.measure, made.has_account, made.through) == ("cover", False, "call_centre")


def test_a_form_of_another_person_does_nothing(agent: Client) -> None:
    consent(agent)
    choose(agent, JIYEON)
    consent(agent)
    answer = applies(agent)
    assert answer.redirect_chain[-1][0] == PERSON
    assert "다른 고객의 업무" in text(answer)
    assert not claims()


def test_a_claim_of_another_person_is_not_there(agent: Client) -> None:
    consent(agent)
    with as_portal():
        receipt = apply_for(signed_in(MINSU))
    assert agent.get(f"{PERSON}claims/{receipt}/").status_code == 200
    choose(agent, JIYEON)
    consent(agent)
    for page in ("", "correct/", "withdraw/", "object/"):
        assert agent.get(f"{PERSON}claims/{receipt}/{page}").status_code == 404
    assert agent.get("/centre/person/dues/9/waiver/apply/").status_code == 404


def test_a_consent_by_a_code_that_the_customer_reads_out(agent: Client, offered: Database) -> None:
    assert "동의번호를 보냈습니다" in text(sends(agent, CODE))
    code = code_sent(offered.home)
    assert "통화 중인 상담원에게만" in texts(offered.home)[-1]
    wrong = sends(agent, f"{CODE}told/", code="000000" if code != "000000" else "111111")
    assert "남은 횟수: 4" in text(wrong)
    assert not cards(text(wrong))
    assert cards(text(sends(agent, f"{CODE}told/", code=f"{code[:3]} {code[3:]}")))
    [given] = consents_of(MINSU)
    assert (given.channel, given.evidence, given.purpose) == (
        *("telephone", "code", "customer_request"),
    )
    assert given.given_to.startswith("staff:")


def test_a_code_is_good_for_its_person_and_once(agent: Client, offered: Database) -> None:
    sends(agent, CODE)
    code = code_sent(offered.home)
    choose(agent, JIYEON)
    sends(agent, f"{CODE}told/", JIYEON, code=code)
    sends(agent, f"{CODE}told/", code=code)
    assert not consents_of(JIYEON)
    assert not consents_of(MINSU)
    choose(agent, MINSU)
    sends(agent, f"{CODE}told/", code=code)
    sends(agent, f"{CODE}told/", code=code)
    assert len(consents_of(MINSU)) == 1


def test_nothing_personal_stands_in_an_address_or_the_session(agent: Client) -> None:
    consent(agent)
    answer = applies(agent)
    for address, _status in answer.redirect_chain:
        assert not [one for one in (*PLANTED, MINSU) if one in address]
    kept = str(dict(agent.session.items()))
    assert not [one for one in PLANTED if one in kept]


class TestAtACounter:
    """A shop agent, in a shop's network."""

    @pytest.fixture
    def network(self) -> str:
        return SHOP

    @pytest.mark.usefixtures("offered")
    def test_the_consent_is_on_paper_and_the_channel_is_the_shop(self) -> None:
        seller = at_work("kim.garam", "shop_agent")
        page = text(seller.get(PERSON))
        assert "동의서 번호" in page
        assert "동의번호 보내기" not in page
        consent(seller, "shop")
        made = claim_of(receipt_of(text(applies(seller))))
        assert made.through == "shop"
        assert [quote.through for quote in quotes_of(NAME, "L0001")] == ["shop"]


@pytest.mark.parametrize("language", ["ko", "en"])
def test_pages_have_nothing_for_axe_to_find(
    offered: Database, context: BrowserContext, site: str, language: str
) -> None:
    context.add_cookies([{"name": "makegood-language", "value": language, "url": site}])
    page = context.new_page()
    come_in(page, member("choi.bora", "call_centre_agent", shown="Bora"))
    make_known(page)
    given: dict[str, str | float | bool] = {
        "customer_id": MINSU,
        "purpose": "customer_request",
        "case": "CALL-1",
    }
    wrong: list[str] = []

    def look(name: str) -> None:
        wrong.extend(problems(page, f"{name}, {language}"))
        if PICTURES:
            folder = Path(PICTURES)
            folder.mkdir(parents=True, exist_ok=True)
            for width, height in ((390, 844), (1280, 800)):
                page.set_viewport_size({"width": width, "height": height})
                page.screenshot(path=folder / f"{language}-{name}-{width}.png", full_page=True)

    page.goto("/centre/")
    token = page.locator("input[name=csrfmiddlewaretoken]").first.input_value()
    headers = {"X-CSRFToken": token, "Referer": f"{site}/centre/", "Origin": site}
    context.request.post(f"{site}/centre/person/choose/", form=given, headers=headers)
    page.goto(PERSON)
    page.locator(f"form[action='{CODE}'] button").click()
    look("code")
    page.locator("#id_code").fill(code_sent(offered.home))
    page.locator(f"form[action='{CODE}told/'] button").click()
    look("person")
    page.goto(APPLY)
    page.locator("main form button").click()
    look("apply-wrong")
    page.locator("#id_bank_code").select_option(MINE["bank_code"])
    page.locator("#id_account_number").fill(MINE["account_number"])
    page.locator("#id_account_holder").fill(MINE["account_holder"])
    page.locator("#id_agreed").check()
    page.locator("main form button").click()
    page.locator(".receipt").wait_for()
    look("claim")
    base = page.url
    for name in ("correct/", "withdraw/"):
        page.goto(f"{base}{name}")
        look(name.strip("/"))
    page.goto("/centre/person/dues/1/pass/choose/")
    look("choose")
    assert not wrong, "\n".join(wrong)
