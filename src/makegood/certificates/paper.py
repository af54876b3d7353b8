"""The facts of a certificate as a PDF: the same bytes for the same facts.

Set by Typst, with a font of this package alone, of which the letters that are used are embedded: so
Korean is readable wherever it is opened. The file is tagged (PDF/UA-1), and says its language.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

import typst

_FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Paper:
    """What stands on a certificate, in words already. ``rows`` are labels with their values."""

    language: str
    title: str
    subject: str
    operator: str
    measure: str
    rows: Sequence[tuple[str, str]] = field(repr=False)
    against_title: str
    against: Sequence[str]
    promise_title: str
    promise: str
    about: str
    ask: str
    dated: date


def pdf_of(paper: Paper) -> bytes:
    """The certificate as a PDF."""
    facts: Mapping[str, object] = {
        "language": paper.language,
        "title": paper.title,
        "subject": paper.subject,
        "operator": paper.operator,
        "measure": paper.measure,
        "rows": [list(row) for row in paper.rows],
        "against_title": paper.against_title,
        "against": list(paper.against),
        "promise_title": paper.promise_title,
        "promise": paper.promise,
        "about": paper.about,
        "ask": paper.ask,
        "date": [paper.dated.year, paper.dated.month, paper.dated.day],
    }
    instant = datetime.combine(paper.dated, datetime.min.time(), UTC)
    return typst.compile(
        _template(),
        None,
        font_paths=_fonts(),
        format="pdf",
        sys_inputs={"facts": json.dumps(facts, ensure_ascii=False)},
        pdf_standards=["ua-1"],
        timestamp=int(instant.timestamp()),
    )


@cache
def _fonts() -> typst.Fonts:
    """The font of this package, and none of the machine's."""
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(_FOLDER / "fonts")],
    )


@cache
def _template() -> bytes:
    return (_FOLDER / "certificate.typ").read_bytes()
