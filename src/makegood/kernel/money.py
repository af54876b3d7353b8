"""Whole money: integers of a currency's minor unit, never a float."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Rounding(StrEnum):
    """How a division of whole numbers that are not negative ends in a whole number."""

    DOWN = "down"
    UP = "up"
    HALF_UP = "half_up"
    HALF_EVEN = "half_even"


def divide(numerator: int, denominator: int, rounding: Rounding) -> int:
    """``numerator / denominator`` as a whole number, rounded as named.

    Both are whole, the numerator not negative, the denominator at least 1; otherwise ValueError.
    """
    if numerator < 0 or denominator < 1:
        raise ValueError(f"cannot divide {numerator} by {denominator}: needs n >= 0 and d >= 1")
    quotient, rest = divmod(numerator, denominator)
    match rounding:
        case Rounding.DOWN:
            return quotient
        case Rounding.UP:
            return quotient + (rest > 0)
        case Rounding.HALF_UP:
            return quotient + (2 * rest >= denominator)
        case Rounding.HALF_EVEN:
            return quotient + (2 * rest > denominator or (2 * rest == denominator and quotient % 2))


@dataclass(frozen=True, slots=True)
class Currency:
    """A currency by its ISO 4217 code and the number of digits of its minor unit."""

    code: str
    minor_digits: int

    def plain(self, amount: int) -> str:
        """The amount in major units with grouped thousands: ``466,667`` or ``-12.50``."""
        sign, digits = ("-" if amount < 0 else ""), str(abs(amount))
        if self.minor_digits == 0:
            return f"{sign}{int(digits):,}"
        digits = digits.zfill(self.minor_digits + 1)
        return f"{sign}{int(digits[: -self.minor_digits]):,}.{digits[-self.minor_digits :]}"

    def text(self, amount: int, language: str) -> str:
        """The amount as the language writes it: ``466,667원``, ``466,667 won``, ``CAD 12.50``."""
        number = self.plain(amount)
        if language == "ko" and self.code == "KRW":
            return f"{number}원"
        if language == "fr":
            swapped = number.replace(",", "\u00a0").replace(".", ",")
            return f"{swapped}\u00a0{'$' if self.code == 'CAD' else self.code}"
        if self.code == "KRW":
            return f"{number} won"
        return f"{self.code} {number}"
