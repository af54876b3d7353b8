"""When customers can do something: the hours of the channels."""

from __future__ import annotations

from datetime import date, datetime, time

CHANNELS = {"web": 60, "call_centre": 25, "shop": 15}
_HOURS = {"web": (0, 24), "call_centre": (8, 22), "shop": (9, 20)}


def in_hours(at: datetime, through: str) -> bool:
    """Whether a channel serves customers at a local time of day."""
    first, last = _HOURS[through]
    return first <= at.hour < last


def moved_into_hours(at: datetime, through: str) -> datetime:
    """The same day at a time when the channel serves; never earlier on the day."""
    if in_hours(at, through):
        return at
    first, last = _HOURS[through]
    if at.hour < first:
        return at.replace(hour=first, minute=5 + at.minute // 2)
    return at.replace(hour=last - 1, minute=30 + at.minute // 2)


def morning(day: date) -> datetime:
    """When the first customers act on a day."""
    return datetime.combine(day, time(8, 30))
