"""A folder that appears whole or not at all, whatever is killed when.

Everything is written into a hidden sibling, ``.<name>.partial-<random>``, which its owner holds
locked. When all is on disk, one rename gives it its name. The lock goes with the process, however
it ends: whoever comes next removes the leftovers that nobody holds, and only those.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from pathlib import Path
from secrets import token_hex
from types import TracebackType

from makegood.kernel import Finding, MakegoodError


class Staging:
    """Context manager: ``folder`` to write into, ``publish()`` to give it its name.

    Left without ``publish``, or by an exception, nothing remains. A failure of the file system
    (no space, no permission) becomes a MakegoodError (MG509).
    """

    def __init__(self, out: Path) -> None:
        self.out = out.absolute()
        self.folder = out
        self._lock = -1

    def __enter__(self) -> Staging:
        try:
            self.out.parent.mkdir(parents=True, exist_ok=True)
            remove_leftovers(self.out)
            while self._lock < 0:
                self.folder = self.out.parent / f"{_prefix(self.out)}{token_hex(6)}"
                self.folder.mkdir()
                self._lock = _locked(self.folder)
        except OSError as error:
            raise write_failure(self.out, error) from error
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        os.close(self._lock)
        if isinstance(error, OSError):
            raise write_failure(self.out, error) from error

    def publish(self) -> bool:
        """Put all on disk and rename. False where ``out`` holds something by now."""
        for path in self.folder.iterdir():
            sync(path)
        sync(self.folder)
        try:
            self.folder.rename(self.out)
        except OSError:
            if self.out.exists():
                return False
            raise
        sync(self.out.parent)
        return True


def write_failure(out: Path, error: OSError) -> MakegoodError:
    """A failure of the file system, as a finding."""
    reason = error.strerror or str(error)
    hint = "nothing was left behind; make room or choose another folder, then run it again"
    return MakegoodError(Finding("MG509", f"cannot write '{out.name}': {reason.lower()}", hint))


def remove_leftovers(out: Path) -> None:
    """Remove what dead runs towards ``out`` left behind; a folder somebody holds stays."""
    for folder in out.parent.iterdir():
        held = _locked(folder) if folder.name.startswith(_prefix(out)) else -1
        if held >= 0:
            shutil.rmtree(folder, ignore_errors=True)
            os.close(held)


def sync(path: Path) -> None:
    """Put a file, or the names in a folder, on disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _prefix(out: Path) -> str:
    return f".{out.name}.partial-"


def _locked(folder: Path) -> int:
    """A handle that holds the folder, or -1 where another holds it or it is gone."""
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except (FileNotFoundError, NotADirectoryError):
        return -1
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.path.samestat(os.fstat(handle), folder.stat()):
            return handle
    except (BlockingIOError, FileNotFoundError):
        pass
    except OSError:
        os.close(handle)
        raise
    os.close(handle)
    return -1
