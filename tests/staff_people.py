"""Members of staff for tests, and how they sign in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from makegood.kernel import SystemClock
from makegood.trust import clock

if TYPE_CHECKING:
    from django.http import HttpResponse
    from django.test import Client

    from makegood.trust.staff import Member

PASSWORD = "긴 문장이 짧은 암호보다 낫다"  # noqa: S105 - a test's
BROWSER = "Mozilla/5.0 (X11; Linux x86_64) Chrome/150.0 Safari/537.36"


@dataclass
class MovedClock:
    """The machine's clock, moved on as a test wants."""

    ahead: timedelta = field(default_factory=timedelta)

    def now(self) -> datetime:
        return SystemClock().now() + self.ahead

    def move(self, **named: float) -> None:
        self.ahead += timedelta(**named)


@contextmanager
def moved_clock() -> Iterator[MovedClock]:
    moved = MovedClock()
    with clock.use(moved):
        yield moved


def member(name: str = "kim.minji", *roles: str, shown: str = "", password: str = PASSWORD) -> Member:
    """A member with a password and an authenticator."""
    from makegood.trust import staff
    from makegood.trust.access import Visitor

    made, _token = staff.add_member(Visitor.console("root"), name, name=shown, roles=roles)
    made.set_password(password)
    made.save()
    give_authenticator(made)
    return made


def give_authenticator(who: Member) -> str:
    """The secret of the member's new authenticator."""
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    secret: str = generate_totp_secret()
    TOTP.activate(who, secret)
    return secret


def code_of(who: Member) -> str:
    """The code that the member's authenticator shows now; it may be used again."""
    from allauth.mfa.models import Authenticator
    from allauth.mfa.totp.internal import auth
    from allauth.mfa.utils import decrypt
    from django.core.cache import cache

    cache.clear()
    secret = decrypt(Authenticator.objects.get(user=who, type="totp").data["secret"])
    return str(auth.format_hotp_value(auth.hotp_value(secret, next(auth.yield_hotp_counters_from_time()))))


def browser(**extra: Any) -> Client:
    from django.test import Client

    return Client(headers={"user-agent": BROWSER, "host": "localhost"}, **extra)


def sign_in(client: Client, who: Member, password: str = PASSWORD) -> HttpResponse:
    """Name and password, then the code."""
    client.post("/account/sign-in/", {"login": who.sign_in_name, "password": password})
    return client.post("/account/sign-in/code/", {"code": code_of(who)})  # type: ignore[return-value]


def sign_in_again(client: Client, who: Member) -> HttpResponse:
    return client.post("/account/again/code/", {"code": code_of(who)})  # type: ignore[return-value]


def make_device_known(client: Client, name: str = "desk 14") -> None:
    """The device is asked for by the one who is signed in, and approved at the console."""
    from makegood.trust import staff
    from makegood.trust.access import Visitor

    client.post("/account/devices/", {"name": name})
    console = Visitor.console("root")
    for device in staff.devices_waiting(console):
        staff.approve_device(console, device.device_id)


def kinds_logged() -> list[str]:
    from makegood.trust.audit import entries

    return [entry.record.kind for entry in entries()]
