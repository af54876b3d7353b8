"""Looking at the gate: who is inside, who waits, who is called. By one process a second.

Always the smallest numbers of those who still ask are called. A place is kept for each who was
called, so that inside and called together never exceed the limit; and only where nobody is left
waiting may newcomers enter at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from makegood.portal.waiting.control import (
    CONTROL_SECONDS,
    LIMIT_AT_FIRST,
    Measured,
    entries_a_minute,
    next_limit,
    refilled,
)
from makegood.portal.waiting.estimates import STAY_SECONDS_GUESSED, smoothed
from makegood.portal.waiting.gate_row import GateRow
from makegood.portal.waiting.values import (
    ALIVE_SECONDS,
    CALLED_SECONDS,
    SETTLE_SECONDS,
    TICKET_SECONDS,
    Limits,
)

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

TICK_SECONDS = 0.9
_GAP_SECONDS = 10.0
"""Where nobody looked for as long though somebody waited, there was an outage."""
_RANKS_MAX = 200
_LONG_SECONDS = 3600.0
_SATURATED_SHARE = 0.8
_KEEP_SECONDS = 600

# An outage takes nobody's place: who asked before it is as if they had asked now.
_EXTEND = """
UPDATE waiting_ticket
SET seen_at = seen_at + %s * interval '1 second',
    called_at = called_at + %s * interval '1 second'
WHERE seen_at > %s
"""
_LAPSE = "UPDATE waiting_ticket SET called_at = NULL WHERE called_at <= %s"
_FORGET = (
    "DELETE FROM waiting_ticket WHERE seen_at < %s",
    "DELETE FROM waiting_visit WHERE ends_at < %s AND entered_at < %s",
)
_COUNT = """
SELECT (SELECT count(*) FROM waiting_visit WHERE ends_at > %s),
       (SELECT count(*) FROM waiting_ticket WHERE called_at IS NOT NULL),
       (SELECT count(*) FROM waiting_visit WHERE ends_at > %s AND ends_at <= %s)
"""
_CALL = """
UPDATE waiting_ticket SET called_at = %s
WHERE number IN (
    SELECT number FROM waiting_ticket WHERE called_at IS NULL AND seen_at > %s
    ORDER BY number LIMIT %s
)
"""
_CALLED = """
SELECT coalesce(array_agg(number), '{}'), coalesce(max(number), 0)
FROM waiting_ticket WHERE called_at IS NOT NULL
"""
_RANKS = """
WITH alive AS (
    SELECT number, row_number() OVER (ORDER BY number) - 1 AS before, count(*) OVER () AS total
    FROM waiting_ticket WHERE called_at IS NULL AND seen_at > %s
)
SELECT coalesce(array_agg(number ORDER BY number)
                FILTER (WHERE before %% greatest(1, total / %s) = 0), '{}'),
       coalesce(max(greatest(1, total / %s)), 1), count(*), coalesce(max(number), 0)
FROM alive
"""
_WRITE = """
UPDATE waiting_gate
SET free = %s, free_given = %s, highest_called = greatest(highest_called, %s), called = %s,
    ranks = %s, rank_step = %s, waiting = %s, inside = %s, measured_limit = %s, is_starting = %s,
    inside_max = %s, admissions_a_minute = %s, tokens = %s, flow = %s, answers = %s, slow = %s,
    slow_share = %s, controlled_at = %s, ticked_at = %s, settles_until = %s
