"""An agent in a browser: a code opened, a coupon taken, a document handed in, a PDF loaded."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from makegood.redress.claims import claim_of
from makegood.trust.access import Channel, give_consent
from tests.centre.at_work import PERSON
from tests.fuzz.customers_world import TEXT
from tests.pages.test_browser import come_in, make_known, problems
from tests.portal.acts.conftest import MINE, MINSU, PDF
from tests.redress.outage_lines import published
from tests.staff_people import member
from tests.trust.access.visitors import agent

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, FilePayload, Page

PICTURES = os.environ.get("MAKEGOOD_PICTURES", "")
"""A folder for pictures of every page, to be looked at."""


class Looking:
    """A page with an agent at it who works on a customer; ``look`` is what axe says of it."""

    def __init__(self, page: Page, language: str) -> None:
        self.page, self._language = page, language
        self.wrong: list[str] = []

    def look(self, name: str) -> None:
        self.wrong += problems(self.page, f"{name}, {self._language}")
        if PICTURES:
            folder = Path(PICTURES)
            folder.mkdir(parents=True, exist_ok=True)
            for width, height in ((390, 844), (1280, 800)):
                self.page.set_viewport_size({"width": width, "height": height})
                path = folder / f"{self._language}-{name}-{width}.png"
                self.page.screenshot(path=path, full_page=True)

    def press(self) -> None:
        self.page.locator("main .card form button").click()
        self.page.wait_for_load_state()


@pytest.fixture(params=["ko", "en"])
def agents(request: pytest.FixtureRequest, context: BrowserContext, site: str) -> Looking:
    """With the customer's consent."""
    language = str(request.param)
    context.add_cookies([{"name": "makegood-language", "value": language, "url": site}])
    page = context.new_page()
    come_in(page, member("choi.bora", "call_centre_agent", shown="Bora"))
    make_known(page)
    give_consent(
        agent("bora"),
        MINSU,
        "customer_request",
        channel=Channel.TELEPHONE,
        evidence="R-1",
        days_valid=1,
        case="CALL-1",
    )
    page.goto("/centre/")
    token = page.locator("input[name=csrfmiddlewaretoken]").first.input_value()
    headers = {"X-CSRFToken": token, "Referer": f"{site}/centre/", "Origin": site}
    chosen: dict[str, str | float | bool] = {
        "customer_id": MINSU,
        "purpose": "customer_request",
        "case": "CALL-1",
    }
    context.request.post(f"{site}{PERSON}choose/", form=chosen, headers=headers)
    page.goto(PERSON)
    return Looking(page, language)


def test_what_a_customer_can_do_an_agent_does_for_them(given: str, agents: Looking) -> None:
    _opens_a_code(agents, given)
    _takes_a_coupon(agents)
    _hands_in_a_document(agents)
    _tells_the_penalty(agents)
    assert not agents.wrong, "\n".join(agents.wrong)


def _opens_a_code(agents: Looking, given: str) -> None:
    agents.page.locator(f"a[href='{PERSON}dues/1/pass/code/']").click()
    agents.look("code-masked")
    agents.press()
    assert given in agents.page.locator(".receipt").inner_text()
    agents.look("code")


def _takes_a_coupon(agents: Looking) -> None:
    agents.page.goto(f"{PERSON}dues/1/coupons/coupons/1/")
    agents.look("coupon")
    agents.press()
    agents.page.locator(".note.success").wait_for()
    agents.look("coupon-taken")
    agents.press()
    assert "COFFEE-" in agents.page.locator(".receipt").inner_text()


def _tells_the_penalty(agents: Looking) -> None:
    page = agents.page
    published(TEXT)
    page.goto(PERSON)
    agents.look("person-with-penalty")
    page.locator(f"a[href='{PERSON}dues/1/penalty/']").click()
    agents.look("penalty")
    page.locator("#day").fill("2026-01-10")
    page.locator("main form.card button").click()
    page.wait_for_load_state()
    assert "60,000" in page.locator("section[aria-labelledby=penalty-amount]").inner_text()
    page.goto(f"{PERSON}dues/1/penalty/?day=x")
    agents.look("penalty-no-day")


def _hands_in_a_document(agents: Looking) -> None:
    page, late = agents.page, f"{PERSON}dues/3/waiver/apply/"
    page.goto(late)
    page.locator(f"a[href='{late}document/']").click()
    program: FilePayload = {"name": "a.exe", "mimeType": "", "buffer": b"MZ a program"}
    page.locator("#id_file").set_input_files(program)
    agents.press()
    agents.look("document-wrong")
    proof: FilePayload = {"name": "proof.pdf", "mimeType": "application/pdf", "buffer": PDF}
    page.locator("#id_file").set_input_files(proof)
    agents.press()
    page.locator(".note.success").wait_for()
    agents.look("late-with-document")
    number = page.locator("#id_document").input_value()
    page.locator("#id_bank_code").select_option(MINE["bank_code"])
    page.locator("#id_account_number").fill(MINE["account_number"])
    page.locator("#id_account_holder").fill(MINE["account_holder"])
    page.locator("#id_agreed").check()
    agents.press()
    assert claim_of(page.locator(".receipt").inner_text()).document == number
