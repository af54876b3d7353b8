"""What a payment is called towards the bank.

EndToEndId is the pay-once key. InstrId is the key and the attempt in two digits, 34 of the 35
letters that ISO 20022 allows: so the bank tells a follow-up from a repetition.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_INSTRUCTION = re.compile(r"(MG[0-9A-F]{30})([0-9]{2})")
_KEY = re.compile(r"MG[0-9A-F]{30}")
ATTEMPTS_MAX = 99


class Named(NamedTuple):
    """A payment by its key and attempt."""

    key: str
    attempt: int


def instruction(key: str, attempt: int) -> str:
    """The InstrId of an attempt. ValueError where it has no two digits."""
    if not 1 <= attempt <= ATTEMPTS_MAX:
        raise ValueError(f"attempt {attempt} has no two digits")
    return f"{key}{attempt:02d}"


def named(text: str) -> Named | None:
    """The payment that an InstrId means, or None where it is none of ours."""
    found = _INSTRUCTION.fullmatch(text.strip())
    return Named(found[1], int(found[2])) if found else None


def is_key(text: str) -> bool:
    """Whether an EndToEndId is a pay-once key."""
    return bool(_KEY.fullmatch(text.strip()))
