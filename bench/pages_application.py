"""What Granian serves in this bench: the very application of ``makegood up``, at a day's hour.

``BENCH_AHEAD`` says how many seconds its clock is ahead. Which pages are served,
the customers' site or one bare view, is said by ``DJANGO_SETTINGS_MODULE``.
"""

from __future__ import annotations

import os
from datetime import datetime, timedelta

from makegood.kernel import SystemClock
from makegood.trust import clock


class ShiftedClock:
    """The machine's clock, so much ahead or behind."""

    def __init__(self, ahead: timedelta) -> None:
        self._ahead = ahead

    def now(self) -> datetime:
        """The present instant, shifted."""
        return SystemClock().now() + self._ahead


def shift_clock(ahead_seconds: float) -> None:
    """From now on this process has the bench's time."""
    clock.use(ShiftedClock(timedelta(seconds=ahead_seconds))).__enter__()


if "BENCH_AHEAD" in os.environ:
    shift_clock(float(os.environ["BENCH_AHEAD"]))
    from makegood.project.serving import application as application  # noqa: PLC0414 - handed on
