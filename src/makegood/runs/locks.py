"""Locks that live as long as the process that holds them, whatever becomes of it.

They are session-level advisory locks of PostgreSQL, on a connection of their own: no transaction
is open while something is brought outside, and the lock of a dead process is free at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from uuid import UUID

import psycopg
from django.db import connection

_TRY = "SELECT pg_try_advisory_lock(%s)"
_FREE = "SELECT pg_advisory_unlock(%s)"


class Locks:
    """A connection that holds locks; ``close`` lets all of them go."""

    def __init__(self) -> None:
        values = connection.get_connection_params()
        for unknown in ("cursor_factory", "context", "prepare_threshold"):
            values.pop(unknown, None)
        self._connection = psycopg.connect(**values, autocommit=True)

    @contextmanager
    def held(self, *names: object) -> Iterator[bool]:
        """Whether the lock of these names could be had; it is held as long as this lasts."""
        number = _number(names)
        row = self._connection.execute(_TRY, [number]).fetchone()
        got = bool(row and row[0])
        try:
            yield got
        finally:
            if got:
                # A connection that broke has let the lock go itself.
                with suppress(psycopg.Error):
                    self._connection.execute(_FREE, [number])

    def expect_held(self) -> None:
        """Raises psycopg.OperationalError where the connection broke, and the locks are free."""
        self._connection.execute("SELECT 1")

    def close(self) -> None:
        """Let everything go."""
        with suppress(psycopg.Error):
            self._connection.close()


@contextmanager
def locks() -> Iterator[Locks]:
    """A connection for locks as long as this lasts."""
    made = Locks()
    try:
        yield made
    finally:
        made.close()


def shard_lock(run_id: UUID, number: int) -> tuple[str, str, int]:
    """What the lock of a shard is named by: who holds it has the shard in its hands."""
    return ("makegood.shard", str(run_id), number)


def family_lock(programme: str, measure: str, period: str) -> tuple[str, str, str, str]:
    """What the lock of a family is named by: who holds it plans."""
    return ("makegood.family", programme, measure, period)


def _number(names: tuple[object, ...]) -> int:
    digest = sha256("\x1f".join(map(str, names)).encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)
