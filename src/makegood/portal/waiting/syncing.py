"""Once a second each process tells what it saw; one of them looks at the gate. One transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from makegood.portal.waiting.gate_row import GateRow
from makegood.portal.waiting.shared import gate_held
from makegood.portal.waiting.ticking import TICK_SECONDS, tick
from makegood.portal.waiting.values import ACTIVE_SECONDS, SETTLE_SECONDS, Limits

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

_TICKETS = """
INSERT INTO waiting_ticket (number, seen_at, source)
SELECT seen.number, seen.seen_at, seen.source
FROM unnest(%s::bigint[], %s::timestamptz[], %s::text[]) AS seen (number, seen_at, source)
WHERE NOT EXISTS (SELECT FROM waiting_visit AS visit WHERE visit.number = seen.number)
ON CONFLICT (number) DO UPDATE
SET seen_at = greatest(waiting_ticket.seen_at, excluded.seen_at)
"""
_VISITS = """
INSERT INTO waiting_visit (number, entered_at, ends_at, is_confirmed, has_left, source)
SELECT seen.number, seen.seen_at, seen.seen_at + %s * interval '1 second', true, false, seen.source
FROM unnest(%s::bigint[], %s::timestamptz[], %s::text[]) AS seen (number, seen_at, source)
ON CONFLICT (number) DO UPDATE
SET ends_at = greatest(waiting_visit.ends_at, excluded.ends_at), is_confirmed = true
WHERE NOT waiting_visit.has_left
"""
_LEFT = """
UPDATE waiting_visit SET ends_at = least(ends_at, %s), is_confirmed = true, has_left = true
WHERE number = ANY(%s::bigint[])
"""
# Somebody asks who was not known to wait: nobody enters past them.
_CLOSE = """
UPDATE waiting_gate SET free_given = free_given - free, free = 0 WHERE gate_id = 1 AND free > 0
"""
_ANSWERS = """
UPDATE waiting_gate SET answers = answers + %s, slow = slow + %s, entered = entered + %s
WHERE gate_id = 1
"""
_SETTLE = "UPDATE waiting_gate SET settles_until = %s WHERE gate_id = 1"
Sightings = Mapping[int, tuple[datetime, str]]


@dataclass(slots=True)
class Seen:
    """What a process saw since it told the last time: numbers with instant and source."""

    tickets: dict[int, tuple[datetime, str]] = field(default_factory=dict)
    visits: dict[int, tuple[datetime, str]] = field(default_factory=dict)
    left: set[int] = field(default_factory=set)
    answers: int = 0
    slow: int = 0
    entered: int = 0
    had_outage: bool = False


def sync(seen: Seen, limits: Limits, instant: datetime) -> GateRow:
    """Tell what was seen, look at the gate where that is due, and give how it stands.

    Raises django.db.Error, with nothing told, where the store does not answer in time.
    """
    with gate_held() as cursor:
        row = GateRow.held(cursor)
        _tell(cursor, seen, instant)
        if seen.had_outage:
            settles_until = instant + timedelta(seconds=SETTLE_SECONDS)
            cursor.execute(_SETTLE, [settles_until])
        if row.ticked_at is None or (instant - row.ticked_at).total_seconds() >= TICK_SECONDS:
            tick(cursor, limits, instant)
        return GateRow.held(cursor)


def _tell(cursor: CursorWrapper, seen: Seen, instant: datetime) -> None:
    if seen.visits:
        cursor.execute(_VISITS, [ACTIVE_SECONDS, *_columns(seen.visits)])
    if seen.left:
        cursor.execute(_LEFT, [instant, sorted(seen.left)])
    if seen.tickets:
        cursor.execute(_TICKETS, _columns(seen.tickets))
        if cursor.rowcount:
            cursor.execute(_CLOSE)
    if seen.answers or seen.entered:
        cursor.execute(_ANSWERS, [seen.answers, seen.slow, seen.entered])


def _columns(seen: Sightings) -> list[list[object]]:
    """Numbers, instants and sources as columns; in one order, so that nobody waits in a ring."""
    rows = [(number, *seen[number]) for number in sorted(seen)]
    return [list(column) for column in zip(*rows, strict=True)]
