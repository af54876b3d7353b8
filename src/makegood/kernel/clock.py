"""Time comes from a clock that is passed in, so that a rehearsal of months takes minutes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Says what time it is."""

    def now(self) -> datetime:
        """The present instant, with its time zone."""
        ...


class SystemClock:
    """The machine's own clock, in UTC."""

    def now(self) -> datetime:
        """The present instant in UTC."""
        return datetime.now(UTC)


class ShiftedClock:
    """The machine's own clock, moved by a span: a demonstration runs in the middle of its story."""

    def __init__(self, shift: timedelta) -> None:
        self._shift = shift

    def now(self) -> datetime:
        """The present instant in UTC, moved."""
        return datetime.now(UTC) + self._shift


class FixedClock:
    """A clock that stands still, for tests and reproducible runs."""

    def __init__(self, instant: datetime) -> None:
        if instant.tzinfo is None:
            raise ValueError("a clock's instant needs a time zone")
        self._instant = instant

    def now(self) -> datetime:
        """The instant it was made with."""
        return self._instant
