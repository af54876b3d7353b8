"""The clock of this process: the machine's own, until a test or a rehearsal puts another in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from makegood.kernel import Clock, SystemClock

_current: list[Clock] = [SystemClock()]


def clock() -> Clock:
    """The clock that says what time it is in this process."""
    return _current[-1]


def now() -> datetime:
    """The present instant by the clock of this process, in its zone."""
    return _current[-1].now()


def start_with(other: Clock) -> None:
    """Another clock for as long as this process lives, below those that ``use`` puts in."""
    _current[0] = other


@contextmanager
def use(other: Clock) -> Iterator[None]:
    """Another clock, as long as this holds."""
    _current.append(other)
    try:
        yield
    finally:
        _current.remove(other)
