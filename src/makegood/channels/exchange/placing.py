"""Files that appear whole or not at all, and files that are put aside with the reason.

A file is written under a hidden name in the folder where it belongs, put on disk, and then linked
to its own name, which never replaces what stands there. A partner that passes over names with a
leading dot therefore never sees half a file, whatever is killed when.
"""

from __future__ import annotations

import fcntl
import json
import os
import stat
from collections.abc import Callable
from pathlib import Path
from secrets import token_hex

from makegood.kernel import Finding, Severity, masked_text

WHY = ".why"
"""What the note beside a file that was put aside ends with."""


class NotPlain(Exception):
    """Something that came in and is no plain file that may be read; the text says why."""


def plain_bytes(path: Path, bytes_max: int) -> bytes:
    """The content of a file that somebody else placed.

    Raises NotPlain for a link, a folder, a pipe, a file that is too long or whose rights keep this
    program out; FileNotFoundError; OSError where the machine cannot read it now.
    """
    if path.is_symlink():
        raise NotPlain("a link")
    try:
        # Opening a pipe would wait for whoever writes into it.
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except PermissionError:
        raise NotPlain("this program has no right to read it") from None
    try:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            raise NotPlain("no plain file")
        if status.st_size > bytes_max:
            raise NotPlain(f"more than {bytes_max:,} bytes")
        with os.fdopen(handle, "rb", closefd=False) as file:
            data = file.read(bytes_max + 1)
    finally:
        os.close(handle)
    if len(data) > bytes_max:
        raise NotPlain(f"more than {bytes_max:,} bytes")
    return data


def place_new(path: Path, write: Callable[[Path], object]) -> bool:
    """Let ``write`` make a file and give it its name; False where the name is taken already.

    ``write`` gets the hidden path. Nothing is left behind where it raises.
    """
    hidden = path.parent / f".{path.name}.{token_hex(6)}"
    try:
        write(hidden)
        sync(hidden)
        return link_new(hidden, path)
    finally:
        hidden.unlink(missing_ok=True)


def link_new(hidden: Path, path: Path) -> bool:
    """Give a written file its name, on disk; False where the name is taken already."""
    try:
        path.hardlink_to(hidden)
    except FileExistsError:
        return False
    sync(path.parent)
    return True


def move_new(source: Path, folder: Path) -> Path | None:
    """Move a file into a folder, never onto another; its new path, None where it is gone.

    Where the name is taken there, a number comes behind it.
    """
    name, number = source.name, 1
    while True:
        target = folder / name
        try:
            target.hardlink_to(source)
        except FileNotFoundError:
            return None
        except FileExistsError:
            # Killed between the two steps, the file has both names: then this finishes it.
            if not _is_same(source, target):
                number += 1
                name = f"{source.stem}~{number}{source.suffix}"
                continue
        source.unlink(missing_ok=True)
        sync(folder)
        sync(source.parent)
        return target


def put_aside(file: Path, folder: Path, finding: Finding) -> None:
    """Move a file that cannot be used out of the way; a note beside it says why.

    The note is the finding as JSON, under the file's name with ``.why`` behind. It is there before
    the file goes, so that no file is ever put aside without a reason.
    """
    folder.mkdir(parents=True, exist_ok=True)
    note = json.dumps(finding.as_json(), ensure_ascii=False, indent=1).encode()
    name, number = file.name, 1
    while not place_new(folder / f"{name}{WHY}", lambda hidden: hidden.write_bytes(note)):
        if (folder / f"{name}{WHY}").read_bytes() == note and not (folder / name).exists():
            break
        number += 1
        name = f"{file.stem}~{number}{file.suffix}"
    file.rename(folder / name)
    sync(folder)
    sync(file.parent)


def findings_in(folder: Path) -> list[Finding]:
    """Why the files of this folder were put aside, by their names."""
    found = []
    for note in sorted(folder.glob(f"*{WHY}")):
        said = json.loads(note.read_text(encoding="utf-8"))
        found.append(
            Finding(
                said["code"],
                masked_text(said["message"]),
                said["hint"],
                severity=Severity(said["severity"]),
            )
        )
    return found


class InOtherHands(Exception):
    """Another process holds this file."""


def hold(handle: int) -> None:
    """Hold an open file until it is closed, so that nobody else does. Raises InOtherHands.

    It holds whatever becomes of the database, whose locks a restart lets go.
    """
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise InOtherHands from None


def write_whole(handle: int, data: bytes) -> None:
    """Write at the end of a file all of it, or nothing. Raises OSError."""
    before, left = os.fstat(handle).st_size, memoryview(data)
    try:
        while left:
            left = left[os.write(handle, left) :]
    except OSError:
        os.ftruncate(handle, before)
        raise


def remove_hidden(folder: Path, name: str) -> None:
    """Remove what a killed process left of a file that it was writing.

    Only for whoever alone writes files of this name.
    """
    for left in folder.glob(f".{name}.*"):
        left.unlink(missing_ok=True)


def sync(path: Path) -> None:
    """Put a file, or the names in a folder, on disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _is_same(source: Path, target: Path) -> bool:
    try:
        return source.samefile(target)
    except FileNotFoundError:
        return False
