"""The pages served to a real browser: Debian's Chromium, driven by Playwright."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from socketserver import ThreadingMixIn
from threading import Thread
from typing import TYPE_CHECKING
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest

from tests.staff_people import (
    PLANTED,
    MovedClock,
    customers,
    installed,
    moved_clock,
    to_office_hours,
)
from tests.store_fixture import Database
from tests.trust.leaks import nothing_leaks

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext

CHROMIUM = shutil.which("chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

TYPED = ("010-8765-4321", "1087654321", "98765432109876", "no number 77")
"""What tests type into the pages besides what belongs to the customers."""


@pytest.fixture(autouse=True)
def hand(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[MovedClock]:
    """A weekday's afternoon in the office, and the clock in hand."""
    with installed(database, monkeypatch), moved_clock() as moved:
        yield to_office_hours(moved)


@pytest.fixture(autouse=True)
def nothing_leaked(
    database: Database,
    hand: MovedClock,  # noqa: ARG001 - the clock is still the test's at the end
    request: pytest.FixtureRequest,
) -> Iterator[None]:
    """After each test with customers: nothing of them, nor of what was typed, lies anywhere."""
    if "vault" not in request.fixturenames:
        yield
        return
    with nothing_leaks(database, (*PLANTED, *TYPED)):
        yield


@pytest.fixture
def vault(database: Database) -> Database:
    customers()
    return database


class _Threads(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        pass

    def address_string(self) -> str:
        return "127.0.0.1"


@contextmanager
def served() -> Iterator[str]:
    """The pages, served from this process: the address."""
    from django.core.wsgi import get_wsgi_application
    from django.db import connections

    application = get_wsgi_application()

    def answer(environ, start_response):
        response = application(environ, start_response)
        try:
            yield from response
        finally:
            if hasattr(response, "close"):
                response.close()
            connections.close_all()

    server = make_server("127.0.0.1", 0, answer, _Threads, _Quiet)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://localhost:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def site(database: Database) -> Iterator[str]:  # noqa: ARG001 - it must be there first
    with served() as address:
        yield address


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A browser for the tests of one file.

    Playwright keeps an event loop running in this thread, beside which Django must be told that it
    may work; after the file both are over, so that other tests of this process find neither.
    """
    if CHROMIUM is None:
        pytest.skip("there is no chromium on this machine")
    from playwright.sync_api import sync_playwright

    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def context(chromium: Browser, site: str) -> Iterator[BrowserContext]:
    # A colour that is still fading is none to judge.
    made = chromium.new_context(base_url=site, reduced_motion="reduce")
    made.set_default_timeout(30_000)
    yield made
    made.close()
