"""What is known of a line, in words: the words of a value are the same for every line."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from makegood.programmes import Programme, fact_text
from makegood.redress.serving import LineStanding

_KEPT = 4_096
_PROGRAMMES_MAX = 16


class FactWords:
    """The facts of a programme in one language; what was last put into words is kept.

    Kept are values and their words, which are nobody's: no line and no customer is with them.
    """

    def __init__(self, programme: Programme, language: str) -> None:
        section = programme.section.facts
        self._programme, self._language = programme, language
        self._labels = {name: section[name].label[language] for name in programme.facts}
        self._words = lru_cache(maxsize=_KEPT)(self._in_words)

    def of(self, values: Mapping[str, object]) -> list[tuple[str, str]]:
        """Label and value in words, in the file's order; what a line has not is left out."""
        return [
            (label, self._words(name, value))
            for name, label in self._labels.items()
            if (value := values.get(name)) is not None
        ]

    def _in_words(self, name: str, value: object) -> str:
        return fact_text(self._programme, name, value, self._language)


def facts_told(standing: LineStanding, language: str) -> list[tuple[str, str]]:
    """What is known of a line, by label and value in words; what a line has not is left out."""
    key = standing.programme.sha256, language
    known = _known.get(key)
    if known is None:
        if len(_known) >= _PROGRAMMES_MAX:
            _known.clear()
        known = _known[key] = FactWords(standing.programme, language)
    return known.of(standing.values)


_known: dict[tuple[str, str], FactWords] = {}
