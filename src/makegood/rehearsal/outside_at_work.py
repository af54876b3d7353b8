"""The outside of a demonstration: the bank, partners and telephones, at work beside the sites."""

from __future__ import annotations

import csv
import logging
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread
from types import TracebackType
from typing import Self

from makegood.kernel import MakegoodError, ShiftedClock
from makegood.rehearsal.home import Home
from makegood.rehearsal.outside import Outside

_log = logging.getLogger("makegood.demo")
_EVERY_SECONDS = 1.0
_STOP_SECONDS_MAX = 10.0


class OutsideAtWork:
    """Lets everybody outside do their work once a second, as long as the ``with`` block lasts.

    What arrives at a telephone is said. Devices of staff that wait to be known are approved in the
    name of a security officer; in an installation that is their decision.
    """

    def __init__(
        self, outside: Outside, home: Home, shift: timedelta, say: Callable[[str], None]
    ) -> None:
        self._outside = outside
        self._books = home.outside / "sms"
        self._clock = ShiftedClock(shift)
        self._say = say
        self._heard = {path.name for path in self._files()}
        self._stopped = Event()
        self._thread = Thread(target=self._work, name="outside", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stopped.set()
        self._thread.join(_STOP_SECONDS_MAX)

    def _work(self) -> None:
        while not self._stopped.wait(_EVERY_SECONDS):
            try:
                self._outside.step(self._clock.now())
                self._tell_messages()
                self._approve_devices()
            except (OSError, ValueError, MakegoodError) as error:
                # A file may be half there; the next turn finds it whole.
                _log.warning("the outside waits: %s", type(error).__name__)

    def _files(self) -> list[Path]:
        return sorted(self._books.glob("[!.]*.csv"))

    def _tell_messages(self) -> None:
        for path in self._files():
            if path.name in self._heard:
                continue
            self._heard.add(path.name)
            with path.open(encoding="utf-8", newline="") as file:
                for row in csv.DictReader(file):
                    self._say(f"SMS {row['phone']}: {' '.join(row['text'].split())}")

    def _approve_devices(self) -> None:
        from django.apps import apps
        from django.db import Error

        if not apps.ready:
            return
        from makegood.rehearsal.sample_staff import officer_besides
        from makegood.trust.access import Visitor
        from makegood.trust.staff import approve_device, devices_waiting

        try:
            for device in devices_waiting(Visitor.console("demo")):
                approve_device(officer_besides(device.asked_by), device.device_id)
                self._say("a device of the staff's is known from now on")
        except Error as error:
            _log.warning("devices wait: %s", type(error).__name__)