WHERE gate_id = 1
"""


@dataclass(frozen=True, slots=True)
class _Bounds:
    """The limit as measured, and what is in force: how many inside, how many a minute."""

    measured: Measured
    inside_max: int
    a_minute: float


def tick(cursor: CursorWrapper, limits: Limits, instant: datetime) -> None:
    """Look at the gate, in a transaction that holds its row."""
    row = GateRow.held(cursor)
    ticked_at = row.ticked_at or instant
    seconds = (instant - ticked_at).total_seconds()
    settles_until = _after_a_gap(cursor, row, instant, seconds)
    cursor.execute(_LAPSE, [instant - timedelta(seconds=CALLED_SECONDS)])
    cursor.execute(_COUNT, [instant, ticked_at, instant])
    inside, kept, ended = cursor.fetchone()
    is_controlled, bounds = _bounds(row, limits, instant, inside + kept)
    # Before anybody ever looked, nobody had entered for long.
    since = seconds if row.ticked_at else _LONG_SECONDS
    tokens = refilled(row.tokens - (row.free_given - row.free), bounds.a_minute, since)
    is_settling = settles_until is not None and instant < settles_until
    slots = max(0, bounds.inside_max - inside - kept)
    may_enter = 0 if is_settling else min(slots, int(tokens))
    alive = instant - timedelta(seconds=ALIVE_SECONDS)
    called = 0
    if may_enter:
        cursor.execute(_CALL, [instant, alive, may_enter])
        called = cursor.rowcount
    cursor.execute(_RANKS, [alive, _RANKS_MAX, _RANKS_MAX])
    ranks, step, waiting, last = cursor.fetchone()
    cursor.execute(_CALLED)
    numbers, highest = cursor.fetchone()
    free = may_enter - called if not waiting and not is_settling else 0
    _forget(cursor, instant)
    cursor.execute(
        _WRITE,
        [
            *(free, free, highest, numbers),
            *([*ranks, max(last, row.last_number)], step, waiting, inside),
            *(bounds.measured.limit, bounds.measured.is_starting),
            *(bounds.inside_max, bounds.a_minute, tokens - called),
            _flow(row.flow, bounds, inside, ended, seconds),
            *((0, 0, _share(row)) if is_controlled else (row.answers, row.slow, row.slow_share)),
            *(instant if is_controlled else row.controlled_at, instant, settles_until),
        ],
    )


def _after_a_gap(
    cursor: CursorWrapper, row: GateRow, instant: datetime, seconds: float
) -> datetime | None:
    """Until when nobody is called, because there was an outage; None where there was none."""
    was_settling = row.settles_until is not None and row.settles_until > instant
    had_somebody = bool(row.waiting or row.called or was_settling)
    if row.ticked_at is None or seconds <= _GAP_SECONDS or not had_somebody:
        return row.settles_until if was_settling else None
    was_alive = row.ticked_at - timedelta(seconds=ALIVE_SECONDS)
    cursor.execute(_EXTEND, [seconds, seconds, was_alive])
    return instant + timedelta(seconds=SETTLE_SECONDS)


def _bounds(row: GateRow, limits: Limits, instant: datetime, taken: int) -> tuple[bool, _Bounds]:
    """Whether the limit was looked at now, and what is in force."""
    since = (instant - row.controlled_at).total_seconds() if row.controlled_at else 0.0
    is_due = row.controlled_at is None or since >= CONTROL_SECONDS
    measured = Measured(row.measured_limit or LIMIT_AT_FIRST, row.is_starting)
    if is_due:
        measured = next_limit(
            measured,
            inside=taken,
            is_binding=row.waiting > 0 and taken >= _SATURATED_SHARE * measured.limit,
            answers=row.answers,
            slow=row.slow,
        )
    first = row.set_inside_max if row.set_inside_max is not None else limits.inside_max or None
    inside_max = int(measured.limit) if first is None else first
    given = row.set_admissions_a_minute or limits.admissions_a_minute
    a_minute = float(given or entries_a_minute(inside_max))
    return is_due, _Bounds(measured, inside_max, a_minute)


def _flow(before: float, bounds: _Bounds, inside: int, ended: int, seconds: float) -> float:
    """How many leave in a second: measured while the house is full, guessed before."""
    known = before or bounds.inside_max / STAY_SECONDS_GUESSED
    if inside < _SATURATED_SHARE * bounds.inside_max:
        return known
    return smoothed(known, ended, seconds)


def _share(row: GateRow) -> float:
    return row.slow / row.answers if row.answers else 0.0


def _forget(cursor: CursorWrapper, instant: datetime) -> None:
    """Rows that say nothing any more; a ticket that is still held writes itself anew."""
    if instant.second:
        return
    long_ago = instant - timedelta(seconds=_KEEP_SECONDS)
    tickets, visits = _FORGET
    cursor.execute(tickets, [long_ago])
    cursor.execute(visits, [long_ago, instant - timedelta(seconds=TICKET_SECONDS)])
