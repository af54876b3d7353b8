"""The frame of the customers' site: what may be kept, and in which language."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from django.test import Client

from tests.portal.people import doors_open

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

pytestmark = pytest.mark.usefixtures("hand")


def ways_on(address: str, cookie: str = "") -> set[str]:
    """Where the links of a page lead within the site, but for the one to the other language."""
    client = Client(headers={"host": "localhost"})
    if cookie:
        client.cookies["makegood-language"] = cookie
    page = re.sub(r'<a class="language"[^>]*>', "", client.get(address).content.decode())
    return set(re.findall(r'<a [^>]*?href="(/[^"]*)"', page))


def test_the_first_page_may_be_kept_by_anybody_and_sets_no_cookie() -> None:
    answer = Client(headers={"host": "localhost"}).get("/?lang=en")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "public, max-age=60"
    assert not answer.cookies
    assert answer.headers["Content-Language"] == "en"


@pytest.mark.parametrize(
    ("address", "cookie", "carried"),
    [
        *(("/", "", ""), ("/", "ko", ""), ("/?lang=xx", "", "")),
        *(("/?lang=en", "", "?lang=en"), ("/?lang=en", "ko", "?lang=en")),
        *(("/", "en", "?lang=en"), ("/?lang=ko", "en", "?lang=ko")),
    ],
)
def test_links_of_a_page_that_may_be_kept_carry_its_language(
    address: str, cookie: str, carried: str
) -> None:
    for _time in range(2):
        assert ways_on(address, cookie) == {
            f"{path}{carried}" for path in ("/", "/look-up/", "/message/", "/help/")
        }


def test_where_a_cookie_remembers_the_language_links_are_plain() -> None:
    client = Client(headers={"host": "localhost"})
    with doors_open():
        answer = client.get("/look-up/?lang=en")
        assert answer.cookies["makegood-language"].value == "en"
        assert "lang=en" not in answer.content.decode()
        assert client.get("/help/").headers["Content-Language"] == "en"


def test_english_stays_from_the_first_page_to_the_look_up(context: BrowserContext) -> None:
    with doors_open():
        page = context.new_page()
        page.goto("/")
        page.locator("a.language").click()
        page.locator("main a.button").first.click()
        page.wait_for_url("**/look-up/**")
        assert page.locator("html").get_attribute("lang") == "en"
        page.locator("#id_phone").fill("010-0000-0000")
        for part, value in (("year", "1985"), ("month", "3"), ("day", "7")):
            page.locator(f"#id_{part}").fill(value)
        page.locator("main form button").first.click()
        page.wait_for_url("**/look-up/code/")
        assert page.locator("html").get_attribute("lang") == "en"


def test_a_page_that_is_not_there_is_kept_by_nobody() -> None:
    answer = Client(headers={"host": "localhost"}).get("/nowhere/")
    assert answer.status_code == 404
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/staff/", "/centre/", "/account/sign-in/", "/log/"])
def test_no_staff_page_can_be_reached(path: str) -> None:
    assert Client(headers={"host": "localhost"}).get(path).status_code == 404
