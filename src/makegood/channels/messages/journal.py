"""What became of each mail of a shipment, on disk before the next step is taken.

A line a step: one before a mail's text leaves, and one with what the server said afterwards. A mail
that was begun and not ended when the process was killed may or may not have been taken: nobody can
ask, so it is *unknown* and not sent again.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from makegood.channels.contract import Outcome
from makegood.channels.exchange import hold, sync, write_whole


@dataclass(frozen=True, slots=True)
class Step:
    """What is known of a mail: ``unknown`` from its begin on, until the server has answered."""

    outcome: Outcome
    code: str
    at: str


class Journal:
    """The steps of one shipment, in one pair of hands at a time."""

    def __init__(self, path: Path) -> None:
        """Raises InOtherHands where another process sends the same shipment, OSError."""
        self._path = path
        self.steps: dict[str, Step] = {}
        is_new = not path.exists()
        self._handle = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            hold(self._handle)
            if is_new:
                sync(path.parent)
            self._read()
        except BaseException:
            os.close(self._handle)
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        os.close(self._handle)

    def begin(self, key: str, at: str) -> None:
        """The text of a mail is about to leave. On disk when this returns."""
        self._write(key, Step(Outcome.UNKNOWN, "begun", at))
        os.fdatasync(self._handle)

    def end(self, key: str, outcome: Outcome, code: str, at: str) -> None:
        """What became of a mail."""
        self._write(key, Step(outcome, code, at))

    def take_back(self, key: str, at: str) -> None:
        """A mail that was begun did not leave after all: the server refused it for now."""
        self._write(key, Step(Outcome.UNKNOWN, "", at))
        self.steps.pop(key)

    def _write(self, key: str, step: Step) -> None:
        line = json.dumps({"key": key, "outcome": step.outcome, "code": step.code, "at": step.at})
        write_whole(self._handle, line.encode() + b"\n")
        self.steps[key] = step

    def _read(self) -> None:
        content = self._path.read_bytes()
        whole = content[: content.rfind(b"\n") + 1]
        for line in whole.splitlines():
            said: Mapping[str, str] = json.loads(line)
            if said["code"] or said["outcome"] != Outcome.UNKNOWN:
                step = Step(Outcome(said["outcome"]), said["code"], said["at"])
                self.steps[said["key"]] = step
            else:
                self.steps.pop(said["key"], None)
        if whole != content:
            # A line that a killed process wrote half: what it was about had not begun.
            os.ftruncate(self._handle, len(whole))
