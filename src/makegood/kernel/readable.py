"""Numbers to be said on the telephone: letters that nobody confuses, and one that checks them.

An alphabet of 31 without 0, O, 1, I and L. 31 is a prime: a weighted sum finds every single wrong
letter and every two that changed places.
"""

from __future__ import annotations

import secrets

from makegood.kernel.personal import is_pseudonym

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_GROUP = 4
_PLACE = {letter: place for place, letter in enumerate(ALPHABET)}


def new_readable_number(groups: int) -> str:
    """A number of so many groups of four letters, the last letter of which checks the others.

    Drawn by chance: 15 bits of three letters, 20 of each further group. Never one that could be
    taken for personal data.
    """
    while True:
        count = groups * _GROUP - 1
        rest, drawn = secrets.randbelow(len(ALPHABET) ** count), ""
        for _ in range(count):
            rest, place = divmod(rest, len(ALPHABET))
            drawn += ALPHABET[place]
        number = _grouped(drawn + check_letter(drawn))
        if is_pseudonym(number):
            return number


def read_readable_number(text: str, groups: int) -> str | None:
    """The number as it is kept, however it was typed; None where it cannot be one."""
    letters = text.strip().upper().replace("-", "").replace(" ", "")
    if len(letters) != groups * _GROUP or any(letter not in _PLACE for letter in letters):
        return None
    return _grouped(letters) if check_letter(letters[:-1]) == letters[-1] else None


def check_letter(drawn: str) -> str:
    """The letter that brings the sum of places, each times its position from 2, to a whole 31."""
    total = sum(weight * _PLACE[letter] for weight, letter in enumerate(drawn, start=2))
    return ALPHABET[-total % len(ALPHABET)]


def _grouped(letters: str) -> str:
    return "-".join(letters[at : at + _GROUP] for at in range(0, len(letters), _GROUP))
