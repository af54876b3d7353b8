"""How fast requests may follow each other, and how long to wait after a failure."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

RETRY_AFTER_SECONDS_MAX = 300.0
"""A server that asks for a longer wait is asked again after this one."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How often one item is tried in one go, and the waits between: doubled, drawn, bounded.

    The wait is drawn between nothing and the bound ("full jitter"), so that workers that failed
    together do not come back together.
    """

    tries: int = 6
    first_seconds: float = 0.25
    longest_seconds: float = 20.0

    def wait_seconds(self, failures: int, asked_for: float | None = None) -> float:
        """The wait after so many failures; never shorter than the server asked for."""
        bound = min(self.longest_seconds, self.first_seconds * 2 ** (failures - 1))
        drawn = random.uniform(0, bound)  # noqa: S311 - nothing secret hangs on it
        return max(drawn, min(asked_for or 0.0, RETRY_AFTER_SECONDS_MAX))


class Pace:
    """At most so many requests in a second, whichever connection sends them."""

    def __init__(
        self,
        requests_per_second: float,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._interval = 1 / requests_per_second
        self._clock, self._sleep = clock, sleep
        self._lock = Lock()
        self._next = clock()

    def wait(self) -> None:
        """Return when it is this request's turn."""
        with self._lock:
            present = self._clock()
            turn = max(self._next, present)
            self._next = turn + self._interval
        if turn > present:
            self._sleep(turn - present)

    def hold(self, seconds: float) -> None:
        """Nobody's turn comes before so many seconds: the server said that it is too much."""
        with self._lock:
            self._next = max(self._next, self._clock() + seconds)
