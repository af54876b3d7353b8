"""Guessing is slowed down: per account and per source, the same for names that nobody has."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.staff_people import (
    PASSWORD,
    MovedClock,
    browser,
    code_of,
    kinds_logged,
    make_device_known,
    member,
    sign_in,
)

WRONG = "wrong wrong wrong"


def guess(client, name: str = "kim.minji", password: str = WRONG) -> str:
    page = client.post("/account/sign-in/", {"login": name, "password": password})
    return page.content.decode() if page.status_code == 200 else "in"


@pytest.mark.parametrize("name", ["kim.minji", "nobody.at.all"])
def test_the_sixth_guess_waits_and_each_further_one_twice_as_long(
    hand: MovedClock, name: str
) -> None:
    member("kim.minji")
    client = browser()
    for _ in range(5):
        assert "맞지 않습니다" in guess(client, name)
    told = guess(client, name)
    assert "시도가 너무 많습니다. 30초" in told or "시도가 너무 많습니다. 29초" in told
    # The right password is not looked at either.
    assert "시도가 너무 많습니다" in guess(client, name, PASSWORD)
    for wait in (30, 60, 120, 240):
        hand.move(seconds=wait - 3)
        assert "시도가 너무 많습니다" in guess(client, name), wait
        hand.move(seconds=4)
        assert "맞지 않습니다" in guess(client, name), wait
    assert kinds_logged().count("staff.locked_out") == 5


def test_the_wait_is_at_most_an_hour() -> None:
    from makegood.trust.staff.guessing import WAIT_SECONDS_MAX, wait_seconds

    assert [wait_seconds(n) for n in (0, 1, 2)] == [30, 60, 120]
    assert wait_seconds(7) == WAIT_SECONDS_MAX
    assert wait_seconds(10_000) == WAIT_SECONDS_MAX


def test_a_right_password_begins_anew() -> None:
    kim = member()
    client = browser()
    for _ in range(4):
        guess(client)
    sign_in(client, kim)
    assert client.get("/").status_code == 200
    other = browser()
    for _ in range(4):
        assert "맞지 않습니다" in guess(other)


def test_codes_are_counted_too_and_a_right_password_does_not_clear_them() -> None:
    kim, client = member(), browser()
    told = ""
    for _ in range(6):
        client.post("/account/sign-in/", {"login": kim.sign_in_name, "password": PASSWORD})
        told = client.post("/account/sign-in/code/", {"code": "000000"}).content.decode()
    assert "시도가 너무 많습니다" in told
    assert client.post("/account/sign-in/code/", {"code": code_of(kim)}).status_code == 200
    assert client.get("/").status_code == 302


def test_a_source_that_tries_many_names_waits() -> None:
    from makegood.trust.staff.guessing import FREE_PER_SOURCE

    client = browser()
    told = [guess(client, f"name{n}") for n in range(FREE_PER_SOURCE + 1)]
    assert "시도가 너무 많습니다" not in "".join(told[:-1])
    assert "시도가 너무 많습니다" in told[-1]
    elsewhere = browser(REMOTE_ADDR="127.0.0.9")
    assert "맞지 않습니다" in guess(elsewhere, "name1")


def test_a_stranger_cannot_lock_a_member_out_of_a_known_device() -> None:
    kim, desk = member("kim.minji", "call_centre_agent"), browser()
    sign_in(desk, kim)
    make_device_known(desk)
    desk.post("/account/sign-out/")
    stranger = browser(REMOTE_ADDR="127.0.0.9")
    for _ in range(6):
        guess(stranger)
    assert "시도가 너무 많습니다" in guess(stranger)
    sign_in(desk, kim)
    assert desk.get("/").status_code == 200


def test_a_security_officer_releases_a_member() -> None:
    kim, park = member("kim.minji"), member("park.jun", "security_officer")
    client, officer = browser(REMOTE_ADDR="127.0.0.9"), browser()
    sign_in(officer, park)
    make_device_known(officer)
    for _ in range(6):
        guess(client)
    page = officer.get("/staff/waits/").content.decode()
    assert kim.shown_name in page
    from makegood.trust.staff import Guesses

    key = Guesses.objects.get(member=kim).key_hash
    officer.post("/staff/waits/release/", {"key": key})
    sign_in(client, kim)
    assert client.get("/").status_code == 200
    assert "staff.unlocked" in kinds_logged()


def test_who_is_no_officer_releases_nobody() -> None:
    kim, client = member("kim.minji", "call_centre_agent"), browser()
    sign_in(client, kim)
    make_device_known(client)
    assert client.get("/staff/waits/").status_code == 403
    assert client.post("/staff/waits/release/", {"key": "x"}).status_code == 403


@pytest.mark.usefixtures("database")
def test_many_guesses_at_once_gain_nothing() -> None:
    """Sixteen at the same instant: five are judged, whatever thread they come on."""
    from django.db import connection

    from makegood.trust.staff.guessing import Key, attempt

    member("kim.minji")

    def one(_: int) -> int:
        try:
            return attempt(Key.account("kim.minji", None), Key.of_source("10.0.0.1")).wait_seconds
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        waits = list(pool.map(one, range(16)))
    assert waits.count(0) == 5


def test_an_unknown_name_takes_as_long_as_a_known_one() -> None:
    """The real hash, which takes tens of milliseconds: it is made for names nobody has too."""
    from time import perf_counter

    from django.test import override_settings

    slow = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
    with override_settings(PASSWORD_HASHERS=slow):
        member("kim.minji")

        def seconds(name: str) -> float:
            client = browser()
            begun = perf_counter()
            guess(client, name)
            return perf_counter() - begun

        guess(browser(), "kim.minji")
        known = min(seconds("kim.minji") for _ in range(2))
        unknown = min(seconds("nobody.at.all") for _ in range(2))
    assert 0.4 < unknown / known < 2.5
