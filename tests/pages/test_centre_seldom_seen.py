"""Pages of the support centre that one seldom sees: the counter, what is late, an exception."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.conf import settings

from makegood.redress.claims import advance
from tests.centre.at_work import PERSON, SHOP
from tests.pages.album import Album
from tests.pages.test_browser import come_in, make_known
from tests.pages.test_on_behalf import offered as offered  # noqa: PLC0414 - a fixture
from tests.portal.acts.conftest import MINE, MINSU, apply_for, signed_in
from tests.portal.acts.conftest import bank as bank  # noqa: PLC0414 - a fixture
from tests.portal.conftest import as_portal
from tests.staff_people import member

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext


@pytest.fixture
def network() -> str:
    """What this machine counts as: a shop, or the office."""
    return '[{"addresses": "127.0.0.0/8", "is_a": "office"}]'


@pytest.fixture(params=["ko", "en"])
def album(offered: object, context: BrowserContext, request: pytest.FixtureRequest) -> Album:
    assert offered
    return Album(context, request.param)


def at_work(album: Album, name: str, role: str, shown: str) -> None:
    come_in(album.page, member(name, role, shown=shown))
    make_known(album.page)


def choose(album: Album) -> None:
    page = album.page
    page.goto("/centre/")
    page.locator("#id_phone").fill("010-7777-0000")
    page.locator("#id_case").fill("SHOP-1")
    page.locator("main form").first.locator("button").click()
    page.locator("main form button").first.click()


def fill_account(album: Album) -> None:
    page = album.page
    page.locator("#id_bank_code").select_option(MINE["bank_code"])
    page.locator("#id_account_number").fill(MINE["account_number"])
    page.locator("#id_account_holder").fill(MINE["account_holder"])
    page.locator("#id_agreed").check()


class TestAtACounter:
    """A shop agent, in a shop's network."""

    @pytest.fixture
    def network(self) -> str:
        return SHOP

    def test_the_counter(self, album: Album) -> None:
        page = album.page
        at_work(album, "kim.garam", "shop_agent", "김가람")
        choose(album)
        assert page.locator("#id_channel").input_value() == "shop"
        album.look("counter-before")
        page.locator("#id_evidence").fill("F-2026-17")
        album.send("/person/consent/")
        album.look("counter-consent")
        album.at("/centre/person/dues/3/waiver/apply/", "late")
        page.locator("main form button").click()
        album.look("late-wrong")
        fill_account(album)
        page.locator("#id_document").fill("FORM-2026-7")
        page.locator("main form button").click()
        page.locator(".receipt").wait_for()
        album.look("late-receipt")
        album.at("/centre/person/dues/2/waiver/apply/")
        fill_account(album)
        page.locator("main form button").click()
        page.locator(".receipt").wait_for()
        base = page.url
        advance(settings.INSTALLATION)
        page.goto(base)
        album.look("refused-claim")
        page.goto(f"{base}object/")
        album.look("object")
        page.locator("#id_words").fill("010-1234-5678")
        page.locator("main form button").click()
        album.look("object-wrong")
        page.locator("#id_words").fill("우리 통신사 회선입니다")
        page.locator("main form button").click()
        album.look("objected")
        album.at(PERSON, "person-after")
        album.close()


def test_an_exception_goes_to_a_second_person_and_is_carried_out(album: Album) -> None:
    from makegood.trust.proposals import State, approve, proposals

    with as_portal():
        receipt = apply_for(signed_in(MINSU))
    advance(settings.INSTALLATION)
    page = album.page
    at_work(album, "park.sumin", "supervisor", "박수민")
    choose(album)
    album.at("/centre/cases/new/", "case-new")
    page.locator("#id_kind").select_option("exception")
    page.locator("#id_subject").fill("매장에서 들은 금액과 다름")
    page.locator("main form button").last.click()
    page.wait_for_load_state()
    case = page.url
    album.look("case-exception")
    album.send("/exception/", receipt_number=receipt, amount="1", reason="")
    album.look("case-exception-wrong")
    album.send("/exception/", receipt_number=receipt, amount="150000", reason="매장 안내대로")
    album.look("case-proposed")
    (proposal,) = proposals(State.OPEN)
    album.at(f"/proposals/{proposal.proposal_id}/", "proposal")
    approve(proposal.proposal_id, by="console:other")
    page.goto(case)
    album.look("case-approved")
    page.locator("form[action$='/carry-out/'] button").click()
    album.look("case-carried-out")
    album.at(f"/proposals/{proposal.proposal_id}/", "proposal-done")
    album.close()
