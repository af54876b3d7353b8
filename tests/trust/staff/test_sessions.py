"""Sessions are short, bound, listed and revocable; devices and networks are what proxies say."""

from __future__ import annotations

from uuid import uuid4

import pytest

from tests.staff_people import (
    BROWSER,
    MovedClock,
    browser,
    installed,
    kinds_logged,
    make_device_known,
    member,
    sign_in,
)
from tests.store_fixture import Database

PROXY = "10.9.9.9"
CERTIFIED = {
    "proxies": '["10.9.9.9/32"]',
    "device_certificate_header": "X-Client-Fingerprint",
    "networks": '[{"addresses": "10.1.0.0/16", "is_a": "office"},'
    ' {"addresses": "10.9.0.0/16", "is_a": "office"},'
    ' {"addresses": "10.2.0.0/16", "is_a": "shop"}]',
}


def is_in(client) -> bool:
    return bool(client.get("/").status_code == 200)


def test_a_session_ends_after_a_quarter_of_an_hour_without_a_request(hand: MovedClock) -> None:
    kim, client = member(), browser()
    sign_in(client, kim)
    for _ in range(4):
        hand.move(minutes=14)
        assert is_in(client)
    hand.move(minutes=15)
    page = client.get("/", follow=True)
    assert "한동안 쓰지 않아 접속이 끊겼습니다" in page.content.decode()
    assert not is_in(client)
    assert "session.expired" in kinds_logged()


def test_a_session_ends_after_eight_hours_whatever_is_done(hand: MovedClock) -> None:
    kim, client = member(), browser()
    sign_in(client, kim)
    for _ in range(47):
        hand.move(minutes=10)
        assert is_in(client)
    hand.move(minutes=10)
    assert not is_in(client)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"headers": {"user-agent": "another browser", "host": "localhost"}}, "other_browser"),
        ({"REMOTE_ADDR": "192.0.2.7"}, "other_network"),
    ],
)
def test_a_session_is_bound_to_browser_and_network(change, reason) -> None:
    from makegood.trust.staff import Session

    kim, client = member(), browser()
    sign_in(client, kim)
    assert client.get("/", **change).status_code == 302
    assert Session.objects.get().end_reason == reason
    assert "session.refused" in kinds_logged()
    # Also for the browser it belonged to: who stole it, and who owned it, both sign in again.
    assert not is_in(client)


def test_a_session_is_bound_to_its_device() -> None:
    kim, client = member(), browser()
    sign_in(client, kim)
    make_device_known(client)
    assert is_in(client)
    del client.cookies["makegood-device"]
    assert not is_in(client)


def test_another_address_of_the_same_network_goes_on() -> None:
    kim, client = member(), browser()
    sign_in(client, kim)
    assert client.get("/", REMOTE_ADDR="127.0.0.99").status_code == 200


def test_a_member_ends_a_session_of_their_own() -> None:
    from makegood.trust import staff

    kim = member()
    here, there = browser(), browser()
    sign_in(here, kim)
    sign_in(there, kim)
    other = next(
        session
        for session in staff.open_sessions(kim)
        if str(session.session_id) != here.session["makegood_session"]
    )
    assert here.post(f"/account/sessions/{other.session_id}/end/").status_code == 302
    assert is_in(here)
    assert not is_in(there)
    assert "session.revoked" in kinds_logged()


def test_only_a_security_officer_ends_somebody_elses() -> None:
    from makegood.trust import staff

    kim, park = member("kim.minji", "call_centre_agent"), member("park.jun", "security_officer")
    agent, officer = browser(), browser()
    sign_in(agent, kim)
    sign_in(officer, park)
    make_device_known(agent)
    make_device_known(officer)
    of_kim, of_park = (staff.open_sessions(who)[0].session_id for who in (kim, park))
    assert agent.post(f"/account/sessions/{of_park}/end/").status_code == 403
    assert is_in(officer)
    assert officer.post(f"/staff/sessions/{of_kim}/end/").status_code == 302
    assert not is_in(agent)
    assert officer.post(f"/staff/sessions/{uuid4()}/end/").status_code == 400


def test_deactivation_ends_sessions_at_the_next_request() -> None:
    from makegood.trust import staff
    from makegood.trust.access import Visitor

    kim, client = member(), browser()
    sign_in(client, kim)
    staff.deactivate(Visitor.console("root"), kim)
    assert not is_in(client)


def test_a_copied_session_row_is_worth_nothing() -> None:
    """Who reads the database cannot make a cookie of what they read."""
    from django.contrib.sessions.models import Session as Row

    kim, client = member(), browser()
    sign_in(client, kim)
    thief = browser()
    for row in Row.objects.all():
        thief.cookies["makegood-staff"] = row.session_key
        assert not is_in(thief)


