"""The pay-once key: one thing due to one line, whatever brings it and however often."""

from __future__ import annotations

from hashlib import sha256
from typing import Final

KEY_LETTERS: Final = 32
"""A key's length: with an attempt of two digits it fits an ISO 20022 identification (35)."""

ONCE: Final = "once"
"""The period of what is due one time."""

_BETWEEN = "\x1f"


def pay_once_key(programme: str, measure: str, line_id: str, contract: str, period: str) -> str:
    """The key of what a line is due of a measure for one period: ``MG`` and 30 capital hex digits.

    ``contract`` tells contracts of one line apart and is empty where a programme names none;
    ``period`` is a month such as ``2026-02``, ``once``, or the instant of a message.
    """
    text = _BETWEEN.join((programme, measure, line_id, contract, period))
    return "MG" + sha256(text.encode()).hexdigest()[: KEY_LETTERS - 2].upper()


def pay_once_key_sql(programme: str, measure: str, line_id: str, contract: str, period: str) -> str:
    """The same key as an expression of DuckDB. Each argument is an expression of DuckDB itself."""
    text = f"concat_ws(chr(31), {programme}, {measure}, {line_id}, {contract}, {period})"
    return f"'MG' || upper(substr(sha256({text}), 1, {KEY_LETTERS - 2}))"
