"""HTML with blanks, which may be kept for all, and what is one person's own, put in at the end."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape
from secrets import token_hex

from django.utils.safestring import SafeString, mark_safe

# As a receipt number is written, so that a blank goes into an address that takes nothing else; no
# template and no escaping changes it. Made by chance, so that no text of a programme holds one.
_MARK = f"{token_hex(2)}-{token_hex(2)}-".upper()
_TO_ESCAPE = re.compile("[&<>\"']")
_BLANK = re.compile(_MARK + "([0-9]{4})")


class Blanks:
    """Takes words out, in order, and leaves a blank for each."""

    def __init__(self) -> None:
        self.words: list[str] = []

    def one(self, words: str) -> str:
        """The blank for some words; for none there is none, as templates ask whether there are."""
        if not words:
            return ""
        self.words.append(words)
        return f"{_MARK}{len(self.words) - 1:04}"

    def each(self, texts: Iterable[str]) -> tuple[str, ...]:
        """The blanks for several texts."""
        return tuple(map(self.one, texts))


class Form:
    """HTML with blanks, cut at them once."""

    def __init__(self, html: str) -> None:
        cut = _BLANK.split(html)
        self._pieces = cut[0::2]
        self._places = [int(place) for place in cut[1::2]]

    def filled(self, blanks: Blanks) -> SafeString:
        """The HTML with these words in their places: escaped, but for what is HTML itself."""
        words = [_escaped(each) for each in blanks.words]
        html = [self._pieces[0]]
        for place, piece in zip(self._places, self._pieces[1:], strict=True):
            html += (words[place], piece)
        return mark_safe("".join(html))  # noqa: S308 - a form is what a template wrote


def _escaped(words: str) -> str:
    # Most words have nothing to escape.
    is_plain = isinstance(words, SafeString) or not _TO_ESCAPE.search(words)
    return words if is_plain else escape(words)
