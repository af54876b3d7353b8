"""From the web server's own interface (RSGI 1.x) to the pages' (WSGI, PEP 3333).

WSGI writes ``X-Client-Cert`` and ``X_Client_Cert`` as one name, so that a client could slip a
header past a proxy that sets the other. Here the names are still as they were sent: what has an
underscore is dropped. A header that comes twice is joined, as RFC 9110 (5.3) says, and never hides
the other.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from io import BytesIO
from time import perf_counter
from typing import TYPE_CHECKING, Any

from makegood.configuration import Settings
from makegood.project.bodies import (
    ASKS_TO_SEND,
    IS_EXPECTED,
    asks_first,
    read_away,
    read_body,
    tell_too_large,
    tell_too_slow,
)
from makegood.project.settling import settle
from makegood.project.wsgi import application as pages

if TYPE_CHECKING:
    from granian._granian import RSGIHTTPProtocol
    from granian.rsgi import Scope

THREADS = min(8, 2 * (os.cpu_count() or 1) + 1)
"""Pages at work at once in each process; each holds a connection to the database."""

_WITHOUT_PREFIX = ("CONTENT_TYPE", "CONTENT_LENGTH")
Told = tuple[int, list[tuple[str, str]], bytes]


class Application:
    """What the web server calls for each request; the pages run in threads."""

    def __init__(self) -> None:
        self._settings = Settings.load()
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="page")

    async def __rsgi__(self, scope: Scope, protocol: RSGIHTTPProtocol) -> None:
        """Answer one request; a body that is too large or too slow is not read to its end."""
        if scope.proto != "http":
            return
        loop = asyncio.get_running_loop()
        # A document comes in a form that is posted; what comes otherwise has a form's size at most.
        place = scope.path if scope.method == "POST" else "/"
        if asks_first(scope.path, scope.method, scope.headers.get("content-length")):
            question = question_of(scope)
            status, headers, answer = await loop.run_in_executor(self._threads, answered, question)
            if status == HTTPStatus.METHOD_NOT_ALLOWED:
                place = "/"  # no page that takes files, only one that gives them out
            elif status != IS_EXPECTED:
                await read_away(self._settings, protocol)
                protocol.response_bytes(status, headers, answer)
                return
        try:
            body = await read_body(self._settings, place, protocol)
        except TimeoutError:
            tell_too_slow(protocol)
            return
        if body is None:
            tell_too_large(place, protocol)
            return
        environ = environ_of(scope, body)
        status, headers, answer = await loop.run_in_executor(self._threads, answered, environ)
        protocol.response_bytes(status, headers, answer)


def environ_of(scope: Scope, body: bytes) -> dict[str, Any]:
    """The request as PEP 3333 has it."""
    host, _, port = scope.server.rpartition(":")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_NAME": host,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": scope.client.rpartition(":")[0].strip("[]"),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        # So that what a page takes includes how long it waited for a thread.
        "makegood.received_at": perf_counter(),
    }
    environ |= headers_of(scope.headers.items())
    environ["CONTENT_LENGTH"] = str(len(body))
    if scope.authority and "HTTP_HOST" not in environ:
        environ["HTTP_HOST"] = scope.authority
    return environ


def question_of(scope: Scope) -> dict[str, Any]:
    """The request as if its page were only looked at: whether it waits for what is to be sent."""
    environ = environ_of(scope, b"")
    environ.pop("CONTENT_TYPE", None)
    return environ | {"REQUEST_METHOD": "GET", ASKS_TO_SEND: True}


def headers_of(sent: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The headers under their names of WSGI, without those whose name has an underscore."""
    found: dict[str, str] = {}
    for name, value in sent:
        if "_" in name:
            continue
        plain = name.upper().replace("-", "_")
        key = plain if plain in _WITHOUT_PREFIX else f"HTTP_{plain}"
        between = "; " if key == "HTTP_COOKIE" else ","
        found[key] = f"{found[key]}{between}{value}" if key in found else value
    return found


def answered(environ: dict[str, Any]) -> Told:
    """The pages' answer: status, headers, body."""
    begun: list[tuple[str, list[tuple[str, str]]]] = []

    def start(
        status: str, headers: list[tuple[str, str]], _error: object = None, /
    ) -> Callable[[bytes], object]:
        begun.append((status, headers))
        return _written

    parts = pages(environ, start)
    try:
        body = b"".join(parts)
    finally:
        close = getattr(parts, "close", None)
        if close is not None:
            close()
    status, headers = begun[-1]
    return int(status.split(" ", 1)[0]), headers, body


def _written(_part: bytes) -> object:
    """PEP 3333's older way to answer, which the pages do not use."""
    raise RuntimeError("the pages answer by what they give back")


application = Application()
settle()
