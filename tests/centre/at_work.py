"""A member of the support centre at work on a customer, and what their pages are asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from makegood.channels.bank.fake import FakeBank
from makegood.channels.bank.fake import served as bank_served
from makegood.dues import quoting
from makegood.kernel import FixedClock
from makegood.trust import clock
from tests.portal.acts.conftest import MINSU, prepare
from tests.redress.claims.relief import IN_TIME
from tests.staff_people import browser, installed, make_device_known, member, sign_in
from tests.store_fixture import Database

if TYPE_CHECKING:
    from django.test import Client

PERSON = "/centre/person/"
APPLY = "/centre/person/dues/1/waiver/apply/"
CODE = f"{PERSON}consent/code/"
SHOP = '[{"addresses": "127.0.0.0/8", "is_a": "shop"}]'


@pytest.fixture
def network() -> str:
    """What this machine counts as: the office, or a shop."""
    return '[{"addresses": "127.0.0.0/8", "is_a": "office"}]'


@pytest.fixture
def offered(
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    bank: FakeBank,
    network: str,
) -> Iterator[Database]:
    """Within the window: a programme with everything to act on, customers with lines, a bank."""
    quoting._kept.clear()
    with (
        bank_served(bank) as address,
        installed(
            database,
            monkeypatch,
            networks=network,
            bank_address=address,
            bank_institution="T991234567",
            bank_requests_a_second="1000",
            sms_sender="02-100-0000",
        ),
        clock.use(FixedClock(IN_TIME)),
    ):
        prepare(tmp_path)
        yield database


def at_work(name: str, role: str, customer: str = MINSU) -> Client:
    """A member who has just signed in, at a known device, and works on a customer."""
    client = browser()
    sign_in(client, member(name, role))
    make_device_known(client)
    choose(client, customer)
    return client


@pytest.fixture
def agent(offered: Database) -> Client:  # noqa: ARG001 - it must be there first
    return at_work("choi.bora", "call_centre_agent")


def choose(client: Client, customer: str, purpose: str = "customer_request") -> str:
    given = {"customer_id": customer, "purpose": purpose, "case": "CALL-1"}
    return text(client.post(f"{PERSON}choose/", given, follow=True))


def text(response: Any) -> str:
    return str(response.content.decode())


def consent(client: Client, channel: str = "telephone") -> str:
    given = {"channel": channel, "evidence": "R-17", "days_valid": 1}
    return text(client.post(f"{PERSON}consent/", given, follow=True))


def sends(client: Client, address: str, customer: str = MINSU, **given: object) -> Any:
    """A form of a page that was shown for a customer."""
    return client.post(address, {"person": customer, **given}, follow=True)


def receipt_of(page: str) -> str:
    found = re.search(r'class="receipt mono">([0-9A-Z-]{14})<', page)
    assert found, page
    return found[1]


def changes_in(page: str) -> str:
    found = re.search(r'name="changes" value="(\d+)"', page)
    assert found, page
    return found[1]


def refused_by(response: Any) -> set[str]:
    assert response.status_code == 403, text(response)
    return set(re.findall(r"\(\S+ <code>(\w+)</code>\)", text(response)))
