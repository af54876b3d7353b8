"""The folder of files that are exchanged with the bank: ``exchange/bank/`` and what lies in it.

``out`` is fetched by the bank, ``in`` is filled by it, ``done`` holds what was applied, ``aside``
what could not be read and why, ``ask`` lists for a person at the bank, ``sent`` what every message
held, by keys alone. Only the program's own user may look in.
"""

from __future__ import annotations

import os
from pathlib import Path
from secrets import token_hex

from makegood.channels.exchange import FOLDER_MODE, FOLDERS, PartnerFolders, place_new, sync
from makegood.configuration import Settings

_MODE_FILE = 0o600
_HALF = (".part", ".partial", ".tmp", ".filepart")


class ExchangeFolder:
    """Where files of the bank lie. A file appears under its name whole, or not at all."""

    def __init__(self, settings: Settings) -> None:
        self._folders = folders = PartnerFolders(settings.exchange_folder / "bank")
        self.out, self.incoming, self.done = folders.out, folders.incoming, folders.done
        self.aside, self.ask, self.sent = folders.aside, folders.ask, folders.sent

    def make(self) -> None:
        """Every folder there is, closed to others."""
        self._folders.make()
        for folder in (self._folders.root, *(self._folders.root / name for name in FOLDERS)):
            folder.chmod(FOLDER_MODE)

    def waiting(self) -> list[Path]:
        """Files that came in, oldest first; one that is still being written is not among them."""
        if not self.incoming.is_dir():
            return []
        found = []
        for path in self.incoming.iterdir():
            if path.name.startswith(".") or path.name.endswith(_HALF):
                continue
            try:
                if path.is_file():
                    found.append((path.stat().st_mtime_ns, path.name, path))
            except FileNotFoundError:
                continue  # another worker put it away
        return [path for _, _, path in sorted(found)]


def partial_of(path: Path) -> Path:
    """Where a file is written before it has its name. The same for every try."""
    return path.with_name(f".{path.name}.partial")


def opened_for_writing(path: Path) -> int:
    """An empty file that only this user can read. One of that name is emptied, never removed."""
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, _MODE_FILE)


def place(partial: Path, path: Path) -> None:
    """Give a written file its name, and put both on disk."""
    sync(partial)
    partial.replace(path)
    sync(path.parent)


def place_bytes(path: Path, content: bytes) -> None:
    """A small file, whole, under its name, however many processes place it at once.

    What stands there already stays: the same name is the same content.
    """
    place_new(path, lambda hidden: _write(hidden, content))


def replace_bytes(path: Path, content: bytes) -> None:
    """The same, in place of what stood there."""
    partial = path.with_name(f".{path.name}.{token_hex(6)}.partial")
    _write(partial, content)
    place(partial, path)


def move(path: Path, folder: Path, name: str) -> bool:
    """Move a file to another folder; False where it is not there any more."""
    try:
        path.replace(folder / name)
    except FileNotFoundError:
        return False
    sync(folder)
    return True


def _write(path: Path, content: bytes) -> None:
    with os.fdopen(opened_for_writing(path), "wb") as file:
        file.write(content)
