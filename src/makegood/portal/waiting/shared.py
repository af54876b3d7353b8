"""What the processes share, in PostgreSQL: a ticket is written, somebody enters, what was seen.

Whoever changes the order of things holds the gate's row for some tenths of a millisecond, so that
arrivals stand in one order whatever process they came to. Commits here do not wait for the disk:
what a crash of the server loses is in the visitors' signed cookies.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction

from makegood.portal.waiting.values import (
    ALIVE_SECONDS,
    CALLED_SECONDS,
    UNCONFIRMED_SECONDS,
    microseconds,
)

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

_PATIENCE = """
SELECT set_config('synchronous_commit', 'off', true), set_config('lock_timeout', '1500ms', true),
       set_config('statement_timeout', '3s', true)
"""
_GATE = "SELECT free, last_number FROM waiting_gate WHERE gate_id = 1 FOR UPDATE"
_OF_SOURCE = """
SELECT (SELECT count(*) FROM waiting_ticket WHERE source = %s AND seen_at > %s)
     + (SELECT count(*) FROM waiting_visit WHERE source = %s AND ends_at > %s)
"""
_ENTER = """
INSERT INTO waiting_visit (number, entered_at, ends_at, is_confirmed, has_left, source)
VALUES (%s, %s, %s, false, false, %s)
"""
_ENTERED = """
UPDATE waiting_gate SET last_number = %s, free = free - 1, entered = entered + 1
WHERE gate_id = 1
"""
_WAIT = "INSERT INTO waiting_ticket (number, seen_at, source) VALUES (%s, %s, %s)"
_WAITED = "UPDATE waiting_gate SET last_number = %s WHERE gate_id = 1"
_ADMIT = """
WITH taken AS (
    DELETE FROM waiting_ticket WHERE number = %s AND called_at > %s RETURNING number, source
)
INSERT INTO waiting_visit (number, entered_at, ends_at, is_confirmed, has_left, source)
SELECT number, %s, %s, false, false, source FROM taken
ON CONFLICT (number) DO NOTHING RETURNING number
"""
_BETWEEN = "SELECT count(*) FROM waiting_ticket WHERE number > %s AND number < %s"
_VISIT = "SELECT is_confirmed FROM waiting_visit WHERE number = %s"


class Entry(StrEnum):
    """What became of a newcomer."""

    ENTERED = "entered"
    WAITS = "waits"
    CROWDED = "crowded"


class Use(StrEnum):
    """What a ticket is good for: let in, used up by somebody's visit, or still in the queue."""

    ADMITTED = "admitted"
    USED = "used"
    WAITING = "waiting"


@dataclass(frozen=True, slots=True)
class Arrival:
    """A newcomer's number, and what became of it."""

    entry: Entry
    number: int = 0


@contextmanager
def gate_held() -> Iterator[CursorWrapper]:
    """The gate's row is this transaction's; nothing here waits long for anybody."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_PATIENCE)
        yield cursor


def arrive(source: str, instant: datetime, *, tickets_max: int) -> Arrival:
    """Let a newcomer in where nobody waits and there is room; else give a ticket.

    One transaction. From one source so many wait and are inside at most; more get no ticket yet. An
    empty source is not counted.
    """
    with gate_held() as cursor:
        cursor.execute(_GATE)
        free, last_number = _row(cursor)
        if source and _of_source(cursor, source, instant) >= tickets_max:
            return Arrival(Entry.CROWDED)
        # Numbers never go back, whatever the clocks of machines do.
        number = max(microseconds(instant), last_number + 1)
        if free >= 1:
            until = instant + timedelta(seconds=UNCONFIRMED_SECONDS)
            cursor.execute(_ENTER, [number, instant, until, source])
            cursor.execute(_ENTERED, [number])
            return Arrival(Entry.ENTERED, number)
        cursor.execute(_WAIT, [number, instant, source])
        cursor.execute(_WAITED, [number])
        return Arrival(Entry.WAITS, number)


def admit(number: int, instant: datetime) -> Use:
    """Let somebody in who was called. Asking twice does no harm while the visit has not begun."""
    with connection.cursor() as cursor:
        lapsed = instant - timedelta(seconds=CALLED_SECONDS)
        until = instant + timedelta(seconds=UNCONFIRMED_SECONDS)
        cursor.execute(_ADMIT, [number, lapsed, instant, until])
        if cursor.fetchone():
            return Use.ADMITTED
    return use_of(number)


def use_of(number: int) -> Use:
    """What a ticket is good for that stands no longer in the queue, or that was passed over."""
    with connection.cursor() as cursor:
        cursor.execute(_VISIT, [number])
        found = cursor.fetchone()
    if not found:
        return Use.WAITING
    # The answer that told of it may have been lost on its way.
    return Use.USED if found[0] else Use.ADMITTED


def came_between(first: int, last: int) -> int:
    """How many with numbers between these two have a ticket."""
    with connection.cursor() as cursor:
        cursor.execute(_BETWEEN, [first, last])
        return int(_row(cursor)[0])


def _of_source(cursor: CursorWrapper, source: str, instant: datetime) -> int:
    alive = instant - timedelta(seconds=ALIVE_SECONDS)
    cursor.execute(_OF_SOURCE, [source, alive, source, instant])
    return int(_row(cursor)[0])


def _row(cursor: CursorWrapper) -> tuple[Any, ...]:
    found: tuple[Any, ...] = cursor.fetchone()
    return found
