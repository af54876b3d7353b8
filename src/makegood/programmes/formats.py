"""Dates, times, numbers and facts as each language writes them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from makegood.kernel import day_of
from makegood.programmes.phrases import phrase
from makegood.programmes.programme import Programme
from makegood.rules import Kind, Missing

_ENGLISH = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_FRENCH = (
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)
_NOON = 12
_FIRM = "\u00a0"  # a space that does not break, as French has it within a number


@dataclass(frozen=True, slots=True)
class _Manner:
    """How one language writes: a day, a month of a year, a time of day, both, a number, a count."""

    day: Callable[[date], str]
    month: Callable[[date], str]
    time: Callable[[time], str]
    moment: str
    number: Callable[[int], str]
    counted: str


def _korean_time(at: time) -> str:
    minutes = f" {at.minute}분" if at.minute else ""
    if at.hour == 0:
        return f"0시{minutes}"
    if at.hour == _NOON:
        return f"낮 12시{minutes}"
    return f"{'오전' if at.hour < _NOON else '오후'} {at.hour % _NOON}시{minutes}"


def _english_time(at: time) -> str:
    """Midnight and noon by the figures, which leave no doubt about the day."""
    if at.hour == 0 or (at.hour == _NOON and not at.minute):
        return f"{at:%H:%M}"
    minutes = f":{at:%M}" if at.minute else ""
    return f"{at.hour % _NOON or _NOON}{minutes} {'am' if at.hour < _NOON else 'pm'}"


def _french_time(at: time) -> str:
    return f"{at.hour}{_FIRM}h" + (f"{_FIRM}{at:%M}" if at.minute else "")


def _french_day(day: date) -> str:
    number = "1er" if day.day == 1 else str(day.day)
    return f"{number} {_FRENCH[day.month - 1]} {day.year}"


_MANNERS: Mapping[str, _Manner] = {
    "ko": _Manner(
        day=lambda day: f"{day.year}년 {day.month}월 {day.day}일",
        month=lambda day: f"{day.year}년 {day.month}월",
        time=_korean_time,
        moment="{day} {time}",
        number=lambda number: f"{number:,}",
        counted="{number}{unit}",
    ),
    "en": _Manner(
        day=lambda day: f"{day.day} {_ENGLISH[day.month - 1]} {day.year}",
        month=lambda day: f"{_ENGLISH[day.month - 1]} {day.year}",
        time=_english_time,
        moment="{day} at {time}",
        number=lambda number: f"{number:,}",
        counted="{number} {unit}",
    ),
    "fr": _Manner(
        day=_french_day,
        month=lambda day: f"{_FRENCH[day.month - 1]} {day.year}",
        time=_french_time,
        moment="{day} à {time}",
        number=lambda number: f"{number:,}".replace(",", _FIRM),
        counted="{number} {unit}",
    ),
}


def date_text(day: date, language: str) -> str:
    """``2026년 1월 13일``, ``13 January 2026``, ``13 janvier 2026``."""
    return _MANNERS[language].day(day)


def month_text(month: str, language: str) -> str:
    """A month written ``2026-02`` in the file: ``2026년 2월``, ``February 2026``."""
    return _MANNERS[language].month(date.fromisoformat(f"{month}-01"))


def moment_text(moment: datetime, language: str, *, firm: bool = False) -> str:
    """Day and time of day: ``2026년 1월 14일 오전 9시``, ``14 January 2026 at 9 am``.

    ``firm`` where the time of day must not break over two lines: on pages. A message is written
    without such spaces, of which not every telephone knows.
    """
    manner = _MANNERS[language]
    at = manner.time(moment.time())
    return manner.moment.format(day=manner.day(moment), time=at.replace(" ", _FIRM) if firm else at)


def number_text(number: int, language: str, unit: str = "") -> str:
    """A whole number with its thousands grouped, and its unit where it has one."""
    manner = _MANNERS[language]
    plain = manner.number(number)
    return manner.counted.format(number=plain, unit=unit) if unit else plain


def fact_text(programme: Programme, name: str, value: object, language: str) -> str:
    """A fact's value, as the engines hold it, in words; None by the fact's own ``missing``."""
    fact, section = programme.facts[name], programme.section.facts[name]
    if value is None:
        return phrase(language, f"value.{'none' if fact.missing is Missing.NONE else 'unknown'}")
    match fact.kind:
        case Kind.BOOLEAN:
            return phrase(language, "value.yes" if value else "value.no")
        case Kind.ENUM:
            return section.values[str(value)][language]
        case Kind.DATE:
            return date_text(day_of(_whole(value)), language)
        case Kind.MONEY:
            return programme.currency.text(_whole(value), language)
        case Kind.INTEGER:
            unit = section.unit[language] if section.unit else ""
            return number_text(_whole(value), language, unit)


def _whole(value: object) -> int:
    if not isinstance(value, int):
        raise TypeError(f"a whole number is wanted, this is {value!r}")
    return value
