"""Both sites with something of everything that can be asked for by an address."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from makegood.channels.bank.fake import FakeBank, served
from makegood.kernel import FixedClock
from makegood.trust import clock
from tests.fuzz.customers_world import TEXT, Customers
from tests.fuzz.staff_world import Staff
from tests.portal.acts.conftest import ACCOUNTS, prepare
from tests.portal.conftest import as_portal
from tests.portal.people import doors_open
from tests.redress.claims.relief import IN_TIME
from tests.staff_people import installed, moved_clock, to_office_hours
from tests.store_fixture import Server


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("world")


@pytest.fixture(scope="module")
def customers(server: Server, folder: Path) -> Iterator[Customers]:
    """The customers' site: one has applied for, chosen and taken everything, another nothing."""
    bank = FakeBank(folder / "bank", folder / "books.sqlite")
    bank.open_accounts([(code, number, name) for (code, number), name in ACCOUNTS.items()])
    with (
        server.cloned(folder / "home") as database,
        served(bank) as address,
        pytest.MonkeyPatch.context() as patch,
        installed(
            database,
            patch,
            bank_address=address,
            bank_institution="T991234567",
            bank_requests_a_second="1000",
            sms_sender="02-100-0000",
        ),
        clock.use(FixedClock(IN_TIME)),
        as_portal(),
        doors_open(),
    ):
        prepare(folder, TEXT)
        yield Customers(folder)


@pytest.fixture(scope="module")
def staff(server: Server, folder: Path) -> Iterator[Staff]:
    """The staff pages on a weekday's afternoon, with a member of each role at a known device."""
    with (
        server.cloned(folder / "home") as database,
        pytest.MonkeyPatch.context() as patch,
        installed(database, patch),
        moved_clock() as moved,
    ):
        to_office_hours(moved)
        yield Staff(folder)
