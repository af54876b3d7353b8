"""A thread of the worker that does small things over and over."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Event, Thread
from time import monotonic

from makegood.kernel import MakegoodError

_log = logging.getLogger("makegood.worker")
_BACK_OFF_SECONDS_MAX = 60.0
_TICK_SECONDS = 0.2
_STOP_SECONDS_MAX = 30.0


@dataclass(frozen=True, slots=True)
class Duty:
    """Something to be done every so often: ``do`` returns how much it did."""

    name: str
    words: str
    every_seconds: float
    do: Callable[[], int]


class Duties:
    """Does the duties in a thread of its own, one after the other, until it is stopped.

    One that fails is told to the log by the kind of its failure, and is tried again later and
    later, up to a minute; the others go on.
    """

    def __init__(self, duties: Sequence[Duty]) -> None:
        self._duties = tuple(duties)
        self._stopped = Event()
        self._due = dict.fromkeys(duties, 0.0)
        self._failures = dict.fromkeys(duties, 0)
        self._thread = Thread(target=self._work, name="duties", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Let the duty at work end, and begin no other."""
        self._stopped.set()
        self._thread.join(_STOP_SECONDS_MAX)

    def _work(self) -> None:
        from django.db import close_old_connections, connections

        while not self._stopped.wait(_TICK_SECONDS):
            for duty in self._duties:
                if monotonic() < self._due[duty] or self._stopped.is_set():
                    continue
                close_old_connections()
                self._due[duty] = monotonic() + self._do(duty)
        connections.close_all()

    def _do(self, duty: Duty) -> float:
        """Do one; in how many seconds it is due again."""
        try:
            duty.do()
        except Exception as error:
            self._failures[duty] += 1
            # The text of a database's error may hold a value; a finding's never does.
            why = str(error) if isinstance(error, MakegoodError) else type(error).__name__
            _log.warning("the duty '%s' failed: %s", duty.name, why)
            return min(_BACK_OFF_SECONDS_MAX, duty.every_seconds * 2.0 ** self._failures[duty])
        self._failures[duty] = 0
        return duty.every_seconds
