"""Large bodies are read of a signed-in customer whose application waits for a document, alone."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from django.core.wsgi import get_wsgi_application

from makegood.kernel import FixedClock
from makegood.project.bodies import asks_first
from makegood.trust import clock
from tests.fuzz.customers_world import Customers
from tests.portal.acts.conftest import AGENT, JIYEON, LATE, MINSU, session_of
from tests.redress.claims.relief import AFTERWARDS

SIZE = 5_000_000
LATE_DOCUMENT = f"/dues/{LATE}/waiver/apply/document/"
STRANGER = ""


class Sent:
    """A body that comes in parts, and what is answered."""

    def __init__(self, size: int) -> None:
        self._size, self.read = size, 0
        self.status = 0
        self.headers: dict[str, str] = {}

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while self.read < self._size:
            part = min(65_536, self._size - self.read)
            self.read += part
            yield b"x" * part

    def response_bytes(self, status: int, headers: list[tuple[str, str]], _body: bytes) -> None:
        self.status, self.headers = status, dict(headers)

    def response_empty(self, status: int, headers: list[tuple[str, str]]) -> None:
        self.response_bytes(status, headers, b"")


@pytest.fixture
def kept(customers: Customers, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """How large the bodies were that came as far as the pages. After the window."""
    assert customers.receipts
    # The pages of this process, on the test's database; a web server's own begin by themselves.
    pages = ModuleType("makegood.project.wsgi")
    pages.application = get_wsgi_application()  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, pages.__name__, pages)
    monkeypatch.delitem(sys.modules, "makegood.project.serving", raising=False)
    serving = import_module("makegood.project.serving")
    found: list[int] = []
    environ_of = serving.environ_of

    def noted(scope: Any, body: bytes) -> dict[str, Any]:
        found.append(len(body))
        made: dict[str, Any] = environ_of(scope, body)
        return made

    monkeypatch.setattr(serving, "environ_of", noted)
    with clock.use(FixedClock(AFTERWARDS)):
        yield found
    del sys.modules["makegood.project.serving"]


def send(path: str, customer_id: str, *, method: str = "POST", says: bool = True) -> Sent:
    """What comes of a large body that somebody sends there."""
    from django.conf import settings
    from django.db import connections

    serving = sys.modules["makegood.project.serving"]
    headers = {
        "host": "localhost",
        "user-agent": AGENT,
        "content-type": "multipart/form-data; boundary=x",
    }
    if says:
        headers["content-length"] = str(SIZE)
    if customer_id:
        headers["cookie"] = f"{settings.SESSION_COOKIE_NAME}={session_of(customer_id)}"
    scope = SimpleNamespace(
        proto="http",
        http_version="1.1",
        path=path,
        method=method,
        query_string="",
        server="127.0.0.1:8000",
        client="127.0.0.1:5000",
        scheme="http",
        authority="localhost",
        headers=headers,
    )
    sent, application = Sent(SIZE), serving.Application()
    application._threads.shutdown()
    application._threads = ThreadPoolExecutor(1)
    try:
        asyncio.run(application.__rsgi__(scope, sent))
    finally:
        # The pages' one thread has a connection of its own.
        application._threads.submit(connections.close_all).result()
        application._threads.shutdown()
    return sent


@pytest.mark.parametrize("says", [True, False])
def test_a_document_that_is_waited_for_is_read(kept: list[int], says: bool) -> None:
    assert send(LATE_DOCUMENT, MINSU, says=says).status == 403, "without a form's token"
    assert kept == [0, SIZE]


@pytest.mark.parametrize(
    ("path", "customer_id", "status"),
    [
        (LATE_DOCUMENT, STRANGER, 302),
        (LATE_DOCUMENT, JIYEON, 404),
        ("/dues/1/waiver/apply/document/", MINSU, 302),
        ("/dues/9/waiver/apply/document/", MINSU, 404),
        ("/claims/AAAA-BBBB-CCCC/correct/account-document/", MINSU, 404),
        ("/anything/document/", STRANGER, 404),
        ("/anything/document/", MINSU, 404),
    ],
)
def test_nobody_else_has_so_much_kept(
    kept: list[int], path: str, customer_id: str, status: int
) -> None:
    sent = send(path, customer_id)
    assert sent.status == status
    assert kept == [0], "the page was asked, and nothing more came to it"
    assert sent.read == SIZE, "it was read away, so that the browser hears the answer"


def test_other_ways_of_sending_take_a_form_at_most(kept: list[int]) -> None:
    assert send(LATE_DOCUMENT, MINSU, method="GET").status == 413
    assert send("/look-up/", MINSU).status == 413
    assert kept == []


@pytest.mark.parametrize(
    ("method", "length", "asks"),
    [
        ("POST", "5000000", True),
        ("POST", "262145", True),
        ("POST", "262144", False),
        ("POST", "0", False),
        ("POST", None, True),
        ("POST", "", True),
        ("POST", "-1", True),
        ("POST", "1e3", True),
        ("POST", "\u0663", True),
        ("PUT", "5000000", True),
        ("GET", None, False),
        ("HEAD", None, False),
    ],
)
def test_a_page_is_asked_before_more_than_a_small_file(
    method: str, length: str | None, asks: bool
) -> None:
    assert asks_first(LATE_DOCUMENT, method, length) is asks
    assert asks_first("/look-up/", method, length) is False
