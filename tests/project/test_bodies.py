"""How much of a body is read: a form's worth, and a document where one is handed in."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from http import HTTPStatus

import pytest
from django.conf import settings as django

from makegood.configuration import Settings
from makegood.project.bodies import (
    DOCUMENT_SECONDS_MAX,
    FORM_BYTES_MAX,
    FORM_SECONDS_MAX,
    body_bytes_max,
    body_seconds_max,
    read_body,
    takes_document,
    tell_too_large,
    tell_too_slow,
)
from makegood.project.unread import page_of
from tests.staff_people import installed
from tests.store_fixture import Database

DOCUMENT = "/dues/1/waiver/apply/document/"


@pytest.mark.parametrize(
    ("path", "takes"),
    [
        (DOCUMENT, True),
        ("/dues/1/waiver/apply/account-document/", True),
        ("/claims/R7K3-9QXM-2HTB/correct/claim-document/", True),
        ("/dues/1/waiver/apply/", False),
        ("/dues/1/document/apply/", False),
        ("/document", False),
        ("/", False),
    ],
)
def test_only_addresses_of_documents_take_more(path, takes):
    settings = Settings(document_bytes_max=5_242_880)
    assert takes_document(path) is takes
    assert body_bytes_max(settings, path) == (6_291_456 if takes else FORM_BYTES_MAX)


class Sent:
    """What a browser sends, in parts; and what it is answered."""

    def __init__(self, size: int, part: int = 65_536) -> None:
        self._size, self._part = size, part
        self.read = 0
        self.answered: list[tuple[int, list[tuple[str, str]]]] = []

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while self.read < self._size:
            size = min(self._part, self._size - self.read)
            self.read += size
            yield b"x" * size

    def response_empty(self, status: int, headers: list[tuple[str, str]]) -> None:
        self.answered.append((int(status), headers))

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.answered.append((int(status), headers))
        self.told = body.decode()


@pytest.mark.parametrize(
    ("path", "size", "kept", "answer", "read_away"),
    [
        ("/look-up/", 2_000_000, True, None, 0),
        (DOCUMENT, 6_000_000, True, None, 0),
        (DOCUMENT, 12_000_000, False, (303, [("location", "?too-large")]), 12_000_000),
        (DOCUMENT, 90_000_000, False, (303, [("location", "?too-large")]), 0),
    ],
)
def test_what_is_too_large_is_told(path, size, kept, answer, read_away):
    sent = Sent(size)
    body = asyncio.run(read_body(Settings(), path, sent))  # type: ignore[arg-type]
    assert (body is not None and len(body) == size) is kept
    if body is None:
        tell_too_large(path, sent)  # type: ignore[arg-type] # as much of it as is used
        assert sent.answered == [answer]
    assert sent.read >= read_away
    assert sent.read < 60_000_000


@pytest.fixture
def site(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A site of its own look and headers."""
    with installed(database, monkeypatch):
        yield


@pytest.mark.usefixtures("site")
@pytest.mark.parametrize(("size", "read"), [(3_000_000, 3_000_000), (90_000_000, 8_388_608)])
def test_a_form_that_is_too_large_is_answered_by_a_page(size, read):
    sent = Sent(size)
    assert asyncio.run(read_body(Settings(), "/look-up/", sent)) is None  # type: ignore[arg-type]
    assert read <= sent.read < read + 100_000, "so that the browser hears the answer, and no more"
    tell_too_large("/look-up/", sent)  # type: ignore[arg-type] # as much of it as is used
    [(status, headers)] = sent.answered
    assert status == 413
    is_a_page_of_its_own(dict(headers))
    assert "PDF, JPEG, PNG, HEIC 파일이어야 하며 크기는 최대 5MB입니다." in sent.told
    assert "PDF, JPEG, PNG, HEIC, at most 5 MB." in sent.told


def is_a_page_of_its_own(headers: dict[str, str]) -> None:
    assert headers["connection"] == "close"
    assert headers["Content-Type"] == "text/html; charset=utf-8"
    assert headers["Content-Language"] == "ko, en"
    assert headers["Cache-Control"] == "no-store"
    assert "default-src 'none'" in headers["Content-Security-Policy"]


class Stalled(Sent):
    """A browser that sends a little, and then nothing for good."""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield b"x"
        await asyncio.Event().wait()


@pytest.mark.usefixtures("site")
def test_who_sends_slowly_holds_no_place_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("makegood.project.bodies.FORM_SECONDS_MAX", 0.05)
    sent = Stalled(10)
    with pytest.raises(TimeoutError):
        asyncio.run(read_body(Settings(), "/look-up/", sent))  # type: ignore[arg-type]
    tell_too_slow(sent)  # type: ignore[arg-type] # as much of it as is used
    [(status, headers)] = sent.answered
    assert status == 408
    is_a_page_of_its_own(dict(headers))
    assert "저장된 것은 없습니다" in sent.told
    assert "Nothing of it was kept" in sent.told
    # The centre is the customers': staff are helped by their own company.
    assert "고객센터" not in sent.told
    assert "own support for this system" in sent.told


@pytest.mark.usefixtures("site")
def test_a_customer_whose_connection_is_slow_is_sent_to_the_support_centre(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(django, "ROOT_URLCONF", "makegood.project.portal_urls")
    _headers, body = page_of(HTTPStatus.REQUEST_TIMEOUT)
    told = body.decode()
    assert "고객센터에 말씀해 주십시오" in told
    assert "tell the support centre" in told


def test_a_document_may_take_its_time() -> None:
    assert body_seconds_max(DOCUMENT) == DOCUMENT_SECONDS_MAX
    assert body_seconds_max("/look-up/") == FORM_SECONDS_MAX
