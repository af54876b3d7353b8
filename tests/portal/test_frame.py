"""The frame of the customers' site: what may be kept, and in which language."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

import pytest
from django.test import Client

from tests.pages.album import Album
from tests.portal.people import doors_open
from tests.staff_people import BROWSER, MovedClock

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import BrowserContext, Route

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


@dataclass
class Walk:
    """Every page without an account, by every link there, with what the browser kept until then."""

    seen: set[tuple[str, bool]] = field(default_factory=set)

    def on(self, address: str, cookies: dict[str, str]) -> None:
        """Look at a page, and at all that it leads to: all is in English."""
        path = urlsplit(address).path
        if (address, bool(cookies)) in self.seen or path.startswith("/static/"):
            return
        self.seen.add((address, bool(cookies)))
        client = Client(headers={"host": "localhost", "user-agent": BROWSER})
        client.cookies.load(cookies)
        answer = client.get(address)
        kept = {name: one.value for name, one in client.cookies.items() if one.value}
        if answer.status_code in {302, 303}:
            self.on(answer.headers["Location"], kept)
            return
        text = answer.content.decode()
        assert answer.headers["Content-Language"] == "en", (address, cookies)
        assert '<html lang="en">' in text, (address, cookies)
        text = re.sub(r'<a class="language"[^>]*>', "", text)
        for found in re.findall(r'(?:href|action)="([^"]*)"', text):
            ahead = urljoin(address, unescape(found))
            if ahead.startswith("/"):
                self.on(ahead, kept)

    @property
    def paths(self) -> set[str]:
        return {urlsplit(address).path for address, _ in self.seen}


@pytest.mark.parametrize("is_full", [False, True])
@pytest.mark.parametrize("first", ["/", "/look-up/", "/help/", "/nowhere/", "/dues/"])
def test_english_stays_on_every_page_without_an_account(
    hand: MovedClock, first: str, is_full: bool
) -> None:
    from makegood.portal.waiting import set_gate

    set_gate(0 if is_full else None, None)
    hand.move(seconds=2)
    walk = Walk()
    walk.on(f"{first}?lang=en", {})
    assert walk.paths >= {"/", "/look-up/", "/help/", "/message/", first}


def test_the_queue_is_told_in_english_to_the_page_s_script_too(hand: MovedClock) -> None:
    from makegood.portal.waiting import set_gate

    set_gate(0, None)
    hand.move(seconds=2)
    client = Client(headers={"host": "localhost", "user-agent": BROWSER})
    client.get("/look-up/?lang=en")
    assert client.get("/queue/", headers={"accept": "application/json"}).json()["ahead"] == (
        "You are next"
    )


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


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_queue_and_what_was_not_read_have_nothing_for_axe_to_find(
    hand: MovedClock, context: BrowserContext, language: str
) -> None:
    from makegood.portal.waiting import set_gate
    from makegood.project.unread import page_of

    set_gate(0, None)
    hand.move(seconds=2)
    album = Album(context, language)
    album.at("/look-up/", "queue")
    for status in (HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.REQUEST_TIMEOUT):
        album.page.route(f"**/{status.value}/", unread(*page_of(status)))
        album.at(f"/{status.value}/", f"unread-{status.value}")
    album.close()


def unread(headers: list[tuple[str, str]], body: bytes) -> Callable[[Route], None]:
    """What the web server answers of itself, without asking a page."""
    told = {name: value for name, value in headers if name != "connection"}
    return lambda route: route.fulfill(headers=told, body=body)


def test_a_page_that_is_not_there_is_kept_by_nobody() -> None:
    answer = Client(headers={"host": "localhost"}).get("/nowhere/")
    assert answer.status_code == 404
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/staff/", "/centre/", "/account/sign-in/", "/log/"])
def test_no_staff_page_can_be_reached(path: str) -> None:
    assert Client(headers={"host": "localhost"}).get(path).status_code == 404
