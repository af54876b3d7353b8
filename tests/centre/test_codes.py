"""Codes of a customer's pass and coupons: taken on their behalf, masked, and opened once."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import transaction

from makegood.channels.vouchers import give
from makegood.kernel import FixedClock
from makegood.redress.choices import coupons_of
from makegood.trust import clock
from makegood.trust.audit import Record, entries
from tests.centre.at_work import PERSON, at_work, choose, consent, refused_by, sends, text
from tests.portal.acts.conftest import JIYEON, MINSU, hand_over, signed_in
from tests.portal.conftest import as_portal
from tests.redress.claims.relief import IN_TIME

if TYPE_CHECKING:
    from django.test import Client

CODE = f"{PERSON}dues/1/pass/code/"
COUPON = f"{PERSON}dues/1/coupons/coupons/1/"
COFFEE = re.compile(r"COFFEE-\d{4}X")


def written(kind: str) -> list[Record]:
    return [each.record for each in entries() if each.record.kind == kind]


def test_the_code_of_a_pass_is_masked_until_it_is_opened(agent: Client, given: str) -> None:
    assert f'href="{CODE}"' in consent(agent)
    masked = agent.get(CODE)
    assert given not in text(masked)
    assert "가려져 있습니다" in text(masked)
    assert not written("code.shown")
    opened = sends(agent, CODE)
    assert given in text(opened)
    assert opened.headers["Cache-Control"] == "no-store"
    [entry] = written("code.shown")
    assert entry.actor.startswith("staff:")
    assert (entry.person, entry.purpose, entry.case) == (MINSU, "customer_request", "CALL-1")
    assert (entry.details["measure"], entry.details["line"]) == ("pass", "L0001")
    assert given not in str([each.record for each in entries()])
    assert given not in text(agent.get(CODE)), "no address shows it"


def test_opening_a_code_takes_a_fresh_sign_in_and_a_case(agent: Client, given: str) -> None:
    consent(agent)
    with clock.use(FixedClock(IN_TIME + timedelta(minutes=6))):
        assert agent.get(CODE).status_code == 200
        assert refused_by(sends(agent, CODE)) == {"fresh_sign_in_to_open"}
    named = {"customer_id": MINSU, "purpose": "customer_request", "case": ""}
    agent.post(f"{PERSON}choose/", named)
    refused = sends(agent, CODE)
    assert refused_by(refused) == {"case_named"}
    assert given not in text(refused)


def test_a_code_is_its_customers_and_of_a_pass_that_was_given(agent: Client, given: str) -> None:
    consent(agent)
    assert agent.get(f"{PERSON}dues/1/waiver/code/").status_code == 404
    early = agent.get(f"{PERSON}dues/2/pass/code/", follow=True)
    assert "아직 지급된 이용권이 없습니다" in text(early)
    choose(agent, JIYEON)
    assert refused_by(sends(agent, CODE, JIYEON)) == {"consent_to_act_for_customer"}
    consent(agent)
    assert "다른 고객의 업무" in text(sends(agent, CODE, MINSU))
    assert given not in text(sends(agent, CODE, JIYEON))


def test_a_coupon_is_taken_for_the_customer_and_is_theirs(agent: Client) -> None:
    assert f'href="{COUPON}"' in consent(agent)
    assert "고객 대신 쿠폰 받기" in text(agent.get(COUPON))
    for _ in range(2):
        taken = sends(agent, COUPON)
        assert "고객의 쿠폰을 받았습니다" in text(taken)
        assert not COFFEE.search(text(taken)), "taken, and not shown"
    [coupon] = coupons_of("L0001")
    assert (coupon.customer_id, coupon.offer) == (MINSU, 1)
    first = written("coupon.given")[0]
    assert first.actor.startswith("staff:")
    assert (first.person, first.details["through"]) == (MINSU, "call_centre")
    shown = COFFEE.search(text(sends(agent, f"{COUPON}code/")))
    assert shown
    assert written("code.shown")[0].details["offer"] == 1
    with as_portal():
        own = text(signed_in(MINSU).get("/dues/1/coupons/coupons/1/"))
    assert shown[0] in own, "the customer finds the same code on their own page"


def test_what_there_is_of_offers(agent: Client) -> None:
    consent(agent)
    without = f"{PERSON}dues/1/coupons/coupons/2/"
    assert "코드가 필요하지 않습니다" in text(agent.get(without))
    assert sends(agent, f"{without}code/").redirect_chain[-1][0] == without
    assert agent.get(f"{PERSON}dues/1/coupons/coupons/3/").status_code == 404
    assert agent.get(f"{COUPON}code/").status_code == 405
    assert sends(agent, f"{COUPON}code/").redirect_chain[-1][0] == COUPON, "none was taken"
    with transaction.atomic():
        for number in range(9):
            give("coffee_pool", f"KEY{number}")
    none = sends(agent, COUPON)
    assert none.status_code == 409
    assert "남은 코드가 없습니다" in text(none)
    assert not coupons_of("L0001")


def test_a_coupon_stays_with_who_took_it(agent: Client, tmp_path) -> None:
    consent(agent)
    sends(agent, COUPON)
    hand_over("L0001", JIYEON, tmp_path)
    choose(agent, JIYEON)
    consent(agent)
    for address in (COUPON, f"{COUPON}code/"):
        answer = text(sends(agent, address, JIYEON))
        assert not COFFEE.search(answer)
    assert not written("code.shown")


@pytest.mark.usefixtures("given")
def test_who_does_not_act_for_customers_opens_nothing() -> None:
    officer = at_work("kim.dahye", "payment_officer")
    for address in (CODE, COUPON, f"{COUPON}code/"):
        assert "no_role_permits" in refused_by(sends(officer, address))
    assert not coupons_of("L0001")
