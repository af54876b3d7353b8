"""Why a row is rejected: a stable code and a sentence, made from the code and the fact alone.

The sentence never repeats the row's values: they may be personal.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import IntEnum

from makegood.rules import Fact, Kind


class Reason(IntEnum):
    """The codes of rejected rows, without their ``MG``."""

    COLUMNS = 451
    QUOTES = 452
    ENCODING = 453
    LINE_ID = 454
    EMPTY = 455
    VALUE = 456
    DATE = 457
    NUMBER = 458
    DECIMALS = 459
    BOUNDS = 460
    REPEATED = 461
    CONTRADICTED = 462

    @property
    def code(self) -> str:
        """The code as files and pages show it."""
        return f"MG{self.value}"


_FACT_SCALE = 1_000


def problem_of(reason: Reason, fact_number: int = 0) -> int:
    """A reason and a fact's position as one whole number, for the engine's columns."""
    return fact_number * _FACT_SCALE + reason


def reason_of(problem: int) -> tuple[Reason, int]:
    """The reason, and the position of the fact, of such a number."""
    number, reason = divmod(problem, _FACT_SCALE)
    return Reason(reason), number


_TEXTS: Mapping[Reason, str] = {
    Reason.COLUMNS: "the line has another number of columns than the header",
    Reason.QUOTES: "a quoted value does not end in its line",
    Reason.ENCODING: "the bytes of a value are not in the encoding that the mapping names",
    Reason.LINE_ID: "the line id is empty, longer than 64 characters, or has control characters",
    Reason.EMPTY: "'{fact}' is empty, but never may be",
    Reason.DATE: "'{fact}' is no date as the mapping describes it",
    Reason.DECIMALS: "'{fact}' has more decimals than the currency, and no rounding is named",
    Reason.BOUNDS: "'{fact}' lies outside of the bounds that the programme declares",
    Reason.REPEATED: "the same line, with the same facts, stands in row {other}, which is kept",
    Reason.CONTRADICTED: "the same line stands in row {other} too, with other facts",
}

_NUMBERS = {
    Kind.INTEGER: "'{fact}' is no whole number of at most 18 digits",
    Kind.MONEY: "'{fact}' is no plain decimal number of at most 15 and 12 digits",
    Kind.DATE: "'{fact}' is no whole number of months from 0 to 1200",
}


def sentence(problem: int, facts: Sequence[Fact], other: int | None) -> str:
    """The reason in words. ``other`` is the row that a duplicate names."""
    reason, number = reason_of(problem)
    fact = facts[number] if number < len(facts) else None
    if reason is Reason.VALUE and fact is not None:
        wanted = "true or false" if fact.kind is Kind.BOOLEAN else "a value the mapping knows"
        wanted = ", ".join(fact.values[:12]) if fact.kind is Kind.ENUM else wanted
        return f"'{fact.name}' is none of: {wanted}"
    text = _NUMBERS[fact.kind] if reason is Reason.NUMBER and fact else _TEXTS[reason]
    return text.format(fact=fact.name if fact else "", other=other)
