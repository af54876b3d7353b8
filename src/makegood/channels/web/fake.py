"""A provisioning system with the interface of docs/channels.md: for trials, never for real.

It carries out each idempotency key once and keeps its books in a file, so that it may be killed and
started again. It refuses some requests as too many, fails some, and drops some connections: before
it did anything, or after it did all.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from threading import Lock
from typing import Any, ClassVar

from makegood.channels.fake_http import served_by
from makegood.kernel import SystemClock

_TABLES = """
CREATE TABLE IF NOT EXISTS done (
    key TEXT PRIMARY KEY, body TEXT NOT NULL, outcome TEXT NOT NULL, code TEXT NOT NULL,
    at TEXT NOT NULL, looked INTEGER NOT NULL DEFAULT 0
);
"""


@dataclass(frozen=True, slots=True)
class WebBehaviour:
    """Shares out of 1,000: ``failed`` of items, all others of requests.

    ``pending`` items are accepted and have their outcome when they are asked about again.
    """

    failed: int = 0
    too_many: int = 0
    server_error: int = 0
    dropped_before: int = 0
    dropped_after: int = 0
    pending: int = 0


WELL = WebBehaviour()
BADLY = WebBehaviour(
    failed=50, too_many=60, server_error=40, dropped_before=40, dropped_after=80, pending=50
)


class FakeProvisioning:
    """The server. ``granted()`` says what each key got, at any time and after any kill."""

    def __init__(self, books: Path, *, seed: int = 1, behaviour: WebBehaviour = WELL) -> None:
        books.mkdir(parents=True, exist_ok=True)
        self._file = books / "books.sqlite3"
        self._seed, self.behaviour = seed, behaviour
        self._lock, self._requests = Lock(), 0
        with self._database() as database:
            database.executescript(_TABLES)

    @contextmanager
    def served(self, port: int = 0) -> Iterator[str]:
        """Serve on this machine; the address."""

        class Handler(_Handler):
            fake = self

        with served_by(Handler, port) as address:
            yield address

    def granted(self) -> dict[str, int]:
        """How many attempts of each pay-once key were carried out."""
        query = """
        SELECT json_extract(body, '$.key'), count(*) FROM done WHERE outcome = 'done' GROUP BY 1
        """
        with self._database() as database:
            return dict(database.execute(query).fetchall())

    @property
    def requests(self) -> int:
        """Requests since it was started."""
        return self._requests

    def bring(self, key: str, body: dict[str, Any]) -> tuple[int, dict[str, Any] | None]:
        """The answer to a POST: status and body, None where the connection is dropped."""
        refusal = self._refusal()
        if refusal:
            return refusal
        text = json.dumps(body, sort_keys=True)
        outcome = "failed" if self._draw(key, "outcome") < self.behaviour.failed else "done"
        code = "line_not_active" if outcome == "failed" else ""
        row = (key, text, outcome, code, SystemClock().now().isoformat())
        with self._lock, self._database() as database:
            database.execute(
                "INSERT OR IGNORE INTO done (key, body, outcome, code, at) VALUES (?, ?, ?, ?, ?)",
                row,
            )
            [(before,)] = database.execute("SELECT body FROM done WHERE key = ?", [key]).fetchall()
        if before != text:
            return 400, {"what": "this key was used for another request"}
        if self._draws("dropped_after") < self.behaviour.dropped_after:
            return 0, None
        if self._draw(key, "pending") < self.behaviour.pending:
            return 202, {}
        return self._standing(key)

    def look(self, key: str) -> tuple[int, dict[str, Any] | None]:
        """The answer to a GET."""
        return self._refusal() or self._standing(key)

    def _standing(self, key: str) -> tuple[int, dict[str, Any] | None]:
        with self._database() as database:
            rows = database.execute("SELECT outcome, code, at FROM done WHERE key = ?", [key])
            found = rows.fetchone()
        if found is None:
            return 404, {}
        outcome, code, at = found
        return 422 if outcome == "failed" else 200, {"outcome": outcome, "code": code, "at": at}

    def _refusal(self) -> tuple[int, dict[str, Any] | None] | None:
        draw, shares = self._draws("refusal"), self.behaviour
        for share, answer in (
            (shares.too_many, (429, {})),
            (shares.server_error, (503, {})),
            (shares.dropped_before, (0, None)),
        ):
            if draw < share:
                return answer
            draw -= share
        return None

    def _draws(self, what: str) -> int:
        with self._lock:
            self._requests += what == "refusal"
            return self._draw(str(self._requests), what)

    def _draw(self, name: str, what: str) -> int:
        return int(sha256(f"{self._seed}:{what}:{name}".encode()).hexdigest()[:8], 16) % 1000

    @contextmanager
    def _database(self) -> Iterator[sqlite3.Connection]:
        database = sqlite3.connect(self._file, timeout=30)
        try:
            # What is written survives the process, which is all that is wanted here.
            database.execute("PRAGMA synchronous = OFF")
            with database:
                yield database
        finally:
            database.close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    fake: ClassVar[FakeProvisioning]

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        key = self.headers.get("Idempotency-Key", "").strip('"')
        if self.path != "/items" or not key:
            self._tell(400, {})
        else:
            self._tell(*self.fake.bring(key, body))

    def do_GET(self) -> None:
        self._tell(*self.fake.look(self.path.removeprefix("/items/")))

    def _tell(self, status: int, body: dict[str, Any] | None) -> None:
        if body is None:
            self.close_connection = True
            return
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        if status in (429, 503):
            self.send_header("Retry-After", "0")
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Nothing: it is no log of the program's."""
