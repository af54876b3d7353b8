"""Days and months as whole numbers: the arithmetic of contracts, without any clock.

Inside the engines a date is its *day number*: days since 1970-01-01, as Parquet has dates.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date

_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()


def day_number(day: date) -> int:
    """Days from 1970-01-01 to ``day``; negative before it."""
    return day.toordinal() - _EPOCH_ORDINAL


def day_of(number: int) -> date:
    """The date with this day number."""
    return date.fromordinal(number + _EPOCH_ORDINAL)


def months_between(start: date, end: date) -> int:
    """Completed months from ``start`` to ``end``; negative, in the same way, where it is earlier.

    A month is complete on the same day of a later month, or on that month's last day where it is
    shorter *and* the end has reached it: 31 January to 28 February 2025 is one completed month.
    """
    if end < start:
        return -months_between(end, start)
    months = (end.year - start.year) * 12 + end.month - start.month
    reached = end.day >= start.day or end.day == monthrange(end.year, end.month)[1]
    return months if reached else months - 1


def plus_months(day: date, months: int) -> date:
    """The same day ``months`` later (or earlier), the month's last day where it is shorter."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def age_on(born: date, day: date) -> int:
    """Completed years of life on ``day``; somebody born on 29 February has their day on 1 March.

    The Korean Civil Act (article 158) counts age by completed years, the day of birth included.
    """
    had_birthday = (day.month, day.day) >= (born.month, born.day)
    return day.year - born.year - (not had_birthday)
