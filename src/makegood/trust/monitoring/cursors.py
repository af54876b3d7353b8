"""How far each destination has got, and how its last delivery went."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from makegood.trust.clock import now

BACK_OFF_SECONDS_MAX = 300
_DOUBLINGS_MAX = 9

_READ = """
SELECT next_leaf, sent_at, failures, failed_at, failure, retry_at
FROM monitoring_cursor WHERE destination = %s
"""
_MAKE = """
INSERT INTO monitoring_cursor (destination, next_leaf, failures, failure)
VALUES (%s, 0, 0, '') ON CONFLICT DO NOTHING
"""
_ADVANCE = """
UPDATE monitoring_cursor
SET next_leaf = %s, sent_at = %s, failures = 0, failed_at = NULL, failure = '', retry_at = NULL
WHERE destination = %s AND next_leaf <= %s
"""
_FAIL = """
UPDATE monitoring_cursor SET failures = failures + 1, failed_at = %s, failure = %s, retry_at = %s
WHERE destination = %s
"""


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a destination stands. ``next_leaf`` is the place of the entry that it gets next."""

    next_leaf: int = 0
    sent_at: datetime | None = None
    failures: int = 0
    failed_at: datetime | None = None
    failure: str = ""
    retry_at: datetime | None = None


def progress_of(destination: str) -> Progress:
    """How far a destination has got; from the beginning where it never got anything."""
    with connection.cursor() as cursor:
        cursor.execute(_READ, [destination])
        row = cursor.fetchone()
    return Progress(*row) if row else Progress()


def advance(destination: str, next_leaf: int) -> None:
    """Note that everything before this place has arrived; never backwards."""
    with connection.cursor() as cursor:
        cursor.execute(_MAKE, [destination])
        cursor.execute(_ADVANCE, [next_leaf, now(), destination, next_leaf])


def fail(destination: str, why: str, failures: int, retry_after_seconds: float | None) -> None:
    """Note that a delivery failed; the next is tried later and later, up to five minutes."""
    seconds = min(BACK_OFF_SECONDS_MAX, 2 ** min(failures, _DOUBLINGS_MAX))
    instant = now()
    retry_at = instant + timedelta(seconds=max(seconds, retry_after_seconds or 0))
    with connection.cursor() as cursor:
        cursor.execute(_MAKE, [destination])
        cursor.execute(_FAIL, [instant, why, retry_at, destination])


@contextmanager
def held(name: str) -> Iterator[bool]:
    """Be the only process that works on a cursor; False where another one is.

    The lock belongs to the database session: where this process dies, it is free again.
    """
    key = f"makegood.monitoring.{name}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtext(%s))", [key])
        (taken,) = cursor.fetchone()
    try:
        yield taken
    finally:
        if taken:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtext(%s))", [key])
