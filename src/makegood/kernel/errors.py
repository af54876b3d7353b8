"""Findings about a text somebody wrote, and the one exception that carries them.

A *finding* says what is wrong, where, and what to do next. All findings of a file are collected
and shown together, so that an author mends a programme in one round.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from unicodedata import east_asian_width


class Severity(StrEnum):
    """How much a finding weighs: an error refuses the input, a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A stretch of one line of a text file. ``line`` and ``column`` count from 1."""

    file: str
    line: int
    column: int
    width: int = 1
    text: str = ""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong: a stable ``code``, what, where, and what to do next."""

    code: str
    message: str
    hint: str = ""
    place: Place | None = None
    severity: Severity = Severity.ERROR

    def render(self) -> str:
        """The finding as people read it: place and message, the line with a caret, the hint."""
        head = f"{self.severity.value} {self.code}: {self.message}"
        lines = [f"{self.place}: {head}" if self.place else head]
        if self.place and self.place.text:
            gutter = f"{self.place.line:>5} | "
            lines.append(gutter + self.place.text)
            lines.append(" " * (len(gutter) - 2) + "| " + _caret(self.place))
        if self.hint:
            lines.append(f"      = {self.hint}")
        return "\n".join(lines)

    def as_json(self) -> dict[str, object]:
        """The finding as plain values, for ``--json``."""
        place = self.place
        return {
            "code": self.code,
            "severity": self.severity.value,
            "message": self.message,
            "hint": self.hint,
            "file": place.file if place else None,
            "line": place.line if place else None,
            "column": place.column if place else None,
        }


class MakegoodError(Exception):
    """Input that cannot be used; ``findings`` says why. Never empty, errors in order of place."""

    def __init__(self, findings: Finding | Iterable[Finding]) -> None:
        self.findings: tuple[Finding, ...] = (
            (findings,) if isinstance(findings, Finding) else tuple(findings)
        )
        super().__init__("\n\n".join(finding.render() for finding in self.findings))


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """``did you mean 'x'?`` for the nearest of the known words, or nothing where none is near."""
    near = difflib.get_close_matches(word, sorted(known), n=1, cutoff=0.6)
    return f"did you mean '{near[0]}'?" if near else ""


def _caret(place: Place) -> str:
    """Spaces and carets under the stretch; a wide character takes two cells of a terminal."""
    before = place.text[: place.column - 1]
    under = place.text[place.column - 1 : place.column - 1 + place.width]
    blank = "".join("\t" if c == "\t" else " " * _cells(c) for c in before)
    return blank + "^" * max(1, sum(_cells(c) for c in under))


def _cells(character: str) -> int:
    return 2 if east_asian_width(character) in "WF" else 1
