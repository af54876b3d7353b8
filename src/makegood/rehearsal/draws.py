"""Seeded chance: each question has its own, so that another question more changes no answer."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from random import Random
from typing import TypeVar

_T = TypeVar("_T")


class Draws:
    """Chance by a seed and names: the same seed and names, the same answer, in any order."""

    def __init__(self, seed: int, *names: object) -> None:
        self._begin = "/".join(str(part) for part in (seed, *names))

    def number(self, *names: object) -> int:
        """A whole number below 2**63, as good as drawn."""
        text = "/".join((self._begin, *(str(name) for name in names)))
        return int.from_bytes(sha256(text.encode()).digest()[:8], "big") >> 1

    def below(self, end: int, *names: object) -> int:
        """A whole number from 0 to below ``end``."""
        return self.number(*names) % end

    def chance(self, per_thousand: int, *names: object) -> bool:
        """True so many times in a thousand."""
        return self.below(1000, *names) < per_thousand

    def one_of(self, choices: Sequence[_T], *names: object) -> _T:
        """One of several."""
        return choices[self.below(len(choices), *names)]

    def weighted(self, choices: Sequence[tuple[_T, int]], *names: object) -> _T:
        """One of several, as often as its weight says."""
        left = self.below(sum(weight for _, weight in choices), *names)
        for choice, weight in choices:
            left -= weight
            if left < 0:
                return choice
        raise AssertionError(choices)

    def random(self, *names: object) -> Random:
        """A generator of its own."""
        return Random(self.number(*names))  # noqa: S311 - seeded, not secret
