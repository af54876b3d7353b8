"""The virtual clock: an instant in a file, which all processes of a rehearsal read."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path


class VirtualClock:
    """The instant that stands in a file. One process moves it, and only forward; all others read.

    Whoever moves it knows what it moved it to; the others look at the file each time.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._moved_to: datetime | None = None

    def now(self) -> datetime:
        """The present instant in UTC."""
        if self._moved_to is not None:
            return self._moved_to
        return datetime.fromisoformat(self._file.read_text(encoding="ascii")).astimezone(UTC)

    def move_to(self, instant: datetime) -> None:
        """It is this instant now; an earlier one than the present changes nothing."""
        if self._moved_to is not None and instant <= self._moved_to:
            return
        self._moved_to = instant.astimezone(UTC)
        partial = self._file.with_name(f"{self._file.name}.{os.getpid()}")
        partial.write_text(self._moved_to.isoformat(), encoding="ascii")
        partial.replace(self._file)
