"""The books of a fake bank: accounts, messages, payments, and files that are yet to be sent."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_TABLES = """
CREATE TABLE IF NOT EXISTS account (
    bank_code TEXT, number TEXT, holder TEXT NOT NULL, is_open INTEGER NOT NULL,
    PRIMARY KEY (bank_code, number)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS message (
    message_id TEXT PRIMARY KEY, count INTEGER, total INTEGER, minor_digits INTEGER, currency TEXT,
    execute_at TEXT, is_executed INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS payment (
    instruction TEXT PRIMARY KEY, key TEXT NOT NULL, message_id TEXT NOT NULL, amount INTEGER,
    bank_code TEXT, number TEXT, holder TEXT,
    state TEXT NOT NULL DEFAULT 'waiting', code TEXT NOT NULL DEFAULT '',
    at TEXT, return_at TEXT) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS payment_message ON payment (message_id);
CREATE INDEX IF NOT EXISTS payment_return ON payment (return_at) WHERE return_at IS NOT NULL;
CREATE TABLE IF NOT EXISTS repetition (instruction TEXT, message_id TEXT);
CREATE TABLE IF NOT EXISTS file (
    name TEXT PRIMARY KEY, content BLOB, due_at TEXT NOT NULL, is_written INTEGER DEFAULT 0);
CREATE TABLE IF NOT EXISTS request (number INTEGER PRIMARY KEY);
"""


@dataclass(frozen=True, slots=True, repr=False)
class Booked:
    """A payment as the bank has it. ``state``: waiting, paid, rejected or returned."""

    key: str
    attempt: int
    message_id: str
    amount: int
    bank_code: str
    number: str
    holder: str
    state: str
    code: str
    at: str

    def __repr__(self) -> str:
        return f"Booked({self.key!r}, {self.attempt}, {self.amount}, {self.state!r}, …)"


class Books:
    """Books in a file; whoever opens them next finds all that was committed."""

    def __init__(self, path: Path) -> None:
        self._path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        with self._open() as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.executescript(_TABLES)

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection to look with."""
        with self._open() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction: committed at the end, or nothing of it."""
        with self._open() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        connection = sqlite3.connect(self._path, timeout=60, isolation_level=None)
        try:
            connection.execute("PRAGMA synchronous = NORMAL")
            yield connection
        finally:
            connection.close()

    def payments(self) -> list[Booked]:
        """Every payment that was ever booked, by key and attempt."""
        with self.reading() as connection:
            rows = connection.execute(
                "SELECT key, CAST(substr(instruction, 33) AS INTEGER), message_id, amount,"
                " bank_code, number, holder, state, code, coalesce(at, '')"
                " FROM payment ORDER BY instruction"
            )
            return [Booked(*row) for row in rows]
