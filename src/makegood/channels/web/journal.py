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
from typing import Any

from makegood.channels.exchange import sync

Answer = tuple[str, int, str, str, str]
"""Key, attempt, outcome, code, and when as ISO text or nothing."""


class Journal:
    """The journal of one message; whoever holds the shard has it alone."""

    def __init__(self, folder: Path, message_id: str) -> None:
        self._path = folder / f"{message_id}.jsonl"
        self.sha256 = ""
        self.begun = 0
        self.is_closed = False
        self.answers: dict[str, Answer] = {}
        if self._path.exists():
            self._read()

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
        self._path.unlink(missing_ok=True)
        sync(self._path.parent)

    def _append(self, lines: Sequence[Any]) -> None:
        if not lines:
            return
        with self._path.open("a+b") as file:
            file.seek(0, os.SEEK_END)
            text = "".join(json.dumps(line) + "\n" for line in lines)
            # Behind a line that a crash tore the next one begins anew.
            file.write(b"\n" + text.encode() if file.tell() else text.encode())
            file.flush()
            os.fsync(file.fileno())

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
