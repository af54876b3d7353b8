"""What every destination does: take a batch of events, in order, all of it or not at all."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

Batch = Sequence[dict[str, Any]]


class Destination(Protocol):
    """Takes events. ``name`` tells it from others and holds no secret."""

    @property
    def name(self) -> str:
        """Its address without what is secret in it."""
        ...

    def deliver(self, batch: Batch) -> None:
        """Hand the events over, in order.

        Raises NotDelivered where it is not sure that all arrived; the same batch comes again then.
        """
        ...


@dataclass
class NotDelivered(Exception):
    """It is not sure that a batch arrived. ``why`` is for people; it never repeats an event."""

    why: str
    retry_after_seconds: float | None = None

    def __str__(self) -> str:
        return self.why


def as_line(event: dict[str, Any]) -> bytes:
    """The event as JSON in one line of ASCII, without the end of the line."""
    return json.dumps(event, separators=(",", ":"), ensure_ascii=True).encode("ascii")


def reason_of(error: BaseException) -> str:
    """Why the outside did not take it, in a few words."""
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror.lower()
    return type(error).__name__
