"""What a telephone of the made-up world shows, and an aggregator that works by itself for it."""

from __future__ import annotations

import csv
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread
from types import TracebackType
from typing import Final, Self

from makegood.channels.messages.fake_aggregator import FakeAggregator
from makegood.trust.clock import now
from makegood.trust.vault import canonical_phone

_log = logging.getLogger("makegood.demo")
_EVERY_SECONDS: Final = 0.2
_STOP_SECONDS_MAX: Final = 10.0


@dataclass(frozen=True, slots=True, repr=False)
class HandsetMessage:
    """A message as a telephone shows it. ``taken_at`` is when the aggregator took it."""

    taken_at: datetime
    kind: str
    subject: str
    text: str


def handset(folder: Path, phone: str) -> list[HandsetMessage]:
    """The messages that a telephone got, the newest first.

    ``folder`` is where the made-up aggregator keeps its books. A number that is none got nothing.
    """
    number = canonical_phone(phone)
    found = _messages(folder, number) if number else ()
    return sorted(found, key=lambda message: message.taken_at, reverse=True)


def _messages(folder: Path, number: str) -> Iterator[HandsetMessage]:
    for path in sorted(folder.glob("[!.]*.csv")):
        taken_at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                if row["phone"] == number:
                    yield HandsetMessage(taken_at, row["kind"], row["subject"], row["text"])


class AggregatorAtWork:
    """Plays the aggregator on a spool in a thread of its own, as long as the ``with`` block lasts.

    Messages are delivered as soon as they lie there, whatever the control file says of the night.
    """

    def __init__(
        self, folder: Path, books: Path, *, every_seconds: float = _EVERY_SECONDS, seed: int = 1
    ) -> None:
        """``folder`` is the exchange's folder ``sms``; ``books`` is what ``handset`` reads."""
        self._fake = FakeAggregator(folder, books, seed)
        self._every_seconds = every_seconds
        self._stopped = Event()
        self._thread = Thread(target=self._work, name="aggregator", daemon=True)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Finish the turn at hand, and end."""
        self._stopped.set()
        self._thread.join(_STOP_SECONDS_MAX)

    def _work(self) -> None:
        while not self._stopped.wait(self._every_seconds):
            try:
                self._fake.turn(now())
            except (OSError, ValueError) as error:
                # A code whose time was over was just removed, or a file is not whole: look again.
                _log.warning("the aggregator did not get on: %s", type(error).__name__)
