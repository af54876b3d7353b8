"""A small client for load: many visitors in one thread over epoll, by the standard library alone.

A visitor is a generator: it yields a request and is given the answer, or yields seconds and sleeps.
Each has its cookies and at most one connection, which is closed before a pause. What the client
itself costs is told with every result, as its processor time.
"""

from __future__ import annotations

import socket
import time
from collections import Counter
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count
from selectors import EVENT_READ, EVENT_WRITE, DefaultSelector
from statistics import quantiles
from typing import Any

AGENT = "Mozilla/5.0 (Linux; Android 16; SM-S938N) Chrome/150.0 Mobile Safari/537.36"
_KEEP_OPEN_SECONDS = 1.0
_READ_BYTES = 262_144
_TIMEOUT_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Ask:
    """A request. ``due`` is when it should have left, where that is not when it does."""

    path: str
    kind: str
    form: str | None = None
    accept: str = "text/html"
    due: float | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """Status 0: no answer came."""

    status: int
    headers: str
    body: str
    seconds: float

    def header(self, name: str) -> str:
        """The value of the first header of a name in small letters, or nothing."""
        for line in self.headers.split("\r\n"):
            key, _, value = line.partition(":")
            if key.lower() == name:
                return value.strip()
        return ""


Steps = Generator["Ask | float", "Answer | None", None]


@dataclass(eq=False)
class Visitor:
    """A browser: what it does, and its cookies."""

    steps: Steps
    cookies: dict[str, str] = field(default_factory=dict)
    connection: socket.socket | None = None
    asked: Ask | None = None
    asked_at: float = 0.0
    out: bytes = b""
    read: bytearray = field(default_factory=bytearray)
    is_fresh: bool = True


@dataclass
class Told:
    """What came of a load: answers by kind and status, and what each kind took."""

    statuses: Counter[tuple[str, int]] = field(default_factory=Counter)
    seconds: dict[str, list[tuple[float, float]]] = field(default_factory=dict)
    client_seconds: float = 0.0
    wall_seconds: float = 0.0

    def quantile_ms(self, kind: str, percent: int, since: float = 0.0) -> float:
        """How long so many of 100 answers of a kind took at most, from an instant on."""
        took = [seconds for at, seconds in self.seconds.get(kind, []) if at >= since]
        if len(took) < 2:
            return float("nan")
        return quantiles(took, n=100, method="inclusive")[percent - 1] * 1e3

    def count(self, kind: str) -> int:
        """How many answers of a kind came."""
        return sum(number for (one, _), number in self.statuses.items() if one == kind)

    def failures(self) -> dict[str, int]:
        """Requests without an answer, and answers that begin with a 5."""
        bad = {k: n for k, n in self.statuses.items() if k[1] == 0 or k[1] >= 500}
        return {f"{kind} {status}": number for (kind, status), number in bad.items()}


