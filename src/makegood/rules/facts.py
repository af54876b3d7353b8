"""What a programme declares of a fact, as the rule language and the population see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from makegood.kernel import day_number

MONEY_MAX = 1_000_000_000_000
INTEGER_MAX = 1_000_000_000
WHOLE_MAX = 2**62
DATE_MIN = date(1900, 1, 1)
DATE_MAX = date(2199, 12, 31)


class Kind(StrEnum):
    """The kinds of value that the language knows."""

    BOOLEAN = "boolean"
    INTEGER = "integer"
    MONEY = "money"
    DATE = "date"
    ENUM = "enum"

    @property
    def named(self) -> str:
        """The kind with its article, as errors say it: ``an integer``, ``money``."""
        if self is Kind.MONEY:
            return self.value
        return f"an {self.value}" if self.value[0] in "aeiou" else f"a {self.value}"


class Missing(StrEnum):
    """What an empty cell of a fact means.

    ``never``: there is none; a row without it is rejected. ``none``: the line is known to have no
    such thing (not terminated): comparisons with it are false. ``unknown``: nobody knows: Kleene.
    """

    NEVER = "never"
    NONE = "none"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Fact:
    """A typed attribute of a line. ``low`` and ``high`` bound it, both inclusive.

    Bounds are whole numbers: minor units for money, day numbers for dates, 0 and 1 for booleans,
    positions in ``values`` for enums.
    """

    name: str
    kind: Kind
    values: tuple[str, ...] = ()
    low: int = 0
    high: int = 1
    missing: Missing = Missing.NEVER

    @classmethod
    def bounded(
        cls,
        name: str,
        kind: Kind,
        values: tuple[str, ...] = (),
        low: int | date | None = None,
        high: int | date | None = None,
        missing: Missing = Missing.NEVER,
    ) -> Fact:
        """A fact with the default bounds of its kind where none are given."""
        default_low, default_high = _default_bounds(kind, values)
        return cls(
            name, kind, values, _number(low, default_low), _number(high, default_high), missing
        )


def _number(bound: int | date | None, default: int) -> int:
    if bound is None:
        return default
    return day_number(bound) if isinstance(bound, date) else bound


def _default_bounds(kind: Kind, values: tuple[str, ...]) -> tuple[int, int]:
    match kind:
        case Kind.BOOLEAN:
            return 0, 1
        case Kind.INTEGER:
            return 0, INTEGER_MAX
        case Kind.MONEY:
            return 0, MONEY_MAX
        case Kind.DATE:
            return day_number(DATE_MIN), day_number(DATE_MAX)
        case Kind.ENUM:
            return 0, len(values) - 1
