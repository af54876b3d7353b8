"""The first page, the cards of one's lines and the expected penalty, as customers see them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from makegood.trust import clock
from tests.dues.kt import OPEN, opened, statements
from tests.pages.conftest import served
from tests.pages.test_browser import problems
from tests.portal.conftest import as_portal
from tests.portal.people import DETAILS, SENDER, code_sent, come_in, doors_open, telephone
from tests.staff_people import MovedClock, customers, installed, moved_clock
from tests.store_fixture import Database

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

PICTURES = os.environ.get("MAKEGOOD_PICTURES", "")
"""A folder to put pictures of the pages into, to be looked at."""


@pytest.fixture(autouse=True)
def hand(
    database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[MovedClock]:
    """A customer with seven lines, on a day in the window; nobody waits outside."""
    with installed(database, monkeypatch, sms_sender=SENDER), moved_clock() as moved, as_portal():
        moved.ahead += OPEN - clock.now()
        customers()
        opened(tmp_path)
        with doors_open():
            yield moved


def test_the_first_page_is_kept_by_its_content_and_sets_no_cookie(hand: MovedClock) -> None:
    client = telephone()
    answer = client.get("/")
    assert answer.headers["Cache-Control"] == "public, max-age=60"
    assert not answer.cookies
    text = answer.content.decode()
    assert "불법 기지국" in text
    assert "2026년 1월 31일 오후\u00a010시까지" in text
    again = client.get("/", headers={"if-none-match": answer.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    with statements() as asked:
        client.get("/")
    assert len(asked) == 1
    hand.move(days=30)
    later = client.get("/")
    assert later.headers["ETag"] != answer.headers["ETag"]
    assert "마감" in later.content.decode()


def test_what_is_due_is_shown_and_kept_once_as_a_quote(database: Database) -> None:
    from makegood.redress.quotes import quotes_of

    client = telephone()
    come_in(client, database.home)
    answer = client.get("/dues/")
    text = answer.content.decode()
    assert answer.headers["Cache-Control"] == "no-store"
    assert "126,545원" in text
    assert "/dues/1/penalty_waiver/apply/" in text
    assert "L00001" not in text
    assert len(quotes_of("kt-2025", "L00001")) == 1
    assert len(quotes_of("kt-2025", "L00008")) == 0
    with statements() as asked:
        client.get("/dues/")
    # Session, decisions and what else there is by the first; and what runs have brought.
    assert len(asked) <= 2, asked
    assert "customers_browser" in asked[0]
    assert len(quotes_of("kt-2025", "L00001")) == 1


def test_what_is_read_with_a_session_is_shown_only_while_it_is_open(database: Database) -> None:
    from makegood.trust.customers import end_every_customer_session

    client, other = telephone(), telephone()
    for each in (client, other):
        come_in(each, database.home)
        assert "126,545원" in each.get("/dues/").content.decode()
    other.cookies["makegood-customer"].set("makegood-customer", "a" * 32, "a" * 32)
    assert other.get("/dues/").headers["Location"].startswith("/look-up/")
    assert client.get("/dues/").status_code == 200
    end_every_customer_session(actor="console:root")
    away = client.get("/dues/")
    assert away.headers["Location"].startswith("/look-up/")
    assert "126,545" not in away.content.decode()
    assert telephone().get("/dues/").headers["Location"].startswith("/look-up/")


def test_a_line_that_is_not_ones_own_is_not_there(database: Database) -> None:
    client = telephone()
    come_in(client, database.home)
    for number in (0, 8, 99):
        assert client.get(f"/dues/{number}/penalty/").status_code == 404
    assert telephone().get("/dues/1/penalty/").status_code == 302


def test_a_day_that_is_none_is_told_beside_it(database: Database) -> None:
    client = telephone()
    come_in(client, database.home)
    for wrong in ("2026-02-30", "1999-01-01", "x", "2026-1-5"):
        answer = client.get("/dues/2/penalty/", {"day": wrong})
        assert answer.status_code == 200
        assert "계산할 수 없는 날짜" in answer.content.decode()
    assert "126,545원" in client.get("/dues/2/penalty/?day=2026-01-05").content.decode()


@pytest.mark.parametrize("path", ["/dues/", "/dues/1/penalty/"])
def test_half_an_hour_later_one_shows_again_who_one_is(
    database: Database, hand: MovedClock, path: str
) -> None:
    client = telephone()
    come_in(client, database.home)
    for _ in range(3):
        assert client.get(path).status_code == 200
        hand.move(minutes=10)
    hand.move(minutes=1)
    away = client.get(path)
    assert away.headers["Location"].startswith("/look-up/")
    assert come_in(client, database.home, path).headers["Location"] == path
    assert client.get(path).status_code == 200


@pytest.fixture(params=["ko", "en"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def context(chromium: Browser, hand: MovedClock) -> Iterator[BrowserContext]:  # noqa: ARG001
    with served() as site:
        made = chromium.new_context(
            base_url=site,
            reduced_motion="reduce",
            viewport={"width": 390, "height": 844},
            java_script_enabled=True,
        )
        made.set_default_timeout(20_000)
        yield made
        made.close()


def test_every_page_is_clean_in_both_languages(
    context: BrowserContext, database: Database, language: str
) -> None:
    page = context.new_page()
    found: list[str] = []

    def look(name: str) -> None:
        picture(page, f"{name}-{language}")
        found.extend(problems(page, f"{name} {language}"))
        page.set_viewport_size({"width": 390, "height": 844})

    page.goto(f"/?lang={language}")
    look("start")
    page.goto(f"/look-up/?lang={language}")
    for name, value in DETAILS.items():
        page.fill(f"[name={name}]", value)
    page.locator("main form button").first.click()
    page.fill("[name=code]", code_sent(database.home))
    page.locator("main form button").first.click()
    page.wait_for_url("**/dues/")
    look("dues")
    page.goto("/dues/2/penalty/")
    page.fill("#day", "2026-01-05")
    page.locator("main form button").last.click()
    expect(page.locator("#penalty-amount")).to_have_count(1)
    look("penalty")
    assert found == []


def picture(page: Page, name: str) -> None:
    if PICTURES:
        for shape, width in (("phone", 390), ("desktop", 1280)):
            page.set_viewport_size({"width": width, "height": 844 if width == 390 else 800})
            page.screenshot(path=f"{PICTURES}/{name}-{shape}.png", full_page=True)
