"""On which days something is to be seen in a rehearsal, from the programme's own calendar."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from makegood.kernel import plus_months
from makegood.rehearsal.oracles import Oracle
from makegood.rehearsal.world import World

if TYPE_CHECKING:
    from makegood.programmes import Programme

WINDOW_DAYS = 31
TAIL_DAYS = 14
BEATS = (time(0, 6), time(9, 2), time(10, 2), time(17, 0))
"""When work is looked at on days on which runs are due."""
_AMENDED_AT = 30
_WHOLE = 100
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Schedule:
    """The days of a rehearsal.

    ``registered`` are days as of which lines become known, on the morning after. ``heavy`` are
    those on which runs are due; ``stretches`` the beats of these days at which they are: there
    things go wrong. ``visited`` are days that are played even if nobody does anything.
    ``corrected`` is the day as of which facts turn out to have been wrong, before anybody can
    apply; None where nobody could be shown anything before.
    """

    announced: date
    first: date
    last: date
    known_at_first: tuple[date, ...]
    registered: frozenset[date]
    heavy: frozenset[date]
    visited: frozenset[date]
    cast_on: frozenset[date]
    amended_on: date
    topped_up_on: frozenset[date]
    stretches: frozenset[datetime] = frozenset()
    corrected: date | None = None
    tail_days: int = TAIL_DAYS


def schedule_of(programme: Programme, oracle: Oracle, world: World) -> Schedule:
    """The days of a programme."""
    from makegood.programmes import ActionKind, calendar
    from makegood.runs import due

    endless = {ActionKind.COVER_STARTS, ActionKind.COVER_ENDS}
    actions = [action for action in calendar(programme) if action.kind not in endless]
    opening = min(action.day for action in actions if action.kind is not ActionKind.BASE_FROZEN)
    windows = list(_windows(programme))
    last = max([action.day for action in actions] + [end for _, end in windows])
    zone = ZoneInfo(programme.section.time_zone)
    dues = due(programme, datetime.combine(last + timedelta(days=1), time(12, 0), zone))
    due_days = {each.due_at.astimezone(zone).date() for each in dues}
    last = max(last, *due_days)
    announced = opening - timedelta(days=1)
    start = world.first_day(announced)
    bases = set(oracle.BASE_DAYS.values())
    later = {day for day in bases if day > start}
    if world.shape is not None:
        later |= {day - timedelta(days=1) for day, _ in windows if day > start}
        later |= {day for day in _month_ends(start, last) if day > start}
    amended_on = _working_day(opening + (last - opening) * _AMENDED_AT // _WHOLE)
    span = {day for first, end in windows for day in _days(first, min(end, last))}
    return Schedule(
        announced=announced,
        first=opening,
        last=last,
        known_at_first=tuple(sorted({day for day in bases if day < start} | {start})),
        registered=frozenset(later),
        heavy=frozenset(due_days),
        visited=frozenset({opening, *due_days, *span, amended_on, last, last - timedelta(days=6)}),
        cast_on=frozenset({first for first, _ in windows}),
        amended_on=amended_on,
        topped_up_on=frozenset({amended_on, last - timedelta(days=6), last}),
        stretches=frozenset(
            _beat_after(each.due_at.astimezone(zone).replace(tzinfo=None)) for each in dues
        ),
        corrected=max(
            (day for day in later if windows and day < min(first for first, _ in windows)),
            default=None,
        ),
    )


def _beat_after(at: datetime) -> datetime:
    """The beat at which what is due at a moment is worked on."""
    beats = [beat for beat in BEATS if beat >= at.time()]
    return datetime.combine(at.date(), beats[0] if beats else BEATS[-1])


def _windows(programme: Programme) -> Iterator[tuple[date, date]]:
    """From when to when people apply for what is paid, or given, on application."""
    for measure in programme.measures.values():
        claim = measure.section.claim
        if claim is None:
            continue
        first = claim.since.date()
        end = first + timedelta(days=WINDOW_DAYS)
        yield first, min(end, claim.until.date()) if claim.until else end


def _month_ends(first: date, last: date) -> Iterator[date]:
    """The last days of months, from the month of ``first`` on, up to the day before ``last``."""
    month = plus_months(first.replace(day=1), 1)
    while month <= last:
        yield month - timedelta(days=1)
        month = plus_months(month, 1)


def _days(first: date, last: date) -> Iterator[date]:
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)


def _working_day(day: date) -> date:
    while day.weekday() >= _SATURDAY:
        day += timedelta(days=1)
    return day
