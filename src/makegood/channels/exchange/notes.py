"""What this side remembers of each message: that it was about to be placed, and what came back.

``sent/<message>.json`` is on disk before the message appears outside. So where there is no note,
nothing was ever placed; where there is one and the message is gone from the folder, the partner is
asked. ``tries`` counts placings: an answer to an enquiry is about the placing it names, and an
older "no" never counts for a newer one.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from secrets import token_hex

from makegood.channels.exchange.placing import sync


@dataclass(frozen=True, slots=True)
class Note:
    """That a message was about to be placed: which, for the how-manieth time, what it held, when.

    ``placed_at`` is ISO 8601 by the program's clock; empty in notes of older versions.
    """

    message_id: str
    tries: int
    sha256: str
    rows: int
    amount: int
    quantity: int
    placed_at: str = ""

    @property
    def enquiry_id(self) -> str:
        """Under which the partner is asked whether it has this placing."""
        return f"{self.message_id}-t{self.tries}"


class Notes:
    """The notes of one partner. Each is written by whoever holds the shard, and by nobody else."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def of(self, message_id: str) -> Note | None:
        """What is noted of a message; None where it was never about to be placed."""
        try:
            said = json.loads((self._folder / f"{message_id}.json").read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        return Note(**said)

    def keep(self, note: Note) -> None:
        """Note a message, on disk, in place of what was noted of it before."""
        self._write(f"{note.message_id}.json", json.dumps(asdict(note)))

    def forget(self, note: Note, before: Note | None) -> None:
        """The message was not placed after all: what was noted before it stands again."""
        if before:
            self.keep(before)
        else:
            (self._folder / f"{note.message_id}.json").unlink(missing_ok=True)
            sync(self._folder)

    def answered(self, name: str, word: str) -> None:
        """The partner has spoken of a message, or to an enquiry: ``yes`` or ``no``."""
        if self.answer_to(name) != word:
            self._write(f"{name}.{word}", "")

    def answer_to(self, name: str) -> str:
        """What the partner said: ``yes``, ``no``, or nothing. One yes outweighs every no."""
        for word in ("yes", "no"):
            if (self._folder / f"{name}.{word}").exists():
                return word
        return ""

    def _write(self, name: str, text: str) -> None:
        hidden = self._folder / f".{name}.{token_hex(6)}"
        hidden.write_text(text, encoding="utf-8")
        sync(hidden)
        hidden.replace(self._folder / name)
        sync(self._folder)
