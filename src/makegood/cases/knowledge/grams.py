"""A text as what it is found by: pairs of syllables and beginnings of words.

PostgreSQL knows no Korean words, and a Korean word changes at its end: 바꾸고, 바꿀, 바꿔. So a
word of Korean is found by every two syllables beside each other, and by its first four letters
(jamo), which conjugation mostly leaves alone. Other words are found whole, and by their first four
letters.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

_BEGINNING_LETTERS = 4
_WORD = re.compile(r"[가-힣]+|[^\W\d_가-힣]+|\d+")


def grams(text: str) -> Iterator[str]:
    """What a text is found by, in order, with repetitions."""
    for word in _WORD.findall(unicodedata.normalize("NFKC", text).casefold()):
        if "가" <= word[0] <= "힣":
            yield from _of_korean(word)
        else:
            yield word
            if len(word) > _BEGINNING_LETTERS:
                yield f"{word[:_BEGINNING_LETTERS]}…"


def _of_korean(word: str) -> Iterator[str]:
    if len(word) == 1:
        yield word
    for at in range(len(word) - 1):
        yield word[at : at + 2]
    letters = unicodedata.normalize("NFD", word)
    if len(letters) >= _BEGINNING_LETTERS:
        yield f"{letters[:_BEGINNING_LETTERS]}…"
