"""When a message may leave.

Article 50 (3) of the Network Act (정보통신망법) wants a separate consent for advertising between
nine in the evening and eight in the morning; nobody here has given one. No other message of a
campaign wakes anybody either, unless its template says that it is urgent.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

MORNING = time(8)
EVENING = time(21)


def may_leave_at(
    moment: datetime, zone: ZoneInfo, *, advertising: bool = False, urgent: bool = False
) -> datetime:
    """The first instant from ``moment`` on at which a message may leave.

    Quiet are 21:00 to 08:00 in ``zone``. An urgent message may leave at any hour; advertising never
    at night, whatever else it is. ``moment`` has a zone; so has the answer.
    """
    local = moment.astimezone(zone)
    if MORNING <= local.time() < EVENING or (urgent and not advertising):
        return moment
    day = local.date() + timedelta(days=local.time() >= EVENING)
    return datetime.combine(day, MORNING, zone)


def evening_of(moment: datetime, zone: ZoneInfo) -> datetime:
    """When the quiet hours after ``moment`` begin: what is not delivered by then waits."""
    local = moment.astimezone(zone)
    day = local.date() + timedelta(days=local.time() >= EVENING)
    return datetime.combine(day, EVENING, zone)
