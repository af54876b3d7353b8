"""The log as a folder of static files that anybody can serve and check (C2SP tlog-tiles).

Files are only ever added, each whole; the checkpoint comes last, so that a folder is a sound log
at every instant. A second export adds what is new.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg

from makegood.kernel import Finding, MakegoodError, Progress, silent
from makegood.trust.audit.checkpoint import TreeHead
from makegood.trust.audit.checkpoints import Checkpoint, expected_checkpoint
from makegood.trust.audit.connections import driver_connection
from makegood.trust.audit.note import BadNote, parse_note, verified_by
from makegood.trust.audit.proving import cosigned_note
from makegood.trust.audit.signers import verifier_keys
from makegood.trust.audit.storage import Hole, stored_hashes, stored_subtree
from makegood.trust.audit.tile import ENTRIES, WIDTH, bundle, tile_path, tiles_between
from makegood.trust.audit.tree import leaf_hash, root_of

CHECKPOINT = "checkpoint"
_LOCK = ".lock"
_PAYLOADS = """
SELECT e.payload FROM audit_leaf l JOIN audit_entry e USING (entry_id)
WHERE l.leaf_index >= %s AND l.leaf_index < %s ORDER BY l.leaf_index
"""


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export did: the size before and after, and how many files it wrote."""

    old_size: int
    size: int
    files: int


def export(folder: Path, progress: Progress = silent) -> Exported:
    """Bring a folder to the newest checkpoint.

    Raises MakegoodError MG753 where there is no checkpoint, MG754 where the folder holds something
    else or another history, MG743 where the log is not the one of its checkpoint.
    """
    checkpoint = expected_checkpoint()
    with _alone(folder):
        old_size = _exported_size(folder, checkpoint)
        written = 0
        for level, index, width in tiles_between(old_size, checkpoint.size):
            written += _write_tile(folder, level, index, width, checkpoint)
            if level == 0:
                progress("entries", index * WIDTH + width, checkpoint.size)
        written += _write(folder / CHECKPOINT, cosigned_note(checkpoint).encode())
        _drop_outgrown(folder, old_size, checkpoint.size)
    return Exported(old_size, checkpoint.size, written)


def _exported_size(folder: Path, checkpoint: Checkpoint) -> int:
    """The size of what stands there: checked to be the beginning of this log."""
    try:
        text = (folder / CHECKPOINT).read_text(encoding="utf-8")
    except FileNotFoundError:
        return 0
    except UnicodeDecodeError:
        raise _other(folder, "its checkpoint is no text") from None
    try:
        note = parse_note(text)
        verified_by(note, verifier_keys())
        head = TreeHead.parse(note.text)
    except BadNote as reason:
        raise _other(folder, f"its checkpoint: {reason}") from None
    if head.size > checkpoint.size:
        raise _other(folder, f"it has {head.size:,} entries and this one {checkpoint.size:,}")
    try:
        same = root_of(head.size, stored_subtree(driver_connection())) == head.root
    except Hole:
        same = False
    if not same:
        raise _other(folder, "its checkpoint is of another history; run 'makegood audit verify'")
    return head.size


def _write_tile(folder: Path, level: int, index: int, width: int, checkpoint: Checkpoint) -> int:
    """Write a tile, and for leaves the bundle of their entries; how many files."""
    start = index * WIDTH
    try:
        hashes = stored_hashes(driver_connection(), level * 8, start, start + width)
    except Hole:
        raise _changed(checkpoint) from None
    written = _write(folder / tile_path(level, index, width), b"".join(hashes))
    if level == 0:
        payloads = _payloads(start, start + width)
        if [leaf_hash(payload) for payload in payloads] != hashes:
            raise _changed(checkpoint)
        written += _write(folder / tile_path(ENTRIES, index, width), bundle(payloads))
    return written


def _payloads(start: int, end: int) -> list[bytes]:
    with psycopg.Cursor(driver_connection()) as cursor:
        rows = cursor.execute(_PAYLOADS, (start, end), binary=True).fetchall()
    return [bytes(row[0]) for row in rows]


def _write(file: Path, content: bytes) -> int:
    """Put a file there whole; 0 where the same stands there already."""
    with suppress(FileNotFoundError):
        if file.read_bytes() == content:
            return 0
    file.parent.mkdir(parents=True, exist_ok=True)
    partial = file.with_name(f".{file.name}.part")
    with partial.open("wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    partial.replace(file)
    return 1


def _drop_outgrown(folder: Path, old_size: int, size: int) -> None:
    """Remove partial tiles of the checkpoint before, where wider ones stand there now."""
    level = 0
    while (count := old_size >> (8 * level)) > 0:
        index, width = divmod(count, WIDTH)
        now_there = min(WIDTH, (size >> (8 * level)) - index * WIDTH)
        if width and width != now_there:
            for kind in (level, ENTRIES) if level == 0 else (level,):
                file = folder / tile_path(kind, index, width)
                file.unlink(missing_ok=True)
                with suppress(OSError):
                    file.parent.rmdir()
        level += 1


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One export into a folder at a time; a folder of something else is refused."""
    folder.mkdir(parents=True, exist_ok=True)
    names = {entry.name for entry in folder.iterdir()}
    if names - {CHECKPOINT, "tile", _LOCK, f".{CHECKPOINT}.part"}:
        raise _other(folder, "it holds other files")
    (folder / _LOCK).touch(mode=0o600)
    with (folder / _LOCK).open("a+b") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _other(folder: Path, why: str) -> MakegoodError:
    message = f"'{folder.name}' is not an export of this log: {why}"
    return MakegoodError(
        Finding("MG754", message, "choose another folder; nothing was overwritten")
    )


def _changed(checkpoint: Checkpoint) -> MakegoodError:
    return MakegoodError(
        Finding(
            "MG743",
            f"the log is not the one of its checkpoint {checkpoint.number}; the export stopped",
            "run 'makegood audit verify', which says what was changed",
        )
    )
