"""Compiles the reading of one text to the engine's SQL: booleans, enums, numbers, money, days."""

from __future__ import annotations

from datetime import date

from makegood.kernel import Rounding
from makegood.population.importing.mapping import ISO_DATE, Arm, formats_of
from makegood.rules import Fact, Kind

MONTHS_MAX = 1_200
WHOLE = r"[+-]?[0-9]{1,18}(\.0*)?"
DECIMAL = r"[+-]?[0-9]{1,15}(\.[0-9]{0,12})?"

_UNREADABLE = "chr(2)"
"""Put before a text, it makes a text that no reading can read; an empty cell stays one."""


def literal(text: str) -> str:
    """A text as a literal of the engine."""
    return "'" + text.replace("'", "''") + "'"


def grouping_of(arm: Arm) -> str | None:
    """The pattern of a number with the arm's separators; None where a number has none but a point.

    Digits stand in groups of three or in no groups: a separator elsewhere is a sign that the text
    means another number than would be read.
    """
    if arm.thousands is None and arm.decimal == ".":
        return None
    groups = f"|[0-9]{{1,3}}([{arm.thousands}][0-9]{{3}})+" if arm.thousands else ""
    return f"[+-]?([0-9]+{groups})([{arm.decimal}][0-9]*)?"


def plain_number(arm: Arm, text: str, unknown: str) -> str:
    """A text without the arm's separators and with a decimal point.

    It cannot be read where they do not stand as they should; ``unknown`` is left as it is.
    """
    pattern = grouping_of(arm)
    if pattern is None:
        return text
    digits = f"replace({text}, {literal(arm.thousands)}, '')" if arm.thousands else text
    pointed = digits if arm.decimal == "." else f"replace({digits}, {literal(arm.decimal)}, '.')"
    return (
        f"CASE WHEN regexp_full_match({text}, {literal(pattern)}) THEN {pointed} "
        f"WHEN {text} = {unknown} THEN {unknown} ELSE {_UNREADABLE} || {text} END"
    )


def value_of(arm: Arm, fact: Fact, text: str, as_of: date, minor_digits: int) -> str:
    """A reading of a text as a fact's value: NULL where it cannot be read."""
    match fact.kind:
        case Kind.BOOLEAN:
            return f"CASE lower({text}) {_when({'true': 1, '1': 1, 'false': 0, '0': 0})} END = 1"
        case Kind.ENUM:
            places = {value: position for position, value in enumerate(fact.values)}
            return f"CAST(CASE {text} {_when(places)} END AS USMALLINT)"
        case Kind.INTEGER:
            return _whole(text)
        case Kind.MONEY:
            return _money(text, minor_digits if arm.unit != "minor" else 0, arm.rounding)
        case Kind.DATE if arm.months_before_as_of:
            months = _whole(text)
            start = f"DATE {literal(as_of.isoformat())}"
            back = (
                f"CAST({start} - to_months(CAST(least({months}, {MONTHS_MAX}) AS INTEGER)) AS DATE)"
            )
            return f"CASE WHEN {months} BETWEEN 0 AND {MONTHS_MAX} THEN {back} END"
        case Kind.DATE:
            formats = formats_of(arm) if arm.column is not None else [ISO_DATE]
            return f"coalesce({', '.join(_day(text, literal(form)) for form in formats)})"


def _when(places: dict[str, int]) -> str:
    return " ".join(f"WHEN {literal(text)} THEN {place}" for text, place in places.items())


def _whole(text: str) -> str:
    digits = f"TRY_CAST(split_part({text}, '.', 1) AS BIGINT)"
    regular = f"WHEN regexp_full_match({text}, {literal(WHOLE)}) THEN {digits}"
    return f"CASE WHEN {_is_plain(text)} THEN TRY_CAST({text} AS BIGINT) {regular} END"


def _is_plain(text: str) -> str:
    """Whether a text is written as whole numbers mostly are: the quick way, a third of the time."""
    return f"length({text}) < 16 AND CAST(TRY_CAST({text} AS BIGINT) AS VARCHAR) = {text}"


def _day(text: str, form: str) -> str:
    """A day, where the text is exactly what the format writes of it: no lenient digits."""
    time = f"try_strptime({text}, {form})"
    return f"CASE WHEN strftime({time}, {form}) = {text} THEN CAST({time} AS DATE) END"


def _money(text: str, digits: int, rounding: Rounding | None) -> str:
    """An amount in minor units; the rounding works on the amount without its sign."""
    amount = f"TRY_CAST({text} AS DECIMAL(38,12)) * {10**digits}"
    size = f"abs({amount})"
    match rounding:
        case None:
            rounded = f"CASE WHEN {size} = trunc({size}) THEN {size} END"
        case Rounding.DOWN:
            rounded = f"trunc({size})"
        case Rounding.UP:
            rounded = f"ceil({size})"
        case Rounding.HALF_UP:
            rounded = f"trunc({size} + 0.5)"
        case Rounding.HALF_EVEN:
            odd = f"trunc({size}) % 2"
            tie = f"WHEN {size} - trunc({size}) = 0.5 THEN trunc({size}) + {odd}"
            rounded = f"CASE {tie} ELSE trunc({size} + 0.5) END"
    signed = f"CAST(sign({amount}) AS BIGINT) * CAST({rounded} AS BIGINT)"
    regular = f"WHEN regexp_full_match({text}, {literal(DECIMAL)}) THEN {signed}"
    plain = f"TRY_CAST({text} AS BIGINT) * {10**digits}"
    return f"CASE WHEN {_is_plain(text)} THEN {plain} {regular} END"
