"""When the support centre answers, and at which times somebody can be called."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from makegood.cases.problems import wrong_time
from makegood.cases.values import Callback

if TYPE_CHECKING:
    from makegood.programmes import Programme

WINDOW = timedelta(hours=2)
DAYS_OFFERED = 5
DAYS_AHEAD_MAX = 14
_NOTICE = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class OpenDay:
    """A day on which the centre answers, from ``opens`` to ``closes``, in the programme's zone."""

    opens: datetime
    closes: datetime


@dataclass(frozen=True, slots=True)
class Window:
    """A span of time in which somebody can be called, within one day."""

    since: datetime
    until: datetime

    @property
    def name(self) -> str:
        """How a form names it: its beginning, to the minute, with its offset."""
        return self.since.isoformat(timespec="minutes")


_UNSAID_DAYS, _UNSAID = range(5), (time(9), time(18))


def open_day(programme: Programme, day: date) -> OpenDay | None:
    """When the centre answers on a day; None where it does not.

    By ``centre.open`` of the programme; where it names no days, on weekdays from 9 to 18.
    """
    zone = ZoneInfo(programme.section.time_zone)
    span = _span_of(programme, day)
    if span is None:
        return None
    opens, closes = (datetime.combine(day, at, zone) for at in span)
    return OpenDay(opens, closes)


def windows(programme: Programme, at: datetime) -> list[Window]:
    """The times to be called that are offered at an instant, on the next DAYS_OFFERED open days."""
    zone = ZoneInfo(programme.section.time_zone)
    today, earliest = at.astimezone(zone).date(), at + _NOTICE
    found: list[Window] = []
    days = 0
    for ahead in range(DAYS_AHEAD_MAX):
        open_on = open_day(programme, today + timedelta(days=ahead))
        if open_on is None or days == DAYS_OFFERED:
            continue
        of_day = [window for window in _windows_of(open_on) if window.since >= earliest]
        days += bool(of_day)
        found += of_day
    return found


def checked_callback(programme: Programme, wished: Callback, at: datetime) -> Callback:
    """A wish that can be met. Raises MakegoodError MG666."""
    hint = "choose one of the times that are offered"
    if wished.since.tzinfo is None or wished.until.tzinfo is None or wished.since >= wished.until:
        raise wrong_time("this is no span of time", hint)
    zone = ZoneInfo(programme.section.time_zone)
    since, until = wished.since.astimezone(zone), wished.until.astimezone(zone)
    if until <= at or since > at + timedelta(days=DAYS_AHEAD_MAX):
        raise wrong_time("the time to call is over, or too far ahead", hint)
    open_on = open_day(programme, since.date())
    if open_on is None or since < open_on.opens or until > open_on.closes:
        raise wrong_time("the support centre does not call at this time", hint)
    return wished


def _windows_of(day: OpenDay) -> list[Window]:
    """The day in parts of WINDOW; what is left at its end belongs to the last."""
    starts = [day.opens]
    while starts[-1] + 2 * WINDOW <= day.closes:
        starts.append(starts[-1] + WINDOW)
    ends = [*starts[1:], day.closes]
    return [Window(since, until) for since, until in zip(starts, ends, strict=True)]


def _span_of(programme: Programme, day: date) -> tuple[time, time] | None:
    centre = programme.section.centre
    if centre is not None and centre.open:
        return centre.span_on(day.weekday())
    return _UNSAID if day.weekday() in _UNSAID_DAYS else None
