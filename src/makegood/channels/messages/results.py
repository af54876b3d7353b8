"""Answers that this side gives itself: whom it could not reach, what a mail server said at once.

They are on disk before anything else happens with a shipment, and come in like any others. They lie
apart from those of the other side, whose answers also mean that it has a shipment.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pyarrow as pa

from makegood.channels.contract import ANSWER_SCHEMA, ChannelName, Incoming
from makegood.channels.exchange import (
    FOLDER_MODE,
    AnswerFiles,
    PartnerFolders,
    read_answers,
    write_answers,
)

Answer = dict[str, object]


class Results:
    """Own answers of a channel: a pair of files for each shipment, applied ones in ``done``."""

    def __init__(self, channel: ChannelName, folder: Path) -> None:
        self._folders = PartnerFolders(folder)
        for each in (self._folders.incoming, self._folders.done, self._folders.aside):
            each.mkdir(FOLDER_MODE, parents=True, exist_ok=True)
        self._files = AnswerFiles(channel, self._folders)

    def keep(self, message_id: str, answers: Iterable[Answer]) -> None:
        """Keep the answers about a shipment, once: later ones are not taken."""
        if self.of(message_id) is None:
            table = pa.Table.from_pylist(list(answers), ANSWER_SCHEMA)
            write_answers(self._folders.incoming, message_id, table, [message_id])

    def of(self, message_id: str) -> pa.Table | None:
        """The answers that were kept about a shipment; None before."""
        folders = (self._folders.incoming, self._folders.done)
        rows = _existing(folders, f"{message_id}.csv")
        # While a pair is put away, its halves are in two folders.
        control = _existing(folders, f"{message_id}.json")
        return read_answers(rows, control).table if rows and control else None

    def incoming(self) -> Iterator[Incoming]:
        """Those that are not put away, the oldest first. Who all were reached leaves none."""
        for each in self._files.incoming():
            if each.count:
                yield each
            else:
                self._files.put_away(each)

    def holds(self, incoming: Incoming) -> bool:
        """Whether it came from here."""
        return incoming.path.parent == self._folders.incoming

    def put_away(self, incoming: Incoming) -> None:
        """Out of the way. Again is harmless."""
        self._files.put_away(incoming)


def _existing(folders: Iterable[Path], name: str) -> Path | None:
    return next((folder / name for folder in folders if (folder / name).exists()), None)
