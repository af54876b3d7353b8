"""The steps at which a member shows who they are, each with a browser that has come so far."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from makegood.trust import staff
from makegood.trust.access import Visitor
from makegood.trust.policy import Role
from tests.fuzz.passkeys import Passkey
from tests.staff_people import PASSWORD, browser, member, sign_in

if TYPE_CHECKING:
    from django.test import Client

    from makegood.trust.staff import Member

ALONE = "/account/sign-in/passkey/"
ADD = "/account/security/passkeys/add/"
NAME = "kim.door"
_STATE = "mfa.webauthn.state"
NEW_PASSWORD = "또 다른 긴 문장이 여기에 있다"  # noqa: S105 - a test's
TYPED = {
    "/account/sign-in/": {"login": NAME, "password": PASSWORD},
    "/account/sign-in/code/": {"code": "123456"},
    "/account/again/code/": {"code": "123456"},
    "/account/again/password/": {"password": PASSWORD},
    "/account/security/password/": {
        "oldpassword": PASSWORD,
        "password1": NEW_PASSWORD,
        "password2": NEW_PASSWORD,
    },
    "/account/security/code/add/": {"code": "123456"},
    "/account/security/code/remove/": {},
    "/account/security/recovery/make/": {},
    "/account/invitation/": {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD},
}
"""Forms that are typed, as they would be right or nearly so."""
OF_A_PASSKEY = (ALONE, "/account/sign-in/code/", "/account/again/passkey/", ADD)
"""Where a browser sends what a passkey said."""


class Doors:
    """A member with an authenticator and a passkey, and a browser for each step."""

    def __init__(self) -> None:
        self.key = Passkey()
        self._begin()

    def _begin(self) -> None:
        """Whoever was called so before is called otherwise."""
        from makegood.trust.staff import Member

        for former in Member.objects.filter(sign_in_name=NAME):
            former.sign_in_name = f"former.{former.pk}"
            former.save()
        self.who = member(NAME, Role.AUDITOR.value)
        self._signed_in: Client | None = None
        client = self.inside()
        client.get(ADD)
        made = self.key.made(challenge_in(client))
        answer = client.post(ADD, {"name": "a key", "credential": json.dumps(made)})
        assert answer.status_code == 302, answer.content.decode()

    def at(self, address: str) -> Client:
        """A browser before this form, whose waits after wrong tries are over."""
        from makegood.trust.staff.models import Guesses

        Guesses.objects.all().delete()
        steps: dict[str, Callable[[], Client]] = {
            "/account/sign-in/": _stranger,
            ALONE: _stranger,
            "/account/sign-in/code/": self._half_way,
            "/account/invitation/": self._guest,
            "/account/security/code/add/": self._without_factor,
            "/account/again/password/": self._without_factor,
        }
        return steps.get(address, self.inside)()

    def credential(self, client: Client, address: str) -> dict[str, Any]:
        """What the passkey says to the page that the browser has just been shown."""
        named = {"X-Requested-With": "XMLHttpRequest"} if address == ALONE else {}
        answer = client.get(address, headers=named)
        assert answer.status_code == 200, (address, answer.status_code)
        if address == ADD:
            return Passkey().made(challenge_in(client))
        return self.key.used(challenge_in(client), _handle(self.who))

    def inside(self) -> Client:
        """Who has just signed in; once more where that is over."""
        self._expect_member()
        if self._signed_in is None or self._signed_in.get("/account/sessions/").status_code != 200:
            self._signed_in = _stranger()
            sign_in(self._signed_in, self.who)
        return self._signed_in

    def _expect_member(self) -> None:
        """Another one, where what was sent took the password or the authenticator away."""
        from allauth.mfa.models import Authenticator

        self.who.refresh_from_db()
        has_code = Authenticator.objects.filter(user=self.who, type="totp").exists()
        if not has_code or not self.who.check_password(PASSWORD):
            self._begin()

    def _half_way(self) -> Client:
        self._expect_member()
        client = _stranger()
        asked = {"login": self.who.sign_in_name, "password": PASSWORD}
        answer = client.post("/account/sign-in/", asked)
        assert answer.headers["Location"].startswith("/account/sign-in/code/")
        return client

    def _guest(self) -> Client:
        name = f"guest.{uuid4().hex}"
        _made, token = staff.add_member(Visitor.console("root"), name, name="", roles=())
        client = _stranger()
        client.get(f"/account/invitation/{token}/")
        return client

    def _without_factor(self) -> Client:
        client = self._guest()
        given = {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
        answer = client.post("/account/invitation/", given)
        assert answer.headers["Location"] == "/account/enrol/"
        return client


def challenge_in(client: Client) -> str:
    """What the page has given the browser to sign."""
    return str(client.session[_STATE]["challenge"])


def _handle(who: Member) -> bytes:
    from allauth.account.utils import user_pk_to_url_str

    return str(user_pk_to_url_str(who)).encode()


def _stranger() -> Client:
    client = browser()
    client.raise_request_exception = False
    return client
