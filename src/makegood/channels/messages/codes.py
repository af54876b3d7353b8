"""Short codes by which people find out whether a message is genuine.

A code is eight letters drawn by chance and a ninth to check them, in Crockford's base 32: digits
and capitals without I, L, O and U. There are 32**8, about 1.1 * 10**12. With 25 million messages
out, a guess whose check letter is right is a code in use once in about 44,000 times, and a guess at
all nine letters once in 1.4 million. Whoever lets people ask must therefore count their guesses. A
code tells nothing but the words of a message without its personal parts.
"""

from __future__ import annotations

import re
from secrets import token_bytes

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LETTERS = 9

_VALUES = {letter: value for value, letter in enumerate(LETTERS)}
_BITS = 5
_FIELD = 0b100101
"""x^5 + x^2 + 1, by which the 32 letters are a field and every weight below is another one."""
_BETWEEN = re.compile(r"[\s\-.·_]+")
_LOOK_ALIKES = str.maketrans({"I": "1", "L": "1", "O": "0"})


def new_codes(count: int) -> list[str]:
    """Codes drawn by chance. Two may be the same, very seldom."""
    drawn = token_bytes(_BITS * count)
    return [_code(int.from_bytes(drawn[at : at + _BITS])) for at in range(0, len(drawn), _BITS)]


def canonical_code(text: str) -> str | None:
    """A code as it is kept, from what somebody typed; None where it can be none.

    Case, spaces, dashes and look-alikes (O for 0, I and L for 1, full-width letters) do not matter.
    A wrong letter, or two letters in each other's place, is always found.
    """
    narrow = "".join(chr(ord(c) - 0xFEE0) if "！" <= c <= "～" else c for c in text)
    letters = _BETWEEN.sub("", narrow).upper().translate(_LOOK_ALIKES)
    if len(letters) != CODE_LETTERS or any(letter not in _VALUES for letter in letters):
        return None
    values = [_VALUES[letter] for letter in letters]
    return letters if _check(values[:-1]) == values[-1] else None


def _code(number: int) -> str:
    values = [(number >> _BITS * place) & 31 for place in range(CODE_LETTERS - 1)]
    return "".join(LETTERS[value] for value in (*values, _check(values)))


def _check(values: list[int]) -> int:
    """The sum of the letters in the field, each with a weight of its own; none weighs one."""
    total = 0
    for value in reversed(values):
        total = _doubled(total ^ value)
    return total


def _doubled(value: int) -> int:
    value <<= 1
    return value ^ _FIELD if value & 32 else value
