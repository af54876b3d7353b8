"""Files that a command writes anew and never over another."""

from __future__ import annotations

import os
from pathlib import Path

from makegood.kernel import Finding, MakegoodError


def expect_new(file: Path) -> None:
    """Raises MakegoodError MG759 where something is there already."""
    if file.exists():
        raise _there(file)


def write_new(file: Path, text: str) -> None:
    """Write a text into a new file. Raises MakegoodError MG759 where it is there already."""
    try:
        with file.open("x", encoding="utf-8") as opened:
            opened.write(text)
    except FileExistsError:
        raise _there(file) from None


def write_new_private(file: Path, content: bytes) -> None:
    """Write bytes into a new file that only this account reads. Raises as ``write_new``."""
    try:
        opened = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise _there(file) from None
    with os.fdopen(opened, "wb") as written:
        written.write(content)


def _there(file: Path) -> MakegoodError:
    hint = "nothing was overwritten; choose another file"
    return MakegoodError(Finding("MG759", f"'{file}' is there already", hint))
