"""Random draws that are the same on every machine, for every line, in every order of work.

A draw belongs to a seed, a part, and a name. It takes the raw 64-bit words of the Philox counter
generator, which numpy promises not to change, and reckons in whole numbers only. The first rows of
a part draw the same however many rows follow.
"""

from __future__ import annotations

from collections.abc import Sequence
from zlib import crc32

import numpy as np
import numpy.typing as npt
from numpy.random import Philox, SeedSequence

Words = npt.NDArray[np.uint32]
Numbers = npt.NDArray[np.int64]
Days = npt.NDArray[np.int32]
Codes = npt.NDArray[np.int8]
Ends = int | Numbers | Days
Mask = npt.NDArray[np.bool_]

MILLION = 1_000_000
_SCALE = 1 << 32


class Draws:
    """The draws of one part of a seeded population of ``rows`` lines."""

    def __init__(self, seed: int, part: int, rows: int) -> None:
        self.rows = rows
        self._seed, self._part = seed, part

    def words(self, name: str) -> Words:
        """Uniform 32-bit words, one a row; another name gives other words."""
        sequence = SeedSequence(self._seed, spawn_key=(self._part, crc32(name.encode())))
        raw = Philox(sequence).random_raw((self.rows + 1) // 2)
        return raw.astype("<u8", copy=False).view("<u4")[: self.rows]

    def chance(self, name: str, per_million: int) -> Mask:
        """True in ``per_million`` of a million rows."""
        return self.words(name) < np.uint64(per_million * _SCALE // MILLION)

    def choice(self, name: str, weights: Sequence[int]) -> Codes:
        """A position in ``weights``, as often as its weight says."""
        return self._positions(self.words(name), weights)

    def choice_by(self, name: str, tables: Sequence[Sequence[int]], by: Codes) -> Codes:
        """A position in the row's own table of weights, ``tables[by]``; all equally long."""
        if all(list(table) == list(tables[0]) for table in tables):
            return self.choice(name, tables[0])
        words, codes = self.words(name), np.zeros(self.rows, np.int8)
        limits = np.array([_limits(table) for table in tables], np.uint64)
        for position in range(limits.shape[1]):
            codes += words >= limits[:, position][by]
        return codes

    def between(self, name: str, low: Ends, high: Ends) -> Numbers:
        """A whole number from ``low`` to ``high``, inclusive; ``low`` where ``high`` is less.

        The ends are less than 2**31 apart.
        """
        start = np.asarray(low, np.int64)
        span = np.maximum(np.asarray(high, np.int64) - start + 1, 1)
        drawn: Numbers = start + (self.words(name).astype(np.int64) * span >> 32)
        return drawn

    def banded(self, name: str, bands: Sequence[tuple[int, int, int]]) -> Numbers:
        """A whole number from one of the bands ``(low, high, weight)``, uniform inside it."""
        lows, highs, weights = zip(*bands, strict=True)
        band = self.choice(f"{name}: band", weights)
        return self.between(name, np.array(lows, np.int64)[band], np.array(highs, np.int64)[band])

    def _positions(self, words: Words, weights: Sequence[int]) -> Codes:
        codes = np.zeros(self.rows, np.int8)
        for limit in _limits(weights):
            codes += words >= np.uint64(limit)
        return codes


def _limits(weights: Sequence[int]) -> list[int]:
    """The words at which the next position begins, all but the first position's."""
    total, limits = sum(weights), np.cumsum(np.array(weights, object))
    return [int(limit) * _SCALE // total for limit in limits[:-1]]
