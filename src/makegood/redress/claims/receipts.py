"""Receipt numbers: short enough to say on the telephone, and not to be guessed.

Twelve letters of an alphabet of 31 that has no letters to confuse (no 0, O, 1, I, L): eleven drawn
(54 bits), one to check. 31 is a prime: a weighted sum finds every single wrong letter and every two
that changed places.
"""

from __future__ import annotations

import secrets

from makegood.kernel import is_pseudonym

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_LETTERS, _GROUP = 12, 4
_PLACE = {letter: place for place, letter in enumerate(ALPHABET)}


def new_receipt_number() -> str:
    """A number such as ``R7K3-9QXM-2HTB``; never one that could be taken for personal data."""
    while True:
        rest, drawn = secrets.randbelow(len(ALPHABET) ** (_LETTERS - 1)), ""
        for _ in range(_LETTERS - 1):
            rest, place = divmod(rest, len(ALPHABET))
            drawn += ALPHABET[place]
        number = _grouped(drawn + _check_letter(drawn))
        if is_pseudonym(number):
            return number


def read_receipt_number(text: str) -> str | None:
    """The number as it is kept, however it was typed; None where it cannot be one."""
    letters = text.strip().upper().replace("-", "").replace(" ", "")
    if len(letters) != _LETTERS or any(letter not in _PLACE for letter in letters):
        return None
    return _grouped(letters) if _check_letter(letters[:-1]) == letters[-1] else None


def _check_letter(drawn: str) -> str:
    """The letter that brings the sum of places, each times its position from 2, to a whole 31."""
    total = sum(weight * _PLACE[letter] for weight, letter in enumerate(drawn, start=2))
    return ALPHABET[-total % len(ALPHABET)]


def _grouped(letters: str) -> str:
    return "-".join(letters[at : at + _GROUP] for at in range(0, _LETTERS, _GROUP))
