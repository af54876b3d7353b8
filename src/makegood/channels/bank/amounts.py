"""Amounts as ISO 20022 writes them: major units with a point, won without one."""

from __future__ import annotations

import re
from typing import Final

DIGITS_MAX: Final = 5
"""ISO's amounts have up to five digits behind the point."""
_DECIMAL = re.compile(r"\+?([0-9]{1,18})(?:\.([0-9]{0,17}))?")


def written(amount: int, minor_digits: int) -> str:
    """An amount of minor units, not negative, in major units: ``15000``, ``12.50``."""
    if minor_digits == 0:
        return str(amount)
    major, minor = divmod(amount, 10**minor_digits)
    return f"{major}.{minor:0{minor_digits}d}"


def read(text: str, minor_digits: int) -> int:
    """The minor units of a written amount. ValueError where it is none, or is finer than those."""
    found = _DECIMAL.fullmatch(text.strip())
    if not found:
        raise ValueError("no amount")
    fraction = (found[2] or "").rstrip("0")
    if len(fraction) > minor_digits:
        raise ValueError("finer than the currency")
    return int(found[1] + fraction.ljust(minor_digits, "0"))