class Load:
    """Plays visitors until all have ended."""

    def __init__(self, address: str) -> None:
        host, _, port = address.rpartition(":")
        self._where, self._host = (host, int(port)), address
        self._selector = DefaultSelector()
        self._due: list[tuple[float, int, Visitor]] = []
        self._turn = count()
        self._at_work = 0
        self.told = Told()
        self.begun = time.perf_counter()

    def add(self, steps: Steps, jar: dict[str, str], after: float = 0.0) -> None:
        """A visitor with these cookies, which change in place.

        They begin so many seconds after the load began, however long adding the others took.
        """
        heappush(self._due, (self.begun + after, next(self._turn), Visitor(steps, jar)))

    def seconds(self) -> float:
        """Since the load began."""
        return time.perf_counter() - self.begun

    def run(self, each_second: Callable[[], None] = lambda: None) -> Told:
        """Until the last visitor has ended."""
        cost, tick = time.process_time(), time.perf_counter()
        while self._due or self._at_work:
            now = time.perf_counter()
            if now - tick > 1:
                tick = now
                self._give_up(now)
                each_second()
            while self._due and self._due[0][0] <= now:
                self._go_on(heappop(self._due)[2], None)
            wait = min(0.5, self._due[0][0] - time.perf_counter()) if self._due else 0.5
            for key, _ in self._selector.select(max(0.0, wait)):
                self._ready(key.data, key.events)
        self.told.client_seconds = time.process_time() - cost
        self.told.wall_seconds = time.perf_counter() - self.begun
        return self.told

    # --- Visitors ---

    def _later(self, visitor: Visitor, seconds: float) -> None:
        heappush(self._due, (time.perf_counter() + seconds, next(self._turn), visitor))

    def _go_on(self, visitor: Visitor, answer: Answer | None) -> None:
        try:
            wanted = visitor.steps.send(answer)
        except StopIteration:
            self._close(visitor)
            return
        if isinstance(wanted, Ask):
            self._ask(visitor, wanted)
            return
        if wanted > _KEEP_OPEN_SECONDS:
            self._close(visitor)
        self._later(visitor, wanted)

    def _ask(self, visitor: Visitor, asked: Ask) -> None:
        visitor.asked, visitor.asked_at = asked, time.perf_counter()
        visitor.read.clear()
        visitor.out = self._written(visitor, asked)
        visitor.is_fresh = visitor.connection is None
        self._at_work += 1
        if visitor.connection is None:
            made = visitor.connection = socket.socket()
            made.settimeout(0)
            made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            made.connect_ex(self._where)
            self._selector.register(made, EVENT_WRITE, visitor)
        else:
            self._selector.register(visitor.connection, EVENT_READ, visitor)
            self._send(visitor)

    def _written(self, visitor: Visitor, asked: Ask) -> bytes:
        cookies = "; ".join(f"{name}={value}" for name, value in visitor.cookies.items())
        lines = [
            f"{'GET' if asked.form is None else 'POST'} {asked.path} HTTP/1.1",
            f"Host: {self._host}",
            f"User-Agent: {AGENT}",
            f"Accept: {asked.accept}",
        ]
        if cookies:
            lines.append(f"Cookie: {cookies}")
        body = b""
        if asked.form is not None:
            body = asked.form.encode()
            lines += [
                f"Origin: http://{self._host}",
                "Content-Type: application/x-www-form-urlencoded",
                f"Content-Length: {len(body)}",
            ]
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + body

    # --- Connections ---

    def _ready(self, visitor: Visitor, events: int) -> None:
        if events & EVENT_WRITE:
            assert visitor.connection
            self._selector.modify(visitor.connection, EVENT_READ, visitor)
            self._send(visitor)
            return
        self._receive(visitor)

    def _send(self, visitor: Visitor) -> None:
        assert visitor.connection
        try:
            visitor.connection.sendall(visitor.out)
        except OSError:
            self._lost(visitor)

    def _receive(self, visitor: Visitor) -> None:
        assert visitor.connection
        try:
            part = visitor.connection.recv(_READ_BYTES)
        except BlockingIOError:
            return
        except OSError:
            part = b""
        if not part:
            self._lost(visitor)
            return
        visitor.read += part
        head = visitor.read.find(b"\r\n\r\n")
        if head < 0:
            return
        headers = visitor.read[:head].decode("latin-1")
        length = 0
        for line in headers.lower().split("\r\n"):
            if line.startswith("content-length:"):
                length = int(line.partition(":")[2])
        if len(visitor.read) - head - 4 < length:
            return
        body = visitor.read[head + 4 : head + 4 + length].decode("utf-8", "replace")
        self._answered(visitor, int(headers[9:12]), headers, body)

    def _lost(self, visitor: Visitor) -> None:
        """The server may close a connection that was kept open; such a request is sent again."""
        asked, was_fresh = visitor.asked, visitor.is_fresh
        at = visitor.asked_at
        self._close(visitor)
        if asked is not None and not was_fresh and not visitor.read and asked.form is None:
            self._at_work -= 1
            self._ask(visitor, asked)
            visitor.asked_at = at
            return
        self._answered(visitor, 0, "", "")

    def _answered(self, visitor: Visitor, status: int, headers: str, body: str) -> None:
        assert visitor.asked
        now = time.perf_counter()
        took = now - (visitor.asked.due or visitor.asked_at)
        if visitor.connection is not None:
            self._selector.unregister(visitor.connection)
        self._at_work -= 1
        for line in headers.split("\r\n"):
            if line[:11].lower() == "set-cookie:":
                name, _, value = line[11:].strip().partition(";")[0].partition("=")
                visitor.cookies[name] = value
        if "connection: close" in headers.lower():
            visitor.connection, closing = None, visitor.connection
            if closing is not None:
                closing.close()
        kind = visitor.asked.kind
        self.told.statuses[kind, status] += 1
        self.told.seconds.setdefault(kind, []).append((now - self.begun, took))
        visitor.asked = None
        self._go_on(visitor, Answer(status, headers, body, took))

    def _close(self, visitor: Visitor) -> None:
        if visitor.connection is None:
            return
        if visitor.asked is not None:
            self._selector.unregister(visitor.connection)
        visitor.connection.close()
        visitor.connection = None

    def _give_up(self, now: float) -> None:
        for key in list(self._selector.get_map().values()):
            visitor: Any = key.data
            if now - visitor.asked_at > _TIMEOUT_SECONDS:
                self._close(visitor)
                self._answered(visitor, 0, "", "")
