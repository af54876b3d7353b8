"""Help: a call is asked for signed in or not, and nothing says whose number it is."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from makegood.cases import CaseState, callback_of
from makegood.cases.storing import select
from tests.pages.conftest import chromium as chromium  # noqa: PLC0414 - a fixture
from tests.pages.test_browser import problems
from tests.portal.conftest import as_portal
from tests.portal.people import SENDER, come_in, doors_open, telephone
from tests.redress.claims.relief import TEXT
from tests.redress.outage_lines import published
from tests.staff_people import (
    PLANTED,
    MovedClock,
    customers,
    installed,
    kinds_logged,
    moved_clock,
    to_office_hours,
)
from tests.store_fixture import Database
from tests.trust.leaks import nothing_leaks

if TYPE_CHECKING:
    from django.test import Client
    from playwright.sync_api import BrowserContext

OTHER = "010-8765-4321"
CENTRE = (
    "time_zone: Asia/Seoul\ncentre: {phone: 1588-0000, hours: {ko: 평일 9시~18시, en: 9 to 6}}\n"
)
PICTURES = os.environ.get("MAKEGOOD_PICTURES", "")


@pytest.fixture
def hand(
    request: pytest.FixtureRequest, database: Database, monkeypatch: pytest.MonkeyPatch
) -> Iterator[MovedClock]:
    """A programme in force, two customers; nothing of them lies anywhere where it is looked for."""
    from makegood.trust.customers import wait_until_handed_over

    with installed(database, monkeypatch, sms_sender=SENDER), moved_clock() as moved, as_portal():
        to_office_hours(moved)
        customers()
        published(TEXT.replace("time_zone: Asia/Seoul\n", CENTRE))
        with doors_open():
            if "watched" not in request.fixturenames:
                yield moved
                return
            with nothing_leaks(database, (*PLANTED, OTHER, "1087654321")):
                yield moved
                assert wait_until_handed_over()
                for path in (database.home / "exchange" / "sms").rglob("*.*"):
                    path.unlink()  # what the aggregator fetched


@pytest.fixture
def watched() -> None:
    """The whole disk is searched after the test."""


@pytest.fixture
def client(hand: MovedClock) -> Client:  # noqa: ARG001 - it must be there first
    return telephone()


def text(response) -> str:
    return str(response.content.decode())


def window(client: Client) -> str:
    found = re.search(r'<option value="(20[^"]+)"', text(client.get("/help/")))
    assert found
    return found[1].replace("&#x2B;", "+")


def asked(client: Client, **given: str):
    return client.post("/help/", {"window": window(client), **given}, follow=True)


@pytest.mark.usefixtures("watched")
def test_a_stranger_is_answered_in_the_same_words_whosever_number_it_is(client: Client) -> None:
    page = text(client.get("/help/"))
    assert "1588-0000" in page
    assert "평일 9시~18시" in page
    told = []
    for phone in ("010-1234-5678", OTHER):
        answer = text(asked(client, phone=phone, note="보험을 묻고 싶음"))
        found = re.search(r"신청 번호는 ([A-Z0-9-]{9})입니다", answer)
        assert found
        told.append(answer.replace(found[1], ""))
    assert re.sub(r'value="[\w-]{40,}"', "", told[0]) == re.sub(r'value="[\w-]{40,}"', "", told[1])
    cases = select("ORDER BY opened_at", [])
    assert [case.customer_id for case in cases] == ["", ""]
    assert {case.state for case in cases} == {CaseState.OPEN}


@pytest.mark.usefixtures("watched")
def test_who_is_signed_in_is_called_at_their_own_number(client: Client, database: Database) -> None:
    come_in(client, database.home, "/help/")
    span = re.search(r"\d\d:\d\d–\d\d:\d\d", text(client.get("/help/")))
    assert span
    answer = text(asked(client))
    assert re.search(rf"\d+년 \d+월 \d+일 {span[0]} 사이에 전화드리겠습니다", answer), "as chosen"
    case = callback_of("C0001")
    assert case
    assert case.phone_id is None
    assert case.number in text(client.get("/help/"))
    assert '<form method="post" action="/help/"' not in text(client.get("/help/"))
    client.post("/help/", {"window": "x"})
    assert len(select("", [])) == 1
    assert "case.opened" in kinds_logged()


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"phone": ""}, "전화받을 번호를 적어 주십시오"),
        ({"phone": "12"}, "전화번호가 아닙니다"),
        ({"phone": OTHER, "note": "제 번호는 010-8765-4321입니다"}, "빼고 적어 주십시오"),
        ({"phone": OTHER, "note": "가" * 301}, "300자"),
        ({"phone": "0" * 41}, "전화번호가 아닙니다"),
        ({"phone": OTHER, "window": "2020-01-01T10:00+09:00"}, "지난 시간입니다"),
        ({"phone": OTHER, "window": ""}, "전화받을 시간을 골라 주십시오"),
    ],
)
def test_what_is_lacking_is_told_beside_its_field(client: Client, given, words: str) -> None:
    answer = asked(client, **given)
    assert answer.status_code == 200
    assert words in text(answer)
    assert "aria-invalid" in text(answer)
    assert not select("", [])


def test_many_calls_are_not_asked_for(client: Client) -> None:
    for _ in range(2):
        asked(client, phone=OTHER)
    answer = asked(client, phone=OTHER)
    assert answer.status_code == 429
    assert "내일 다시 신청해 주십시오" in text(answer)


def test_axe_finds_nothing_and_no_script_is_needed(
    client: Client,  # noqa: ARG001 - it must be there first
    context: BrowserContext,
) -> None:
    page = context.new_page()
    found: list[str] = []
    for language in ("ko", "en"):
        page.goto(f"/help/?lang={language}")
        for width, height, kind in ((1280, 800, "desktop"), (390, 844, "phone")):
            page.set_viewport_size({"width": width, "height": height})
            if PICTURES:
                shot = Path(PICTURES) / f"help-{language}-{kind}.png"
                page.screenshot(path=str(shot), full_page=True)
        found += problems(page, f"help {language}")
        page.locator("main form button").first.click()
        if PICTURES:
            page.screenshot(path=f"{PICTURES}/help-wrong-{language}-phone.png", full_page=True)
        found += problems(page, f"help with errors {language}")
    assert found == []
    assert page.locator("script").count() == 0


def test_a_strangers_address_is_counted_by_its_network_and_not_kept(
    hand: MovedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    from makegood.cases import calling
    from makegood.trust.audit import entries

    del hand
    monkeypatch.setattr(calling, "FROM_ADDRESS_MAX", 2)
    sent = []
    for number in range(1, 4):
        client = telephone(REMOTE_ADDR=f"2001:db8:7::{number}")
        sent.append(asked(client, phone=f"010-5555-000{number}").status_code)
    assert sent == [200, 200, 429]
    sources = {each.record.source for each in entries() if each.record.subject.startswith("case:")}
    assert sources
    assert not any("2001:db8" in source for source in sources)
