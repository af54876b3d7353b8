"""The newest signed note outside of the database, where its administrators do not reach.

A file in the data folder's ``secrets`` holds the note of the newest checkpoint that was signed on
this machine. It is written after the checkpoint is committed: a kill in between leaves an older
note, which the log continues all the same. Several machines keep each their own.
"""

from __future__ import annotations

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from makegood.kernel import Finding, MakegoodError
from makegood.trust.audit.checkpoint import TreeHead
from makegood.trust.audit.note import BadNote, Note, parse_note

HEAD_FILE = "log-head"
"""The file's name in the folder of secrets."""


@dataclass(frozen=True, slots=True)
class RememberedHead:
    """What the file says: the signed note as it is, and what it is over."""

    text: str
    note: Note
    head: TreeHead


@dataclass(frozen=True, slots=True)
class HeadFile:
    """The file of a data folder: ``HeadFile(settings.secrets / HEAD_FILE)``."""

    path: Path

    def read(self) -> RememberedHead | None:
        """What is remembered, or nothing where there is no file; no signature is verified yet.

        Raises MakegoodError MG718 where the file cannot be read or holds no checkpoint.
        """
        try:
            text = self.path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as error:
            raise unusable(f"it cannot be read: {type(error).__name__}") from None
        try:
            note = parse_note(text)
            return RememberedHead(text, note, TreeHead.parse(note.text))
        except BadNote as reason:
            raise unusable(str(reason)) from None

    def keep(self, note: str) -> None:
        """Remember a committed checkpoint, unless as large a one is remembered already.

        Raises MakegoodError MG718 where the file cannot be read or written.
        """
        with self._alone():
            remembered = self.read()
            size = TreeHead.parse(parse_note(note).text).size
            if remembered is None or remembered.head.size < size:
                self._write(note)

    def take_over(self, note: str | None) -> None:
        """Remember another history from now on, or none: after a restore, which the log records.

        Raises MakegoodError MG718 where the file cannot be written.
        """
        with self._alone():
            if note is not None:
                self._write(note)
            else:
                self.path.unlink(missing_ok=True)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One process of this machine at a time; whoever is killed lets go."""
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(self.path.parent, os.O_RDONLY | os.O_DIRECTORY)
        except OSError as error:
            raise unusable(f"it cannot be written: {type(error).__name__}") from None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def _write(self, note: str) -> None:
        """The file whole or as it was, on disk when this returns."""
        partial = self.path.with_name(f".{self.path.name}.{secrets.token_hex(8)}")
        try:
            descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            try:
                with os.fdopen(descriptor, "w", encoding="utf-8") as out:
                    out.write(note)
                    out.flush()
                    os.fsync(out.fileno())
                partial.replace(self.path)
            finally:
                partial.unlink(missing_ok=True)
            folder = os.open(self.path.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
        except OSError as error:
            raise unusable(f"it cannot be written: {type(error).__name__}") from None


def unusable(why: str) -> MakegoodError:
    """MG718: the file is of no use."""
    return MakegoodError(unusable_finding(why))


def unusable_finding(why: str) -> Finding:
    """The finding of MG718."""
    return Finding(
        "MG718",
        f"the log's head that is kept outside of the database, secrets/{HEAD_FILE}: {why}",
        "find out who changed it, then run 'makegood audit verify --trust KEY'; "
        "only where that finds the log sound, move the file away",
    )
