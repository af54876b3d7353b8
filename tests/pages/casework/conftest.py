"""An agent at a known device, a programme in force, and customers with lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import connection

from tests.pages.conftest import chromium as chromium  # noqa: PLC0414 - a fixture
from tests.redress.claims.relief import TEXT
from tests.redress.outage_lines import published
from tests.staff_people import browser, customers, make_device_known, member, sign_in
from tests.store_fixture import Database

if TYPE_CHECKING:
    from django.test import Client

_HOLDER = "INSERT INTO serving_holder (line_id, customer_id) VALUES ('L0001', 'C0001')"


@pytest.fixture
def in_force(request: pytest.FixtureRequest, database: Database) -> Database:
    """The programme relief-2026, and a line of the first customer.

    With ``vault`` the whole disk is searched afterwards: one of its tests for each kind of page.
    """
    if "vault" in request.fixturenames:
        request.getfixturevalue("vault")
    else:
        customers()
    published(TEXT)
    with connection.cursor() as cursor:
        cursor.execute(_HOLDER)
    return database


def at_work(name: str, role: str) -> Client:
    """A member who has just signed in, at a known device."""
    who, client = member(name, role), browser()
    sign_in(client, who)
    make_device_known(client)
    return client


@pytest.fixture
def agent(in_force: Database) -> Client:  # noqa: ARG001 - it must be there first
    return at_work("choi.bora", "call_centre_agent")
