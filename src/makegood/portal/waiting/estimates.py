"""How long it will take, from the place, the places that are empty, and how many leave."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from math import exp

from makegood.portal.waiting.values import AGAIN_SECONDS_MAX, AGAIN_SECONDS_MIN

STAY_SECONDS_GUESSED = 300.0
"""How long a place is taken, before anything was measured."""
SMOOTHING_SECONDS = 120.0
_SHARE_OF_THE_WAIT = 6
_UNKNOWN_AGAIN_SECONDS_MIN = 5
_AHEAD_A_SECOND = 20
_JITTER_PERCENT = 10


def ahead_of(number: int, ranks: Sequence[int], step: int, waiting: int) -> int:
    """How many wait before a number, at most: exact to one part in as many as there are ranks."""
    return min(bisect_left(ranks, number) * step, waiting)


def seconds_until(ahead: int, *, empty: int, a_second: float, flow: float) -> float | None:
    """When somebody with so many before them is called; None where nobody can say.

    ``empty`` places are filled at ``a_second`` people a second; after them one enters where one
    leaves, ``flow`` people a second, but never faster than ``a_second``.
    """
    if a_second <= 0:
        return None
    place = ahead + 1
    at_once = min(place, empty)
    rest = place - at_once
    pace = min(flow, a_second)
    if rest and pace <= 0:
        return None
    return at_once / a_second + (rest / pace if rest else 0.0)


def again_after(seconds: float | None, ahead: int, number: int) -> int:
    """When a page asks again, in seconds: often near the front, once a minute far back.

    A little earlier or later by the number, so that those who came together do not ask together.
    """
    if seconds is None:
        wanted = max(_UNKNOWN_AGAIN_SECONDS_MIN, ahead / _AHEAD_A_SECOND)
    else:
        wanted = seconds / _SHARE_OF_THE_WAIT
    jitter = number % (2 * _JITTER_PERCENT + 1) - _JITTER_PERCENT
    told = round(wanted * (100 + jitter) / 100)
    return max(AGAIN_SECONDS_MIN, min(AGAIN_SECONDS_MAX, told))


def smoothed(before: float, count: int, seconds: float) -> float:
    """A rate a second, after ``count`` more in so many seconds: the last two minutes weigh most."""
    if seconds <= 0:
        return before
    weight = 1 - exp(-seconds / SMOOTHING_SECONDS)
    return before + weight * (count / seconds - before)
