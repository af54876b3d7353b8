"""Functions of days, months and years."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from makegood.kernel import age_on, day_number, day_of, months_between, plus_months
from makegood.rules.dialects import Dialect
from makegood.rules.facts import Kind
from makegood.rules.functions.base import Function, require
from makegood.rules.problems import Problem
from makegood.rules.tree import Node, Type

_FIRST_DAY, _LAST_DAY = day_number(date(1, 1, 1)), day_number(date(9999, 12, 31))


def _two_dates(arguments: Sequence[Node]) -> None:
    require(arguments[0], (Kind.DATE,), "the first day")
    require(arguments[1], (Kind.DATE,), "the second day")


def _check_days(arguments: Sequence[Node], option: object) -> Type:
    _two_dates(arguments)
    first, second = arguments[0].type, arguments[1].type
    return Type(Kind.INTEGER, low=second.low - first.high, high=second.high - first.low)


def _check_months(arguments: Sequence[Node], option: object) -> Type:
    _two_dates(arguments)
    first, second = arguments[0].type, arguments[1].type
    low = months_between(day_of(first.high), day_of(second.low))
    high = months_between(day_of(first.low), day_of(second.high))
    return Type(Kind.INTEGER, low=low, high=high)


def _check_age(arguments: Sequence[Node], option: object) -> Type:
    _two_dates(arguments)
    born, day = arguments[0].type, arguments[1].type
    low, high = (
        age_on(day_of(born.high), day_of(day.low)),
        age_on(day_of(born.low), day_of(day.high)),
    )
    return Type(Kind.INTEGER, low=low, high=high)


def _age_sql(dialect: Dialect, a: Sequence[str], option: object) -> str:
    born, day = a
    later = f"month({day}) > month({born}) OR (month({day}) = month({born})"
    had = f"{later} AND day({day}) >= day({born}))"
    return f"CAST(year({day}) - year({born}) - CASE WHEN {had} THEN 0 ELSE 1 END AS BIGINT)"


def _check_plus_days(arguments: Sequence[Node], option: object) -> Type:
    require(arguments[0], (Kind.DATE,), "the day")
    require(arguments[1], (Kind.INTEGER,), "the number of days")
    day, count = arguments[0].type, arguments[1].type
    low, high = day.low + count.low, day.high + count.high
    _require_years(low, high, arguments[1])
    return Type(Kind.DATE, low=low, high=high)


def _check_plus_months(arguments: Sequence[Node], option: object) -> Type:
    require(arguments[0], (Kind.DATE,), "the day")
    require(arguments[1], (Kind.INTEGER,), "the number of months")
    day, count = arguments[0].type, arguments[1].type
    _require_years(
        day.low + 31 * min(0, count.low), day.high + 31 * max(0, count.high), arguments[1]
    )
    low = plus_months_of_number(day.low, count.low)
    return Type(Kind.DATE, low=low, high=plus_months_of_number(day.high, count.high))


def _require_years(low: int, high: int, count: Node) -> None:
    if low < _FIRST_DAY or high > _LAST_DAY:
        raise Problem(
            "MG210",
            "the day may fall outside the years 1 to 9999",
            "bound the number: least(n, 3650), or give the fact a 'min' and 'max'",
            *count.at,
        )


def months_of_numbers(start: int, end: int) -> int:
    """``months_between`` over day numbers, for compiled Python."""
    return months_between(day_of(start), day_of(end))


def age_of_numbers(born: int, day: int) -> int:
    """``age_on`` over day numbers, for compiled Python."""
    return age_on(day_of(born), day_of(day))


def plus_months_of_number(day: int, months: int) -> int:
    """``plus_months`` over a day number, for compiled Python."""
    return day_number(plus_months(day_of(day), months))


DAYS = Function(
    "days",
    ("from", "to"),
    _check_days,
    sql=lambda dialect, a, option: dialect.days.format(*a),
    python=lambda a, option: f"({a[1]} - {a[0]})",
    means="days from one date to another; negative where the second is earlier",
)
MONTHS = Function(
    "months",
    ("from", "to"),
    _check_months,
    sql=lambda dialect, a, option: dialect.months.format(*a),
    python=lambda a, option: f"months_of_numbers({a[0]}, {a[1]})",
    means="completed months; a month's last day completes it where it is shorter",
)
AGE = Function(
    "age",
    ("born", "on"),
    _check_age,
    sql=_age_sql,
    python=lambda a, option: f"age_of_numbers({a[0]}, {a[1]})",
    means="completed years of life; whoever was born on 29 February has the day on 1 March",
)
PLUS_DAYS = Function(
    "plus_days",
    ("day", "days"),
    _check_plus_days,
    sql=lambda dialect, a, option: dialect.plus_days.format(*a),
    python=lambda a, option: f"({a[0]} + {a[1]})",
    means="the date so many days later, or earlier where the number is negative",
)
PLUS_MONTHS = Function(
    "plus_months",
    ("day", "months"),
    _check_plus_months,
    sql=lambda dialect, a, option: dialect.plus_months.format(*a),
    python=lambda a, option: f"plus_months_of_number({a[0]}, {a[1]})",
    means="the same day so many months later, the month's last day where it is shorter",
)
