"""The customers' site, in this process and in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING

import pytest

from tests.pages.conftest import chromium as chromium  # noqa: PLC0414 - a fixture
from tests.pages.conftest import served
from tests.staff_people import MovedClock, installed, moved_clock
from tests.store_fixture import Database

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext


_SHARED = frozenset({"ALLOWED_HOSTS", "DATABASES", "INSTALLATION", "INSTALLED_APPS"})


@contextmanager
def as_portal() -> Iterator[None]:
    """This process serves the customers' site: every setting that differs is the portal's."""
    from django.conf import settings
    from django.test import override_settings

    portal = import_module("makegood.project.portal_settings")
    differing = {
        name: getattr(portal, name)
        for name in dir(portal)
        if name.isupper()
        and name not in {"ALLOWED_HOSTS", "DATABASES", "INSTALLATION", "INSTALLED_APPS"}
        if getattr(portal, name) != getattr(settings, name, None)
    }
    with override_settings(**differing):
        yield


@pytest.fixture
def hand(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[MovedClock]:
    """The clock in hand, and the customers' site in force."""
    with installed(database, monkeypatch), moved_clock() as moved, as_portal():
        yield moved


@pytest.fixture
def site(hand: MovedClock) -> Iterator[str]:  # noqa: ARG001 - it must be there first
    with served() as address:
        yield address


@pytest.fixture(params=["ko", "en"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def context(chromium: Browser, site: str) -> Iterator[BrowserContext]:
    """A telephone's browser."""
    made = chromium.new_context(
        base_url=site, reduced_motion="reduce", viewport={"width": 390, "height": 844}
    )
    made.set_default_timeout(30_000)
    yield made
    made.close()
