"""Members of staff for tests, and how they sign in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from time import sleep
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from makegood.kernel import SystemClock
from makegood.trust import clock
from makegood.trust.vault import Account, Person

if TYPE_CHECKING:
    import pytest
    from django.http import HttpResponse
    from django.test import Client

    from makegood.trust.staff import Member
    from tests.store_fixture import Database

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


def member(
    name: str = "kim.minji", *roles: str, shown: str = "", password: str = PASSWORD
) -> Member:
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
    wait_for_room_in_the_half_minute()
    secret = decrypt(Authenticator.objects.get(user=who, type="totp").data["secret"])
    return str(
        auth.format_hotp_value(auth.hotp_value(secret, next(auth.yield_hotp_counters_from_time())))
    )


def wait_for_room_in_the_half_minute() -> None:
    """A code counts in its half minute alone: begin none in its last two seconds."""
    left = 30 - SystemClock().now().timestamp() % 30
    if left < 2:
        sleep(left + 0.01)


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
    """The device is asked for by the one who is signed in, and approved by an officer."""
    from makegood.trust import clock, staff
    from makegood.trust.access import Visitor
    from makegood.trust.policy import Principal, Role

    client.post("/account/devices/", {"name": name})
    someone_else = Principal("another", frozenset({Role.SECURITY_OFFICER}))
    officer = Visitor(someone_else, "", "enrolled", "passkey", clock.now(), "office", "10.1.0.9")
    for device in staff.devices_waiting(officer):
        staff.approve_device(officer, device.device_id)


def kinds_logged() -> list[str]:
    from makegood.trust.audit import entries

    return [entry.record.kind for entry in entries()]


@contextmanager
def installed(
    database: Database, monkeypatch: pytest.MonkeyPatch, **changes: str
) -> Iterator[None]:
    """The program runs with the test's data folder, and with these settings besides.

    What is this machine counts as the office; other changes are ``name="value"`` as in variables.
    """
    from django.test import override_settings

    from makegood.configuration import Settings
    from makegood.trust.staff import factors

    office = '[{"addresses": "127.0.0.0/8", "is_a": "office"}]'
    values = {"home": str(database.home), "networks": office, **changes}
    for name, value in values.items():
        monkeypatch.setenv(f"MAKEGOOD_{name.upper()}", value)
    factors._master_key.cache_clear()
    # Slow hashes are what guessing is slowed by; a test that is not about it need not wait.
    quick = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with override_settings(INSTALLATION=Settings.load(), PASSWORD_HASHERS=quick):
        yield
    factors._master_key.cache_clear()


def afternoon() -> timedelta:
    """How far it is to the next weekday's two o'clock in Seoul, when everybody works."""
    zone = ZoneInfo("Asia/Seoul")
    present = SystemClock().now().astimezone(zone)
    day = present + timedelta(days=1)
    while day.weekday() > 4:
        day += timedelta(days=1)
    return day.replace(hour=14, minute=0, second=0, microsecond=0) - present


def to_office_hours(moved: MovedClock) -> MovedClock:
    moved.ahead = afternoon()
    return moved


def customers() -> None:
    """Two customers in the vault: one with an account."""
    from makegood.trust.vault import store_account, store_person

    for person in (MINSU, JIYEON):
        store_person(person, actor="console:tester")
    store_account(MINSU_ACCOUNT, actor="console:tester")


MINSU = Person(
    "C0001", "김민수", "010-1234-5678", date(1985, 3, 7), "minsu@example.com", "서울특별시 강남구 1"
)
JIYEON = Person("C0002", "이지연", "010-1234-5678", date(1990, 12, 24))
MINSU_ACCOUNT = Account("C0001", "004", "110123456789", "김민수")
PLANTED = (
    *(MINSU.name, JIYEON.name, MINSU.phone, MINSU.email, MINSU.address, MINSU_ACCOUNT.number),
    *("1985-03-07", "19850307", "1990-12-24", "1012345678", PASSWORD),
)
"""What must be nowhere but in ciphertexts once somebody has worked with these people."""
