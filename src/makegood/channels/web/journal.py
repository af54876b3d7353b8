"""What was begun and what was answered of a message, on disk before it counts.

A file of JSON lines: first the message's SHA-256, then marks up to which item requests may have
left, and answers as they came. A mark is on disk before the first request behind the former one
leaves; answers are on disk before the next mark. So of every item it is known after a crash whether
it was never begun, may have left, or was answered.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from makegood.channels.exchange import hold, sync, write_whole

Answer = tuple[str, int, str, str, str]
"""Key, attempt, outcome, code, and when as ISO text or nothing."""


class Journal:
    """The journal of one message, in one pair of hands at a time."""

    def __init__(self, folder: Path, message_id: str) -> None:
        """Raises InOtherHands where another process sends the same message, OSError."""
        self._path = folder / f"{message_id}.jsonl"
        self.sha256 = ""
        self.begun = 0
        self.is_closed = False
        self.answers: dict[str, Answer] = {}
        self._handle = os.open(self._path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            hold(self._handle)
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

    @property
    def is_there(self) -> bool:
        """Whether anything was ever noted of this message."""
        return bool(self.sha256)

    def open(self, sha256: str) -> None:
        """Begin with a message."""
        self.sha256 = sha256
        self._append([{"sha256": sha256}])
        sync(self._path.parent)

    def begin(self, upto: int) -> None:
        """Requests for the first so many items may leave from now on."""
        if upto > self.begun:
            self.begun = upto
            self._append([{"begun": upto}])

    def keep(self, answers: Sequence[Answer]) -> None:
        """Keep answers."""
        self.answers.update((answer[0], answer) for answer in answers)
        self._append([list(answer) for answer in answers])

    def close(self) -> None:
        """Every item was begun, and what was answered is an answer file."""
        self.is_closed = True
        self._append([{"closed": True}])

    def remove(self) -> None:
        """Nothing of the message has left after all."""
        os.ftruncate(self._handle, 0)
        os.fsync(self._handle)
        self.sha256, self.begun = "", 0

    def _append(self, lines: Sequence[Any]) -> None:
        if not lines:
            return
        text = "".join(json.dumps(line) + "\n" for line in lines).encode()
        # Behind a line that a crash tore the next one begins anew.
        write_whole(self._handle, b"\n" + text if os.fstat(self._handle).st_size else text)
        os.fsync(self._handle)

    def _read(self) -> None:
        for line in self._path.read_text(encoding="utf-8").splitlines():
            try:
                said = json.loads(line)
            except ValueError:
                continue
            if isinstance(said, list):
                self.answers[said[0]] = (said[0], said[1], said[2], said[3], said[4])
            else:
                self.sha256 = said.get("sha256", self.sha256)
                self.begun = said.get("begun", self.begun)
                self.is_closed = said.get("closed", self.is_closed)
