"""A field is put right, a consent taken back, a copy taken: over HTTP and in a browser."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.pages.test_browser import come_in, listen, make_known, problems
from tests.pages.test_centre import choose, consent, look_up, open_fields, text
from tests.staff_people import (
    MINSU,
    MovedClock,
    browser,
    kinds_logged,
    make_device_known,
    member,
    sign_in,
)

if TYPE_CHECKING:
    from django.test import Client
    from playwright.sync_api import BrowserContext

NEW_PHONE, NEW_ACCOUNT = "010-8765-4321", "98765432109876"
LEGAL = {"purpose": "legal_request", "case": "COURT-9"}

pytestmark = pytest.mark.usefixtures("vault")


def at_work(name: str, *roles: str) -> Client:
    """A member who has just signed in, at a known device."""
    client = browser()
    sign_in(client, member(name, *roles))
    make_device_known(client)
    return client


@pytest.fixture
def agent() -> Client:
    return at_work("choi.bora", "call_centre_agent")


@pytest.fixture
def officer() -> Client:
    return at_work("han.yura", "privacy_officer")


def correct(client: Client, field: str, value: str) -> Any:
    asked = {"field": field, "value": value}
    return client.post("/centre/person/correct/", asked, follow=True)


def pay_elsewhere(client: Client, number: str = NEW_ACCOUNT) -> Any:
    asked = {"bank_code": "088", "account_number": number, "account_holder": "김민수"}
    return client.post("/centre/person/account/", asked, follow=True)


def withdraw(client: Client) -> Any:
    return client.post("/centre/person/consent/withdraw/", follow=True)


def take(client: Client, reason: str = "the court asked for it") -> Any:
    return client.post("/centre/person/download/", {"reason": reason})


def test_a_field_is_put_right_and_shown_masked(agent: Client) -> None:
    from makegood.trust.vault import open_person

    choose(agent)
    consent(agent)
    page = text(correct(agent, "phone", NEW_PHONE))
    assert "정정했습니다" in page
    assert "010-****-4321" in page
    assert NEW_PHONE not in page
    assert open_person("C0001").phone == "+821087654321"
    assert "personal_data.corrected" in kinds_logged()
    correct(agent, "birth_date", "1985-03-08")
    assert str(open_person("C0001").birth_date) == "1985-03-08"


def test_another_account_is_put_in_place_and_shown_masked(agent: Client) -> None:
    from makegood.trust.vault import open_account

    choose(agent)
    consent(agent)
    page = text(pay_elsewhere(agent))
    assert "정정했습니다" in page
    assert NEW_ACCOUNT not in page
    account = open_account("C0001")
    assert (account.bank_code, account.number) == ("088", NEW_ACCOUNT)


def test_a_correction_without_consent_is_refused_in_its_own_words(agent: Client) -> None:
    from makegood.trust.vault import open_account, open_person

    choose(agent)
    for page in (correct(agent, "phone", NEW_PHONE), pay_elsewhere(agent)):
        assert page.status_code == 403
        assert "consent_given" in text(page)
        assert "고객의 동의가 없습니다" in text(page)
        assert NEW_PHONE not in text(page)
    assert open_person("C0001").phone == "+821012345678"
    assert open_account("C0001").number == "110123456789"


def test_what_cannot_be_stored_is_told_without_the_value(agent: Client) -> None:
    from makegood.trust.vault import open_person

    choose(agent)
    consent(agent)
    page = correct(agent, "phone", "no number 77")
    assert page.status_code == 400
    assert "MG729" in text(page)
    assert "no number 77" not in text(page)
    assert correct(agent, "birth_date", "yesterday").status_code == 200
    assert correct(agent, "customer_id", "C0009").status_code == 200
    short = pay_elsewhere(agent, "12")
    assert (short.status_code, "6~20자리" in text(short)) == (200, True)
    assert open_person("C0001").birth_date == MINSU.birth_date


def test_a_correction_by_a_role_that_may_not_is_refused_and_not_offered() -> None:
    client = at_work("seo.jiho", "payment_officer")
    page = text(choose(client, purpose="payout_returned"))
    assert "/centre/person/correct/" not in page
    assert "/centre/person/download/" not in page
    refused = correct(client, "phone", NEW_PHONE)
    assert refused.status_code == 403
    assert "no_role_permits" in text(refused)


def test_a_consent_is_taken_back_and_nothing_more_is_opened(agent: Client) -> None:
    choose(agent)
    consent(agent)
    assert open_fields(agent).status_code == 200
    assert "동의 철회를 등록했습니다" in text(withdraw(agent))
    refused = open_fields(agent)
    assert refused.status_code == 403
    assert "consent_not_withdrawn" in text(refused)
    assert "consent.withdrawn" in kinds_logged()


def test_a_withdrawal_by_a_role_that_may_not_is_refused(agent: Client) -> None:
    from makegood.trust.access import consents_of

    choose(agent)
    consent(agent)
    client = at_work("seo.jiho", "payment_officer")
    choose(client, purpose="payout_returned")
    refused = withdraw(client)
    assert refused.status_code == 403
    assert "no_role_permits" in text(refused)
    assert consents_of("C0001")[0].withdrawn_at is None


def test_a_copy_is_a_file_that_no_cache_keeps(officer: Client) -> None:
    choose(officer, **LEGAL)
    answer = take(officer)
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == 'attachment; filename="C0001.json"'
    assert answer.headers["Content-Type"].startswith("application/json")
    assert answer.headers["Cache-Control"] == "no-store"
    given = json.loads(answer.content)
    assert given["customer_id"] == "C0001"
    assert given["name"] == "김민수"
    assert given["account_number"] == "110123456789"
    assert "이지연" not in text(answer)
    assert "personal_data.downloaded" in kinds_logged()


def test_a_copy_is_refused_in_its_own_words_and_asks_for_a_reason(officer: Client) -> None:
    choose(officer)
    refused = take(officer)
    assert refused.status_code == 403
    assert "purpose_fits_download" in text(refused)
    assert "김민수" not in text(refused)
    choose(officer, **LEGAL)
    for reason in ("", "he called from 010-1234-5678"):
        assert "Content-Disposition" not in take(officer, reason).headers
    assert "personal_data.downloaded" not in kinds_logged()


def test_a_copy_is_not_for_an_agent(agent: Client) -> None:
    assert "/centre/person/download/" not in text(choose(agent))
    refused = take(agent)
    assert refused.status_code == 403
    assert "no_role_permits" in text(refused)


def test_a_copy_needs_a_fresh_sign_in(officer: Client, hand: MovedClock) -> None:
    choose(officer, **LEGAL)
    hand.move(minutes=6)
    refused = take(officer)
    assert refused.status_code == 403
    assert "fresh_sign_in" in text(refused)
    assert "/account/again/?next=/centre/person/" in text(refused)


@pytest.mark.parametrize(
    "path", ["open/", "correct/", "account/", "consent/", "consent/withdraw/", "download/"]
)
def test_no_address_shows_or_does_anything_by_itself(officer: Client, path: str) -> None:
    choose(officer, **LEGAL)
    assert officer.get(f"/centre/person/{path}").status_code == 405
    officer.post("/centre/done/")
    assert officer.post(f"/centre/person/{path}").headers["Location"] == "/centre/"


@pytest.mark.parametrize(
    ("role", "fitting"),
    [
        (
            "call_centre_agent",
            {"customer_request", "callback", "claim_handling", "complaint"},
        ),
        ("shop_agent", {"customer_request", "claim_handling"}),
        ("payment_officer", {"claim_handling", "payout_returned"}),
        (
            "supervisor",
            {
                *("customer_request", "callback", "claim_handling", "payout_returned"),
                *("complaint", "legal_request", "incident_response"),
            },
        ),
    ],
)
def test_only_purposes_that_the_roles_held_may_have_are_offered(
    role: str, fitting: set[str]
) -> None:
    page = text(at_work("choi.bora", role).get("/centre/"))
    assert set(re.findall(r'<option value="(\w+)"', page)) == fitting


def test_what_is_no_phone_number_is_told_whoever_is_a_customer(agent: Client) -> None:
    for phone in ("010-999", "no number"):
        page = look_up(agent, phone=phone)
        assert page.status_code == 400
        assert "is no phone number" in text(page)
        assert "MG729" in text(page)
        assert phone not in text(page)
    assert "찾는 고객이 없습니다" in text(look_up(agent, phone="010-0000-0000"))


def test_in_a_browser_a_field_is_put_right_a_consent_taken_back_and_a_copy_taken(
    context: BrowserContext,
) -> None:
    han, page = member("han.yura", "privacy_officer"), context.new_page()
    told = listen(page)
    come_in(page, han)
    make_known(page)
    page.goto("/centre/")
    page.locator("#id_purpose").select_option("legal_request")
    page.locator("#id_case").fill("COURT-9")
    page.locator("#id_phone").fill(MINSU.phone)
    page.get_by_role("button", name="조회").click()
    page.locator("main form button").first.click()
    page.locator("#id_field").select_option("phone")
    page.locator("#id_value").fill(NEW_PHONE)
    page.get_by_role("button", name="정정하기").click()
    page.get_by_text("정정했습니다").wait_for()
    expect(page.get_by_text("010-****-4321")).to_have_count(1)
    assert not page.get_by_role("button", name="동의 철회 등록").count()
    page.locator("#id_evidence").fill("R-17")
    page.get_by_role("button", name="동의 등록").click()
    page.get_by_role("button", name="동의 철회 등록").click()
    page.get_by_text("동의 철회를 등록했습니다").wait_for()
    assert problems(page, "person") == []
    page.locator("#id_reason").fill("법원의 요구")
    with page.expect_download() as started:
        page.get_by_role("button", name="전체 원문 내려받기").click()
    assert started.value.suggested_filename == "C0001.json"
    assert json.loads(started.value.path().read_bytes())["phone"] == "+821087654321"
    assert told == []


@pytest.mark.parametrize("language", ["ko", "en"])
def test_in_a_browser_a_proposal_is_approved_without_a_reason(
    context: BrowserContext, language: str
) -> None:
    from makegood.trust.proposals import ProposalKind, State, proposal_of, propose

    han, page = member("han.yura", "privacy_officer"), context.new_page()
    context.add_cookies(
        [{"name": "makegood-language", "value": language, "url": "http://localhost"}]
    )
    come_in(page, han)
    make_known(page)
    made = propose(ProposalKind.ROTATE_KEYS, "keys", {}, "a year", by="staff:other", source="test")
    path = f"/proposals/{made.proposal_id}/"
    page.goto(path)
    page.locator("main form button.danger").click()
    page.wait_for_url("**/refuse/")
    expect(page.locator("#id_reason_error")).to_have_count(1)
    assert proposal_of(made.proposal_id).state is State.OPEN
    page.goto(path)
    page.locator("main form button").first.click()
    page.wait_for_url(f"**{path}")
    assert proposal_of(made.proposal_id).state is State.APPROVED
