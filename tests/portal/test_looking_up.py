"""A real browser on a telephone: look-up, code and sign-out, without script, in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

import pytest

from tests.pages.album import Album
from tests.portal.conftest import as_portal
from tests.portal.people import NOBODY, SENDER, code_sent, doors_open
from tests.staff_people import MINSU, MovedClock, customers, installed, moved_clock
from tests.store_fixture import Database

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

ISSUER = "https://login.example"


@pytest.fixture
def hand(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[MovedClock]:
    """Two customers, a sender's number, a provider's button."""
    from makegood.trust.customers import wait_until_handed_over

    changes = {"sms_sender": SENDER, "portal_oidc_issuer": ISSUER}
    with installed(database, monkeypatch, **changes), moved_clock() as moved, as_portal():
        customers()
        with doors_open():
            yield moved
            assert wait_until_handed_over()


def fill_in(page: Page, phone: str = MINSU.phone) -> None:
    page.locator("#id_phone").fill(phone)
    for part, value in (("year", "1985"), ("month", "3"), ("day", "7")):
        page.locator(f"#id_{part}").fill(value)
    page.locator("main form button").first.click()


def type_code(page: Page, code: str) -> None:
    page.locator("#id_code").fill(code)
    page.locator("main form", has=page.locator("#id_code")).locator("button").click()


def test_from_number_to_session_without_script(
    chromium: Browser, site: str, database: Database
) -> None:
    context = chromium.new_context(base_url=site, java_script_enabled=False)
    page = context.new_page()
    page.goto("/look-up/?next=/message/")
    fill_in(page)
    page.wait_for_url("**/look-up/code/")
    type_code(page, code_sent(database.home))
    page.wait_for_url("**/message/")
    page.get_by_role("button", name="나가기").click()
    page.wait_for_url("**/signed-out/")
    context.close()


@pytest.mark.parametrize("language", ["ko", "en"])
def test_axe_finds_nothing_and_nothing_is_too_wide(
    context: BrowserContext, database: Database, hand: MovedClock, language: str
) -> None:
    album = Album(context, language)
    page, look = album.page, album.look
    page.goto(f"/look-up/?lang={language}&next=/message/")
    look("look-up")
    page.locator("main form button").first.click()
    look("look-up-wrong")
    assert page.locator("#id_year").get_attribute("aria-invalid") == "true"
    fill_in(page)
    look("code")
    code = code_sent(database.home)
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    type_code(page, wrong)
    look("code-wrong")
    for _ in range(4):
        type_code(page, wrong)
    look("code-over")
    hand.move(seconds=31)
    page.locator("main form button").first.click()
    look("code-another")
    type_code(page, code_sent(database.home))
    page.wait_for_url("**/message/")
    look("message-signed-in")
    page.locator("#id_code").fill("x")
    page.locator("main form button").first.click()
    look("message-wrong")
    page.locator("#id_code").fill(given_code())
    page.locator("main form button").first.click()
    look("message-ours")
    assert page.locator(".note.success").count() == 1
    assert "{금액}" in page.locator("blockquote").inner_text()
    page.locator("header form button").click()
    look("signed-out")
    page.goto("/look-up/")
    for _ in range(6):
        page.goto("/look-up/")
        fill_in(page, NOBODY["phone"])
    look("look-up-waits")
    album.close()


def given_code() -> str:
    """The code of a message that was sent."""
    from django.db import connection

    from makegood.channels.messages.codes import new_codes

    [code] = new_codes(1)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO messages_sent (message_id, run_id, channel, programme, template, language,"
            " subject, text, sent_at, sent_on) VALUES ('m1', 'r1', 'sms', 'kt-2025', 'refund_paid',"
            " 'ko', '', %s, now(), %s) RETURNING sent_id",
            [
                "[KT] {name} 고객님, 환불금 {amount}을 보냈습니다.\n확인번호 {code}",
                date(2026, 1, 22),
            ],
        )
        cursor.execute(
            "INSERT INTO messages_code (code, item_key, channel, sent_id)"
            " VALUES (%s, 'k1', 'sms', %s)",
            [code, cursor.fetchone()[0]],
        )
    return code
