"""Sign-in with password and second factor, invitations, and what is said where it fails."""

from __future__ import annotations

import re

from tests.staff_people import (
    PASSWORD,
    MovedClock,
    browser,
    code_of,
    kinds_logged,
    member,
    sign_in,
    sign_in_again,
)
from tests.store_fixture import Database


def test_password_and_code_open_a_session() -> None:
    kim, client = member(), browser()
    response = sign_in(client, kim)
    assert response.status_code == 302
    page = client.get("/")
    assert page.status_code == 200
    assert kim.shown_name in page.content.decode()
    assert "staff.signed_in" in kinds_logged()


def test_the_cookie_of_before_is_worth_nothing_after_sign_in() -> None:
    kim, client = member(), browser()
    client.post("/account/sign-in/", {"login": kim.sign_in_name, "password": PASSWORD})
    before = client.cookies["makegood-staff"].value
    client.post("/account/sign-in/code/", {"code": code_of(kim)})
    assert client.get("/").status_code == 200
    thief = browser()
    thief.cookies["makegood-staff"] = before
    assert thief.get("/").status_code == 302


def test_a_password_alone_opens_nothing() -> None:
    kim, client = member(), browser()
    client.post("/account/sign-in/", {"login": kim.sign_in_name, "password": PASSWORD})
    for path in ("/", "/log/", "/centre/", "/account/security/", "/staff/"):
        response = client.get(path)
        assert response.status_code == 302, path
        assert response.headers["Location"].startswith("/account/sign-in/")


def test_a_code_counts_once() -> None:
    kim = member()
    first, second = browser(), browser()
    sign_in(first, kim)
    again = code_of(kim)
    second.post("/account/sign-in/", {"login": kim.sign_in_name, "password": PASSWORD})
    assert second.post("/account/sign-in/code/", {"code": again}).status_code == 302
    third = browser()
    third.post("/account/sign-in/", {"login": kim.sign_in_name, "password": PASSWORD})
    assert third.post("/account/sign-in/code/", {"code": again}).status_code == 200
    assert third.get("/").status_code == 302


def test_wrong_name_and_wrong_password_are_told_alike() -> None:
    kim = member()
    told = set()
    for name in (kim.sign_in_name, "nobody.here"):
        page = browser().post("/account/sign-in/", {"login": name, "password": "wrong wrong wrong"})
        text = page.content.decode().replace(name, "NAME")
        told.add(re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", text))
    assert len(told) == 1
    assert kinds_logged().count("staff.sign_in_failed") == 2


def test_a_deactivated_member_is_told_what_a_stranger_is() -> None:
    from makegood.trust import staff
    from makegood.trust.access import Visitor

    kim, client = member(), browser()
    staff.deactivate(Visitor.console("root"), kim)
    page = client.post(
        "/account/sign-in/", {"login": kim.sign_in_name, "password": PASSWORD}, follow=True
    )
    assert "이름이나 비밀번호가 맞지 않습니다" in page.content.decode()
    assert client.get("/").status_code == 302


def test_nobody_signs_up_by_themselves() -> None:
    client = browser()
    for path in ("/account/sign-up/", "/accounts/signup/", "/account/password/reset/"):
        assert client.get(path).status_code == 404


def test_an_invitation_works_once_and_leads_to_a_second_factor() -> None:
    from makegood.trust import staff
    from makegood.trust.access import Visitor

    _lee, token = staff.add_member(Visitor.console("root"), "lee.sora", roles=["auditor"])
    client = browser()
    # A preview of the link uses nothing up.
    assert client.head(f"/account/invitation/{token}/").status_code == 405
    response = client.get(f"/account/invitation/{token}/", follow=True)
    assert token not in response.content.decode()
    assert (
        client.post(
            "/account/invitation/", {"password1": "short", "password2": "short"}
        ).status_code
        == 200
    )
    both = {"password1": PASSWORD, "password2": PASSWORD}
    assert client.post("/account/invitation/", both).headers["Location"] == "/account/enrol/"
    # Signed in, but nothing but enrolment is there.
    for path in ("/", "/log/", "/account/sessions/", "/account/security/password/"):
        assert client.get(path).headers.get("Location") == "/account/enrol/", path
    assert client.get("/account/security/code/add/").status_code == 200
    secret = client.session["mfa.totp.secret"]
    from allauth.mfa.totp.internal import auth

    code = auth.format_hotp_value(
        auth.hotp_value(secret, next(auth.yield_hotp_counters_from_time()))
    )
    added = client.post("/account/security/code/add/", {"code": code}, follow=True)
    assert added.status_code == 200
    assert len(re.findall(r"<li>\d{8}</li>", added.content.decode())) == 10
    assert client.get("/").status_code == 200
    # Once.
    other = browser()
    other.get(f"/account/invitation/{token}/")
    assert other.get("/account/invitation/").status_code == 410


def test_an_invitation_is_over_after_a_day(hand: MovedClock) -> None:
    from makegood.trust import staff
    from makegood.trust.access import Visitor

    _lee, token = staff.add_member(Visitor.console("root"), "lee.sora", roles=[])
    hand.move(hours=24)
    client = browser()
    client.get(f"/account/invitation/{token}/")
    assert client.get("/account/invitation/").status_code == 410


def test_signing_in_again_needs_the_second_factor_and_changes_the_cookie() -> None:
    from makegood.trust import staff

    kim, client = member(), browser()
    sign_in(client, kim)
    before = client.cookies["makegood-staff"].value
    assert client.get("/account/again/password/").headers["Location"] == "/account/again/code/"
    sign_in_again(client, kim)
    assert client.cookies["makegood-staff"].value != before
    assert "staff.signed_in_again" in kinds_logged()
    (session,) = staff.open_sessions(kim)
    assert session.sign_in_strength == "totp"


def test_a_recovery_code_counts_as_a_password() -> None:
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes

    from makegood.trust import staff

    kim, client = member(), browser()
    code = RecoveryCodes.activate(kim).get_unused_codes()[0]
    client.post("/account/sign-in/", {"login": kim.sign_in_name, "password": PASSWORD})
    assert client.post("/account/sign-in/code/", {"code": code}).status_code == 302
    (session,) = staff.open_sessions(kim)
    assert session.sign_in_strength == "password"


def test_the_last_factor_stays() -> None:
    from makegood.trust import staff

    kim, client = member(), browser()
    sign_in(client, kim)
    sign_in_again(client, kim)
    page = client.post("/account/security/code/remove/")
    assert "먼저 다른 인증 수단을 추가하십시오" in page.content.decode()
    assert staff.strong_factors(kim).count() == 1


def test_no_secret_of_a_factor_or_session_lies_in_the_database(database: Database) -> None:
    from allauth.mfa.models import Authenticator
    from allauth.mfa.utils import decrypt

    kim, client = member(), browser()
    sign_in(client, kim)
    secret = decrypt(Authenticator.objects.get(user=kim).data["secret"])
    cookie = client.cookies["makegood-staff"].value
    with database.superuser.connect() as connection:
        for table in ("mfa_authenticator", "django_session", "staff_session", "web_cache"):
            rows = connection.execute(f"SELECT to_jsonb(t)::text FROM {table} t").fetchall()
            everything = "\n".join(row[0] for row in rows)
            assert secret not in everything
            assert cookie not in everything
            assert "_auth_user_id" not in everything
