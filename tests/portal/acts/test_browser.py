"""The acts in a real browser: telephone and desktop, both languages, axe finds nothing on them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from makegood.kernel import FixedClock
from makegood.redress.claims import advance
from makegood.trust import clock
from tests.pages.conftest import chromium as chromium  # noqa: PLC0414 - a fixture
from tests.pages.conftest import served
from tests.pages.test_browser import listen, problems
from tests.portal.acts.conftest import (
    AGENT,
    JIYEON,
    LATE,
    MINE,
    MINSU,
    OTHER_BRAND,
    PDF,
    apply_for,
    hand_over,
    session_of,
    signed_in,
)
from tests.redress.claims.relief import AFTERWARDS

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

SIZES = {"phone": (390, 844), "desktop": (1280, 900)}
every_way = pytest.mark.parametrize(
    ("language", "size"), [(language, size) for language in ("ko", "en") for size in SIZES]
)
PICTURES = os.environ.get("MAKEGOOD_PICTURES", "")
"""A folder for pictures of every page, for who wants to look at them."""


@pytest.fixture
def site(offered: object) -> Iterator[str]:  # noqa: ARG001 - it must be there first
    with served() as address:
        yield address


def visiting(browser: Browser, site: str, language: str, width: int, height: int) -> BrowserContext:
    made = browser.new_context(
        base_url=site,
        reduced_motion="reduce",
        viewport={"width": width, "height": height},
        user_agent=AGENT,
    )
    made.set_default_timeout(10_000)
    made.add_cookies([{"name": "makegood-language", "value": language, "url": site}])
    signs_in(made, site)
    return made


def signs_in(context: BrowserContext, site: str) -> None:
    from django.conf import settings

    session = {"name": settings.SESSION_COOKIE_NAME, "value": session_of(MINSU), "url": site}
    context.add_cookies([session])  # type: ignore[list-item] # a dict of its form


class Look:
    """Looks at each page: axe in light and dark, how wide it is, and a picture."""

    def __init__(self, page: Page, name: str, size: str) -> None:
        self.name, self.size, self.seen = name, SIZES[size], 0
        self.told = listen(page)

    def at(self, page: Page) -> None:
        page.wait_for_load_state()
        wide = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
        assert not wide, f"{page.url} is wider than the screen"
        assert problems(page, page.url) == []
        assert self.told == []
        # It was made narrow to be looked at.
        page.set_viewport_size({"width": self.size[0], "height": self.size[1]})
        self.seen += 1
        if PICTURES:
            folder = Path(PICTURES)
            folder.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=folder / f"{self.name}-{self.seen:02}.png", full_page=True)


@every_way
def test_every_act_by_a_person(chromium: Browser, site: str, language: str, size: str) -> None:
    from django.conf import settings

    context = visiting(chromium, site, language, *SIZES[size])
    page = context.new_page()
    look = Look(page, f"{language}-{size}", size)
    applies(page, look)
    page.wait_for_load_state()
    receipt = page.locator("code").first.inner_text()
    page.goto(f"/claims/{receipt}/")
    look.at(page)
    page.goto(f"/claims/{receipt}/correct/")
    look.at(page)
    page.goto(f"/claims/{receipt}/withdraw/")
    look.at(page)
    page.locator("main form button").click()
    page.wait_for_url(f"**/claims/{receipt}/")
    look.at(page)
    objects(page, look, settings.INSTALLATION)
    page.goto("/dues/1/pass/choose/")
    look.at(page)
    page.get_by_role("radio").nth(1).check()
    page.locator("main form button").click()
    look.at(page)
    page.goto("/dues/1/coupons/coupons/1/")
    look.at(page)
    page.locator("main form button").click()
    look.at(page)
    expect(page.locator("main")).to_contain_text("COFFEE-")
    with clock.use(FixedClock(AFTERWARDS)):
        signs_in(context, site)
        hands_in(page, look)
    context.close()


@every_way
def test_an_application_of_a_line_that_is_handed_over(
    chromium: Browser, site: str, language: str, size: str, tmp_path: Path
) -> None:
    receipt = apply_for(signed_in(MINSU))
    hand_over("L0001", JIYEON, tmp_path)
    context = visiting(chromium, site, language, *SIZES[size])
    page = context.new_page()
    look = Look(page, f"handed-over-{language}-{size}", size)
    page.goto("/dues/")
    look.at(page)
    page.get_by_role("link", name=receipt).click()
    look.at(page)
    page.goto(f"/claims/{receipt}/correct/")
    look.at(page)
    context.close()


def applies(page: Page, look: Look) -> None:
    page.goto("/dues/1/waiver/apply/")
    look.at(page)
    page.locator("main form button").click()
    expect(page.locator("#errors a")).to_have_count(3)
    look.at(page)
    page.locator("#errors a").first.click()
    assert page.evaluate("document.activeElement.id") == "id_bank_code"
    page.select_option("#id_bank_code", MINE["bank_code"])
    page.fill("#id_account_number", MINE["account_number"])
    page.fill("#id_account_holder", MINE["account_holder"])
    page.locator("main form button").click()
    page.wait_for_url("**/confirm/")
    look.at(page)
    page.locator("main form button").click()
    look.at(page)
    page.check("#id_agreed")
    page.locator("main form button").click()
    page.wait_for_url("**/receipt/")
    look.at(page)


def objects(page: Page, look: Look, settings: object) -> None:
    page.goto(f"/dues/{OTHER_BRAND}/waiver/apply/")
    page.select_option("#id_bank_code", MINE["bank_code"])
    page.fill("#id_account_number", MINE["account_number"])
    page.fill("#id_account_holder", MINE["account_holder"])
    page.locator("main form button").click()
    page.check("#id_agreed")
    page.locator("main form button").click()
    page.wait_for_load_state()
    receipt = page.locator("code").first.inner_text()
    advance(settings)  # type: ignore[arg-type] # Django's own type of it
    page.goto(f"/claims/{receipt}/object/")
    look.at(page)
    page.fill("#id_words", "직접 가입한 회선입니다")
    page.locator("main form button").click()
    page.wait_for_url(f"**/claims/{receipt}/")
    look.at(page)


def hands_in(page: Page, look: Look) -> None:
    page.goto("/dues/1/waiver/apply/")
    page.goto(f"/dues/{LATE}/waiver/apply/")
    page.wait_for_url("**/document/")
    look.at(page)
    page.locator("main form button").click()
    expect(page.locator("#id_file_error")).to_have_count(1)
    page.set_input_files(
        "#id_file", {"name": "x.exe", "mimeType": "application/pdf", "buffer": b"MZ program"}
    )
    page.locator("main form button").click()
    page.wait_for_load_state()
    expect(page.locator("#id_file_error")).to_have_count(1)
    look.at(page)
    page.set_input_files(
        "#id_file", {"name": "a.pdf", "mimeType": "application/pdf", "buffer": PDF}
    )
    page.locator("main form button").click()
    page.wait_for_url("**/apply/")
    look.at(page)
