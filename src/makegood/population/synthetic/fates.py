"""Who leaves, and when: exact numbers, spread over the lines as a shuffled deck is dealt.

Every line of a block of ``of_lines`` lines has its own rank, from a keyed permutation; the first
ranks are the first departure's, and so on. So a departure has exactly the lines that the shape
says, each day exactly its share, and any part can be made alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from zlib import crc32

import numpy as np
import numpy.typing as npt

from makegood.kernel import day_number
from makegood.population.synthetic.draws import Codes, Days
from makegood.population.synthetic.shape import Departure, Shape

NEVER = np.int32(10_000_000)
"""A day number after every date: the day of what does not happen."""

_ROUNDS = 4


@dataclass(frozen=True, slots=True)
class Fates:
    """For every line its departure's position (their number where it stays), and its last day."""

    departure: Codes
    terminated_on: Days


def fates_of(shape: Shape, seed: int, first: int, rows: int) -> Fates:
    """The fates of the lines from index ``first``."""
    index = np.arange(first, first + rows, dtype=np.int64)
    block, offset = np.divmod(index, shape.of_lines)
    rank = np.empty(rows, np.int64)
    for number in np.unique(block):
        here = block == number
        rank[here] = _permuted(offset[here], shape.of_lines, f"{seed}/{number}")
    ends = np.cumsum([departure.lines for departure in shape.departures])
    departure = np.searchsorted(ends, rank, side="right").astype(np.int8)
    terminated_on = np.full(rows, NEVER, np.int32)
    for position, wave in enumerate(shape.departures):
        mine = departure == position
        terminated_on[mine] = _days(wave, rank[mine] - (ends[position] - wave.lines))
    return Fates(departure, terminated_on)


def _days(wave: Departure, rank: npt.NDArray[np.int64]) -> Days:
    """The day of each line of a wave: the first day takes the first ranks, by its weight."""
    weights = wave.day_weights()
    ends = np.cumsum(np.array(weights, object)) * wave.lines // sum(weights)
    day = np.searchsorted(ends.astype(np.int64), rank, side="right")
    return (day_number(wave.first_day) + day).astype(np.int32)


def _permuted(values: npt.NDArray[np.int64], size: int, key: str) -> npt.NDArray[np.int64]:
    """Each value of ``range(size)`` sent to another, one to one: a Feistel network, walked on."""
    half = max(1, (int(size - 1).bit_length() + 1) // 2)
    keys = [np.uint32(crc32(f"{key}/{number}".encode())) for number in range(_ROUNDS)]
    result = _feistel(values, half, keys)
    while (outside := np.flatnonzero(result >= size)).size:
        result[outside] = _feistel(result[outside], half, keys)
    return result


def _feistel(
    values: npt.NDArray[np.int64], half: int, keys: list[np.uint32]
) -> npt.NDArray[np.int64]:
    mask = np.uint32((1 << half) - 1)
    left = (values >> half).astype(np.uint32)
    right = values.astype(np.uint32) & mask
    for key in keys:
        left, right = right, left ^ (_mixed(right ^ key) & mask)
    return (left.astype(np.int64) << half) | right


def _mixed(words: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint32]:
    """The finalizer of MurmurHash3: every bit of a word touches every bit of the result."""
    words = (words ^ (words >> np.uint32(16))) * np.uint32(0x85EBCA6B)
    words = (words ^ (words >> np.uint32(13))) * np.uint32(0xC2B2AE35)
    return words ^ (words >> np.uint32(16))
