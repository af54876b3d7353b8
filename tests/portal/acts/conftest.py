"""A programme with everything to act on, two customers with their lines, and the bank they have."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest

from makegood.channels.bank.fake import FakeBank, served
from makegood.channels.vouchers import import_codes
from makegood.kernel import FixedClock
from makegood.redress.serving import load_holders, register
from makegood.trust import clock
from makegood.trust.access import Visitor
from makegood.trust.vault import Person, store_person
from tests.portal.conftest import as_portal
from tests.programme_text import changed
from tests.redress.claims.offers import CHOICE, COFFEE, TICKET, coupons
from tests.redress.claims.relief import AFTERWARDS, AS_OF, IN_TIME, LINES, NAME, SEOUL, TEXT
from tests.redress.outage_lines import published, snapshot
from tests.staff_people import installed
from tests.store_fixture import Database

if TYPE_CHECKING:
    from django.test import Client

MORE = (
    CHOICE
    + coupons(3, date(2026, 1, 10), date(2026, 1, 31), date(2026, 3, 31), COFFEE, TICKET)
    + "notices: []\n"
)
OFFERED = TEXT.replace("notices: []\n", MORE)
COVERED = datetime(2026, 3, 2, 10, 0, tzinfo=SEOUL)

MINSU, JIYEON, HANEUL = "C0001", "C0002", "C0005"
NAMES = {MINSU: "김민수", JIYEON: "이지연", HANEUL: "정하늘"}
HOLDERS = {
    "L0001": MINSU,
    "L0006": MINSU,
    "L0003": MINSU,
    "L0002": JIYEON,
    "L0005": HANEUL,
}
"""Minsu's lines in their order: 1 ordinary, 2 of another brand, 3 late. Haneul is a minor."""
FIRST, OTHER_BRAND, LATE = 1, 2, 3
ACCOUNTS = {
    ("004", "99000111222"): NAMES[MINSU],
    ("088", "88000111222"): NAMES[MINSU],
    ("004", "99000111333"): NAMES[JIYEON],
    ("004", "99000111444"): "정대한",
}
MINE = {"bank_code": "004", "account_number": "990-0011-1222", "account_holder": NAMES[MINSU]}
ANOTHER = {"bank_code": "088", "account_number": "88000111222", "account_holder": NAMES[MINSU]}
PARENT = {"bank_code": "004", "account_number": "99000111444", "account_holder": "정대한"}
PDF = b"%PDF-1.7 a certificate of service " + bytes(2_000)
AGENT = "Mozilla/5.0 (Linux; Android 15) Chrome/150.0 Mobile Safari/537.36"
PLANTED = (*NAMES.values(), "정대한", "99000111222", "88000111222", "99000111444", "990-0011-1222")


@pytest.fixture
def bank(tmp_path) -> FakeBank:
    bank = FakeBank(tmp_path / "bank", tmp_path / "books.sqlite")
    bank.open_accounts([(code, number, name) for (code, number), name in ACCOUNTS.items()])
    return bank


@pytest.fixture
def offered(
    database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path, bank: FakeBank
) -> Iterator[Database]:
    """The customers' site within the window, with lines, holders, codes and the bank."""
    with (
        served(bank) as address,
        installed(
            database,
            monkeypatch,
            bank_address=address,
            bank_institution="T991234567",
            bank_requests_a_second="1000",
        ),
        clock.use(FixedClock(IN_TIME)),
        as_portal(),
    ):
        prepare(tmp_path)
        yield database


def prepare(tmp_path, text: str = OFFERED) -> None:
    """The programme in force, its lines served, whose they are, and what is in the pools."""
    published(text)
    lines = {line_id: LINES[line_id] for line_id in HOLDERS}
    register(Visitor.console("root"), snapshot(tmp_path / "lines", lines, AS_OF, text), NAME)
    holders = tmp_path / "holders.csv"
    rows = [f"{line},{customer}" for line, customer in HOLDERS.items()]
    holders.write_text("\n".join(["line_id,customer_id", *rows]) + "\n")
    load_holders(Visitor.console("root"), holders)
    for number, (customer, name) in enumerate(NAMES.items()):
        born = date(1985, 3, 7 + number)
        person = Person(customer, name, f"010-7777-000{number}", born)
        store_person(person, actor="console:tester")
    codes = tmp_path / "codes.csv"
    codes.write_text("code\n" + "".join(f"COFFEE-{n:04}X\n" for n in range(9)))
    import_codes(Visitor.console("root"), "coffee_pool", codes)


