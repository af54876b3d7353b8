"""Files that a command writes anew and never over another."""

from __future__ import annotations

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


def _there(file: Path) -> MakegoodError:
    hint = "nothing was overwritten; choose another file"
    return MakegoodError(Finding("MG759", f"'{file}' is there already", hint))
