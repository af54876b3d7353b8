"""Writes the report's page: the template filled in, and put in place whole."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from makegood.decisions.manifest import Decisions
from makegood.decisions.report.figures import figures_of
from makegood.decisions.report.words import Words
from makegood.kernel import Finding, MakegoodError, Progress, silent
from makegood.population import Snapshot, refuse_within, write_whole
from makegood.programmes import Programme

if TYPE_CHECKING:
    import jinja2

    from makegood.decisions.report.page import Page


def write_report(
    decisions: Decisions,
    programme: Programme,
    snapshot: Snapshot | None,
    out: Path,
    *,
    language: str,
    progress: Progress = silent,
) -> None:
    """Write the decisions as one self-contained HTML page, in one of the programme's languages.

    ``snapshot`` is the population they were made for; without it the page has no part by day.
    Raises MakegoodError MG605 where ``out`` lies in a folder that never changes, MG606, MG607 or
    MG610 where the inputs are damaged, not closed or do not belong together, MG616 for another
    language, and MG509 where the page cannot be written; then ``out`` is as it was.
    """
    refuse_within(out)
    # Drawing is loaded where it is used: nothing but a report waits for it.
    from makegood.decisions.report.page import page_of

    words = Words(programme, language)
    figures = figures_of(decisions, programme, snapshot, progress)
    page = page_of(decisions, programme, snapshot, figures, words, progress)
    _put(out, _filled(page, words))


@cache
def _environment() -> jinja2.Environment:
    import jinja2

    from makegood.drawing import page_style

    pieces = files(__package__).joinpath("pieces")
    texts = {
        name: pieces.joinpath(name).read_text(encoding="utf-8")
        for name in ("page.html", "parts.html")
    }
    texts["style.css"] = page_style()
    return jinja2.Environment(
        loader=jinja2.DictLoader(texts),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _filled(page: Page, words: Words) -> str:
    return _environment().get_template("page.html").render(page=page, say=words.say)


def _put(out: Path, text: str) -> None:
    try:
        write_whole(out, text)
    except OSError as error:
        message = f"cannot write '{out.name or out}': {(error.strerror or str(error)).lower()}"
        hint = "nothing was left behind; give --out a file in a folder that is there and has room"
        raise MakegoodError(Finding("MG509", message, hint)) from error
