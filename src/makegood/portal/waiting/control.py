"""The measured limit: how many may be inside, from how long their pages take.

As TCP finds the speed of a line (RFC 5681): from a start it grows quickly while 95 of 100 answers
are in time and people wait, until the first time that they are not; then it falls to four fifths of
who is inside, and from there on it grows slowly and falls again. It moves only where it binds: a
quiet day changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

CONTROL_SECONDS = 5.0
"""How often the limit is looked at."""
LIMIT_AT_FIRST = 200.0
LIMIT_MIN, LIMIT_MAX = 10.0, 100_000.0
SLOW_SHARE_MAX = 0.05
"""So many of the answers may take longer than the target."""
ANSWERS_MIN = 20
"""Fewer answers say nothing."""
_QUICK_GROWTH = 1.5
_SLOW_GROWTH = 0.02
_FALL = 0.8
_A_MINUTE_MIN = 60.0
_BURST_SHARE = 2
"""Half of what may enter in a minute may enter at once: that of thirty seconds."""


@dataclass(frozen=True, slots=True)
class Measured:
    """The limit as it is measured; ``is_starting`` until pages were too slow for the first time."""

    limit: float = LIMIT_AT_FIRST
    is_starting: bool = True


def next_limit(
    before: Measured, *, inside: int, is_binding: bool, answers: int, slow: int
) -> Measured:
    """The limit after a period with so many answers, ``slow`` of them longer than the target."""
    is_slow = slow > SLOW_SHARE_MAX * answers
    if is_slow and answers >= ANSWERS_MIN:
        # The limit may be far above who is inside; what was too much is who is inside.
        return Measured(_bounded(min(before.limit, inside) * _FALL), is_starting=False)
    if is_slow or not is_binding:
        return before
    if before.is_starting:
        return Measured(_bounded(before.limit * _QUICK_GROWTH), is_starting=True)
    grown = before.limit + max(1.0, before.limit * _SLOW_GROWTH)
    return Measured(_bounded(grown), is_starting=False)


def entries_a_minute(inside_max: float) -> float:
    """How many may enter in a minute where nothing is set: as many as may be inside, or 60."""
    return max(_A_MINUTE_MIN, inside_max)


def burst_of(a_minute: float) -> float:
    """How many may enter at once; where anybody may, one."""
    return max(1.0, a_minute / _BURST_SHARE) if a_minute > 0 else 0.0


def refilled(tokens: float, a_minute: float, seconds: float) -> float:
    """How many may enter now, when so many seconds have gone by since ``tokens`` might."""
    return min(burst_of(a_minute), tokens + a_minute / 60 * max(0.0, seconds))


def _bounded(limit: float) -> float:
    return min(LIMIT_MAX, max(LIMIT_MIN, limit))
