"""The gate of the site itself: who waits and who does not, and what a page of the queue is."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from django.conf import settings as django_settings
from django.test import Client, override_settings

from makegood.portal.waiting.cookies import NAME
from tests.staff_people import MovedClock

pytestmark = pytest.mark.usefixtures("hand")

KOREAN_PHONE = "Mozilla/5.0 (Linux; Android 16; SM-S938N) Chrome/150.0 Mobile Safari/537.36"
OTHER = "Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X) Safari/605.1"


def browser(agent: str = KOREAN_PHONE, address: str = "203.0.113.7", **extra: Any) -> Client:
    return Client(headers={"user-agent": agent}, REMOTE_ADDR=address, **extra)


def full(*, inside_max: int = 0) -> None:
    """An operator closes the gate, or lets so many in."""
    from makegood.portal.waiting import set_gate

    set_gate(inside_max, None)


@pytest.fixture
def closed(hand: MovedClock) -> MovedClock:
    full()
    hand.move(seconds=2)
    return hand


def waits(answer: Any) -> bool:
    return "Retry-After" in answer.headers


def test_a_newcomer_enters_where_there_is_room_and_gets_a_pass():
    answer = browser().get("/look-up/")
    assert not waits(answer)
    cookie = answer.cookies[NAME]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


@pytest.mark.usefixtures("closed")
@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_newcomer_waits_where_the_gate_is_closed(language: str):
    answer = browser().get(f"/look-up/?lang={language}")
    assert answer.status_code == 200
    assert 3 <= int(answer.headers["Retry-After"]) <= 66
    assert answer.headers["Cache-Control"] == "no-store"
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    text = answer.content.decode()
    assert f'<html lang="{language}">' in text
    assert ("순서를 기다리고 있습니다" in text) is (language == "ko")
    assert 'aria-live="polite"' in text
    assert "@" not in text
    assert len(answer.content) < 4_096


@pytest.mark.parametrize("path", ["/", "/help/", "/message/", "/health/live"])
@pytest.mark.usefixtures("closed")
def test_pages_without_personal_data_never_wait(path: str):
    assert not waits(browser().get(path))


def test_who_is_inside_goes_on_while_the_gate_is_closed(hand: MovedClock):
    inside = browser()
    inside.get("/look-up/")
    full()
    for _ in range(10):
        hand.move(minutes=10)
        assert not waits(inside.get("/look-up/"))
    hand.move(minutes=16)
    # What was written meanwhile is taken, also after a pause.
    assert not waits(inside.post("/look-up/", {}))
    hand.move(minutes=16)
    assert waits(inside.get("/look-up/"))


@pytest.mark.usefixtures("closed")
def test_a_stranger_that_submits_is_told_to_wait_and_not_that_it_was_taken():
    answer = browser().post("/look-up/", {"phone": "010-8765-4321"})
    assert answer.status_code == 429
    assert "010-8765-4321" not in answer.content.decode()


def test_places_are_in_order_of_arrival_and_the_gate_opens_in_that_order(closed: MovedClock):
    people = [browser() for _ in range(5)]
    for one in people:
        assert waits(one.get("/look-up/"))
        closed.move(seconds=1)
    assert [asked(one)["ahead"] for one in people] == [
        "다음 차례입니다",
        "1명",
        "2명",
        "3명",
        "4명",
    ]

    full(inside_max=2)
    for _ in range(3):
        closed.move(seconds=2)
        admitted = [asked(one).get("admitted") for one in people]
    assert admitted == [True, True, False, False, False]
    assert not waits(people[0].get("/look-up/"))


def asked(one: Client) -> dict[str, Any]:
    answer = one.get("/queue/", headers={"accept": "application/json"})
    assert answer.status_code == 200
    found: dict[str, Any] = json.loads(answer.content)
    return found


def test_a_pass_is_good_in_its_own_browser_alone_and_cannot_be_made(hand: MovedClock):
    inside = browser()
    inside.get("/look-up/")
    full()
    hand.move(seconds=2)
    written = inside.cookies[NAME].value
    for agent, text in ((OTHER, written), (KOREAN_PHONE, written[:-1] + "x"), (OTHER, "i1.1.0")):
        other = browser(agent)
        other.cookies[NAME] = text
        assert waits(other.get("/look-up/"))


def test_a_ticket_that_was_used_lets_nobody_else_in(closed: MovedClock):
    first, second = browser(), browser(address="203.0.113.8")
    first.get("/look-up/")
    second.cookies[NAME] = first.cookies[NAME].value
    full(inside_max=1)
    closed.move(seconds=3)
    assert asked(first) == {"admitted": True}
    first.get("/look-up/")
    closed.move(seconds=3)
    assert asked(first) == {"admitted": True}
    assert not asked(second)["admitted"]


@pytest.mark.usefixtures("closed")
def test_one_address_waits_with_so_many_at_most():
    few = django_settings.INSTALLATION.model_copy(update={"portal_tickets_a_source": 3})
    with override_settings(INSTALLATION=few):
        answers = [browser().get("/look-up/") for _ in range(5)]
        other = browser(address="203.0.113.99").get("/look-up/")
        # Behind a proxy that nobody named all have one address: this machine's is not counted.
        near = [browser(address="127.0.0.1").get("/look-up/") for _ in range(5)]
    assert [NAME in answer.cookies for answer in answers] == [True] * 3 + [False] * 2
    assert all(waits(answer) for answer in answers)
    assert all(NAME in answer.cookies for answer in (other, *near))


def test_operators_see_the_gate(closed: MovedClock):
    from makegood.portal.waiting import waiting_standing
    from makegood.trust.monitoring.metrics import metrics_text

    browser().get("/look-up/")
    closed.move(seconds=2)
    browser().get("/look-up/")
    closed.move(seconds=2)
    browser().get("/look-up/")
    found = waiting_standing()
    assert (found.waiting, found.inside, found.inside_max) == (2, 0, 0)
    assert b"makegood_portal_waiting 2.0" in metrics_text(django_settings.INSTALLATION)


@pytest.mark.usefixtures("closed")
@pytest.mark.parametrize("path", ["//evil.example/dues/", "/\\evil.example/dues/"])
def test_no_link_of_the_queue_leads_away(path: str):
    answer = browser().get("/", PATH_INFO=path)
    assert waits(answer)
    addresses = re.findall(r'href="([^"]*evil[^"]*)"', answer.content.decode())
    assert len(addresses) == 2
    for address in addresses:
        met = urljoin("https://relief.example/look-up/", address.replace("\\", "/"))
        assert urlsplit(met).hostname == "relief.example"