def test_a_device_counts_once_somebody_else_approved_it() -> None:
    from makegood.trust import staff
    from makegood.trust.access import Visitor

    kim, park = member("kim.minji", "security_officer"), member("park.jun", "security_officer")
    client, other = browser(), browser()
    sign_in(client, kim)
    page = client.post("/account/devices/", {"name": "desk 1"}, follow=True)
    assert "보안 책임자가 승인하면" in page.content.decode()
    assert client.get("/staff/devices/").status_code == 403
    sign_in(other, park)
    make_device_known(other, "desk 2")
    # The console has approved both; ask again for one that waits.
    from makegood.trust.staff import Device

    Device.objects.filter(name="desk 1").update(approved_at=None, approved_by="")
    (waiting,) = staff.devices_waiting(Visitor.console("root"))
    assert client.post(f"/staff/devices/{waiting.device_id}/approve/").status_code == 403
    assert other.post(f"/staff/devices/{waiting.device_id}/approve/").status_code == 302
    assert client.get("/staff/devices/").status_code == 200
    assert other.post(f"/staff/devices/{waiting.device_id}/revoke/").status_code == 302
    assert client.get("/staff/devices/").status_code == 403
    assert {"device.enrolled", "device.approved", "device.revoked"} <= set(kinds_logged())


@pytest.mark.usefixtures("hand")
def test_a_certificate_counts_from_the_proxy_alone(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    from makegood.trust.staff import Device

    with installed(database, monkeypatch, **CERTIFIED):
        kim = member("kim.minji", "auditor")
        said = {"user-agent": BROWSER, "host": "localhost", "x-client-fingerprint": "ab:cd"}
        from django.test import Client

        through = Client(
            headers={**said, "x-forwarded-for": "198.51.100.1, 10.1.2.3"}, REMOTE_ADDR=PROXY
        )
        sign_in(through, kim)
        assert Device.objects.get().kind == "certificate"
        assert through.get("/log/").status_code == 200
        past = Client(headers=said, REMOTE_ADDR="10.1.2.3")
        sign_in(past, kim)
        assert past.get("/log/").status_code == 403
        assert "device.refused" in kinds_logged()


@pytest.mark.parametrize(
    ("peer", "forwarded", "network"),
    [
        (PROXY, "10.1.2.3", "office"),
        (PROXY, "10.2.2.3", "shop"),
        (PROXY, "10.1.2.3, 203.0.113.9", "outside"),
        (PROXY, "10.1.2.3, 10.9.9.9", "office"),
        (PROXY, "nonsense", "outside"),
        (PROXY, "", "outside"),
        ("203.0.113.9", "10.1.2.3", "outside"),
        ("10.1.2.3", "", "office"),
        ("::ffff:10.1.2.3", "", "office"),
    ],
)
def test_the_network_is_of_the_nearest_address_that_is_no_proxy(
    database: Database, monkeypatch: pytest.MonkeyPatch, peer, forwarded, network
) -> None:
    from django.test import RequestFactory

    from makegood.trust.staff.origin import read_origin

    with installed(database, monkeypatch, **CERTIFIED):
        headers = {"x-forwarded-for": forwarded} if forwarded else {}
        request = RequestFactory().get("/", REMOTE_ADDR=peer, headers=headers)
        assert read_origin(request).network == network


def test_cookies_and_headers_keep_things_in() -> None:
    kim, client = member(), browser()
    response = client.get("/account/sign-in/")
    sign_in(client, kim)
    cookie = client.cookies["makegood-staff"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert response.headers["Cache-Control"] == "no-store"
    assert client.get("/").headers["Cache-Control"] == "no-store"
    assert response.headers["X-Frame-Options"] == "DENY"
    assert response.headers["Referrer-Policy"] == "same-origin"
    assert "camera=()" in response.headers["Permissions-Policy"]
    assert "Strict-Transport-Security" not in response.headers


def test_https_makes_cookies_of_this_host_only(database: Database) -> None:
    """The settings are read once a process: so another one is asked."""
    import json
    import subprocess
    import sys

    asked = (
        "import json; from makegood.project import settings as s; print(json.dumps("
        "[s.SESSION_COOKIE_NAME, s.SESSION_COOKIE_SECURE,"
        " s.CSRF_COOKIE_NAME, s.CSRF_COOKIE_SECURE]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", asked],
        env={**database.environment, "MAKEGOOD_WEB_HTTPS": "true"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout) == [
        "__Host-makegood-staff",
        True,
        "__Host-makegood-staff-csrf",
        True,
    ]


def test_https_pages_say_so(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    with installed(database, monkeypatch, web_https="true"):
        response = browser().get("/account/sign-in/", secure=True)
        assert "max-age=31536000" in response.headers["Strict-Transport-Security"]


def test_a_form_of_another_site_is_not_taken() -> None:
    from django.test import Client

    kim = member()
    client = Client(headers={"user-agent": BROWSER, "host": "localhost"}, enforce_csrf_checks=True)
    response = client.post("/account/sign-in/", {"login": kim.sign_in_name, "password": "x"})
    assert response.status_code == 403
    assert "이 화면에서 만든 양식이 아니거나" in response.content.decode()


def test_what_is_over_is_forgotten(hand: MovedClock) -> None:
    from django.contrib.sessions.models import Session as Row

    from makegood.trust import staff

    kim, client = member(), browser()
    client.post("/account/sign-in/", {"login": "nobody", "password": "wrong"})
    sign_in(client, kim)
    kept = Row.objects.count()
    Row.objects.create(session_key="old", session_data="", expire_date="2020-01-01T00:00Z")
    staff.forget_expired()
    assert Row.objects.count() == kept
    assert staff.Guesses.objects.exists()
    hand.move(hours=25)
    staff.forget_expired()
    assert not staff.Guesses.objects.exists()
