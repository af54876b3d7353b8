"""How much of a request's body is read: a form's worth, and more where documents are handed in.

Before more than a small file is read at an address that takes documents, the page itself is asked
whether it waits for one: of this customer, signed in, for an application of theirs that takes a
document. Whoever it would not show the form is told what it says, and nothing of theirs is kept.

Nobody can make a process hold more than a few megabytes by sending to any other address, nor hold a
place in it for long by sending slowly: a process takes on so many requests and no more.
"""

from __future__ import annotations

import asyncio
import re
from contextlib import suppress
from http import HTTPStatus
from typing import TYPE_CHECKING

from makegood.configuration import Settings

if TYPE_CHECKING:
    from granian._granian import RSGIHTTPProtocol

FORM_BYTES_MAX = 2_621_440
"""The largest body of a form: as much as Django takes."""
_BESIDE_BYTES = 1_048_576
"""What stands around a document in a form of several parts; and so much too large is still told
by the page itself."""
_READ_AWAY_BYTES_MAX = 52_428_800
"""Of a larger document so much is read and thrown away, for browsers hear no answer before they
have sent all; of what is larger still the connection is ended."""
_FORM_READ_AWAY_BYTES_MAX = 8_388_608
"""The same where no document is taken: a photo that somebody sends in the wrong place."""
FORM_SECONDS_MAX = 30.0
DOCUMENT_SECONDS_MAX = 180.0
"""How long a body may take: six megabytes come in three minutes at 300 kilobits a second."""
_UNASKED_BYTES_MAX = 262_144
"""So much is read at an address of documents before its page is asked: less than any form's."""
ASKS_TO_SEND = "makegood.asks_to_send"
"""In the environment of the question; no header of a browser's gets there under this name."""
IS_EXPECTED = HTTPStatus.NO_CONTENT
"""How the page says that it waits for a document."""
_DOCUMENT = re.compile(r"/[a-z-]*document/$")


def takes_document(path: str) -> bool:
    """Whether an address is one of those that documents are sent to."""
    return _DOCUMENT.search(path) is not None


def document_body_bytes_max(settings: Settings) -> int:
    """The largest body with a document."""
    return settings.document_bytes_max + _BESIDE_BYTES


def body_bytes_max(settings: Settings, path: str) -> int:
    """How much of a body sent to this address is kept."""
    return document_body_bytes_max(settings) if takes_document(path) else FORM_BYTES_MAX


def body_seconds_max(path: str) -> float:
    """How long a body sent to this address may take until it is there."""
    return DOCUMENT_SECONDS_MAX if takes_document(path) else FORM_SECONDS_MAX


async def read_body(settings: Settings, path: str, protocol: RSGIHTTPProtocol) -> bytes | None:
    """The body; None where it is larger than this address takes.

    Raises TimeoutError where it is not there in time.
    """
    async with asyncio.timeout(body_seconds_max(path)):
        return await _read(settings, path, protocol)


async def _read(settings: Settings, path: str, protocol: RSGIHTTPProtocol) -> bytes | None:
    limit = body_bytes_max(settings, path)
    ending = _READ_AWAY_BYTES_MAX if takes_document(path) else _FORM_READ_AWAY_BYTES_MAX
    body, size = bytearray(), 0
    async for part in protocol:
        size += len(part)
        if size > ending:
            return None
        if size <= limit:
            body += part
        else:
            body.clear()
    return bytes(body) if size <= limit else None


def asks_first(path: str, method: str, length: str | None) -> bool:
    """Whether a page is asked before its body is read; ``length`` is what the browser says."""
    if method in {"GET", "HEAD"} or not takes_document(path):
        return False
    is_said = length is not None and length.isascii() and length.isdigit()
    return not is_said or int(length or "0") > _UNASKED_BYTES_MAX


async def read_away(settings: Settings, protocol: RSGIHTTPProtocol) -> None:
    """Read what nobody waits for and keep none of it, so that the browser hears the answer.

    As much as a document may have, and no longer than a form takes.
    """
    size = 0
    with suppress(TimeoutError):
        async with asyncio.timeout(FORM_SECONDS_MAX):
            async for part in protocol:
                size += len(part)
                if size > document_body_bytes_max(settings):
                    return


def tell_too_slow(protocol: RSGIHTTPProtocol) -> None:
    """408 (RFC 9110, 15.5.9) with a page that says so, and the connection ends."""
    _tell(HTTPStatus.REQUEST_TIMEOUT, protocol)


def tell_too_large(path: str, protocol: RSGIHTTPProtocol) -> None:
    """Where documents are handed in the page itself says it: it is asked for again, with why.

    Elsewhere it is 413 (RFC 9110, 15.5.14) with a page that says so, and the connection ends.
    """
    if takes_document(path):
        protocol.response_empty(HTTPStatus.SEE_OTHER, [("location", "?too-large")])
    else:
        _tell(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, protocol)


def _tell(status: HTTPStatus, protocol: RSGIHTTPProtocol) -> None:
    # The pages' rooms can be read only after Django is set up.
    from makegood.project.unread import page_of

    headers, content = page_of(status)
    protocol.response_bytes(status, headers, content)
