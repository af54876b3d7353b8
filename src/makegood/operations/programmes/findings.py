"""Findings as a page shows them: what, the line with the place marked, what to do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from makegood.kernel import Finding, Severity
from makegood.operations.frame import language
from makegood.operations.programmes.codes import KOREAN

_SHOWN_MAX = 200
_LINE_MAX = 400


@dataclass(frozen=True, slots=True)
class ShownFinding:
    """A finding with its line in three pieces: before the place, the place, behind it."""

    code: str
    title: str
    message: str
    hint: str
    is_warning: bool
    file: str = ""
    line: int = 0
    column: int = 0
    before: str = ""
    marked: str = ""
    behind: str = ""


def shown_findings(findings: Iterable[Finding]) -> list[ShownFinding]:
    """The first findings, errors and warnings, in their order."""
    return [_shown(finding) for finding, _ in zip(findings, range(_SHOWN_MAX), strict=False)]


def _shown(finding: Finding) -> ShownFinding:
    title = KOREAN.get(finding.code, "") if language() == "ko" else ""
    warning = finding.severity is Severity.WARNING
    given = (finding.code, title, finding.message, finding.hint, warning)
    place = finding.place
    if place is None:
        return ShownFinding(*given)
    start = place.column - 1
    # A line may be as long as the file: what is around the place is enough.
    first = max(0, start - _LINE_MAX // 2)
    end = min(start + max(1, place.width), start + _LINE_MAX)
    before = ("…" if first else "") + place.text[first:start]
    behind = place.text[end : end + _LINE_MAX // 2]
    return ShownFinding(
        *given, place.file, place.line, place.column, before, place.text[start:end], behind
    )
