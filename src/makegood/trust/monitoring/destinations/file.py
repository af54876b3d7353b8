"""Events into a file of JSON lines, which is closed and renamed when it is full."""

from __future__ import annotations

import os
from pathlib import Path

from makegood.trust.monitoring.destinations.protocol import (
    Batch,
    NotDelivered,
    as_line,
    reason_of,
)

MEBIBYTE = 1 << 20
BYTES_MAX = 64 * MEBIBYTE
_CHUNK = 65_536


class FileDestination:
    """Appends to ``path``. Full files are named after the place of their last event.

    Nothing is ever removed: that is up to whoever collects the files.
    """

    def __init__(self, path: Path, bytes_max: int = BYTES_MAX) -> None:
        self.path = path
        self.bytes_max = bytes_max

    @property
    def name(self) -> str:
        """As a URL."""
        return self.path.as_uri()

    def deliver(self, batch: Batch) -> None:
        """Append the batch and see it on the disk."""
        lines = b"".join(as_line(event) + b"\n" for event in batch)
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            is_new = not self.path.exists()
            descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                self._append(descriptor, lines)
                size = os.fstat(descriptor).st_size
            finally:
                os.close(descriptor)
            if size >= self.bytes_max:
                self.path.replace(self._full_name(batch))
            if is_new or size >= self.bytes_max:
                _see_folder(self.path.parent)
        except OSError as error:
            raise NotDelivered(reason_of(error)) from error

    def _append(self, descriptor: int, lines: bytes) -> None:
        """Write after the last whole line: half a line is from a process that was killed."""
        end = _end_of_lines(descriptor)
        os.ftruncate(descriptor, end)
        written = 0
        while written < len(lines):
            written += os.pwrite(descriptor, lines[written:], end + written)
        os.fsync(descriptor)

    def _full_name(self, batch: Batch) -> Path:
        place = batch[-1]["metadata"]["sequence"]
        return self.path.with_name(f"{self.path.stem}-{place:012}{self.path.suffix}")


def _end_of_lines(descriptor: int) -> int:
    """How many bytes the whole lines take."""
    end = os.fstat(descriptor).st_size
    while end > 0:
        start = max(0, end - _CHUNK)
        newline = os.pread(descriptor, end - start, start).rfind(b"\n")
        if newline >= 0:
            return start + newline + 1
        end = start
    return 0


def _see_folder(folder: Path) -> None:
    """See the folder's names on the disk too."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