def hand_over(line_id: str, customer_id: str, tmp_path) -> None:
    """A line is somebody else's from now on."""
    holders = tmp_path / "later-holders.csv"
    rows = [f"{line},{who}" for line, who in (HOLDERS | {line_id: customer_id}).items()]
    holders.write_text("\n".join(["line_id,customer_id", *rows]) + "\n")
    load_holders(Visitor.console("root"), holders)


def amended_away() -> None:
    """The programme in force has the waiver no more; a support centre it has."""
    centre = 'centre: {phone: "1588-0000", hours: {ko: 매일, en: every day}}\nmeasures:\n'
    begin, waiver, rest = OFFERED.partition("  waiver:\n")
    _its_keys, cover, others = rest.partition("  cover:\n")
    assert waiver
    assert cover
    published(changed("measures:\n", centre, begin) + cover + others)


@pytest.fixture
def afterwards(offered: Database) -> Iterator[Database]:
    """After the window: late applications alone."""
    with clock.use(FixedClock(AFTERWARDS)):
        yield offered


def signed_in(customer_id: str, language: str = "ko") -> Client:
    """A browser in which this customer has shown who they are."""
    from django.conf import settings
    from django.test import Client

    browser = Client(headers={"user-agent": AGENT, "host": "localhost"})
    browser.cookies["makegood-language"] = language
    browser.cookies[settings.SESSION_COOKIE_NAME] = session_of(customer_id, language)
    return browser


def session_of(customer_id: str, language: str = "ko") -> str:
    """The session key of a customer who has just shown who they are."""
    from django.conf import settings
    from django.contrib.sessions.backends.base import SessionBase
    from django.http import HttpRequest, HttpResponse
    from django.test import RequestFactory

    from makegood.trust.customers import CustomerSession, sign_in
    from makegood.trust.staff.middleware import OriginMiddleware

    request = RequestFactory(headers={"user-agent": AGENT, "host": "localhost"}).get("/")
    request.LANGUAGE_CODE = language
    made: list[str] = []

    def shown(request: HttpRequest) -> HttpResponse:
        store = import_module(settings.SESSION_ENGINE).SessionStore
        session: SessionBase = store()
        request.session = session
        sign_in(request, CustomerSession(customer_id, "message_code", clock.now()))
        session.save()
        made.append(str(session.session_key))
        return HttpResponse()

    OriginMiddleware(shown)(request)
    return made[0]


def file(content: bytes = PDF, name: str = "김민수_복무확인서.pdf") -> Any:
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile(name, content, "application/octet-stream")


def apply_for(browser: Client, line: int = FIRST, account: dict[str, str] | None = None) -> str:
    """Through all steps in time; the receipt number."""
    base = f"/dues/{line}/waiver/apply/"
    answer = browser.post(base, account or MINE)
    assert answer.status_code == 302, answer.content.decode()
    return confirm(browser, line)


def confirm(browser: Client, line: int = FIRST, measure: str = "waiver") -> str:
    base = f"/dues/{line}/{measure}/apply/"
    token = token_of(browser.get(f"{base}confirm/").content.decode())
    answer = browser.post(f"{base}confirm/", {"token": token, "agreed": "on"}, follow=True)
    assert answer.status_code == 200, answer.content.decode()
    return receipt_in(answer.content.decode())


def token_of(page: str) -> str:
    return value_of(page, "token")


def value_of(page: str, name: str) -> str:
    import re

    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, page
    return found[1]


def receipt_in(page: str) -> str:
    import re

    found = re.search(r"<code>([0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4})</code>", page)
    assert found, page
    return found[1]
