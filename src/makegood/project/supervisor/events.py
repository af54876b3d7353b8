"""What ``makegood up`` tells while it runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Part(StrEnum):
    """What runs."""

    UP = "up"
    STORE = "store"
    WEB = "web"
    PORTAL = "portal"
    WORKER = "worker"


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened to a part: ``what`` is a stable word, ``words`` are for people."""

    at: datetime
    part: Part
    what: str
    words: str
    process_id: int | None = None

    def as_json(self) -> dict[str, object]:
        """The event as plain values, for ``--json``."""
        return {
            "at": self.at.isoformat(timespec="milliseconds"),
            "part": self.part.value,
            "event": self.what,
            "message": self.words,
            "process": self.process_id,
        }


Tell = Callable[[Event], None]
