"""Writes the report's page: the template filled in, and put in place whole."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from makegood.kernel import Finding, MakegoodError

if TYPE_CHECKING:
    import jinja2

    from makegood.programmes import Programme
    from makegood.rehearsal.story import Outcome


def write_report(
    outcome: Outcome, programme: Programme, out: Path, *, command: str, language: str = ""
) -> None:
    """Write what a rehearsal came to as one self-contained HTML page, in ``ko`` or ``en``.

    Without a language in the programme's leading one, where that is one of the two. ``command`` is
    what rehearses the same again. Raises MakegoodError MG616 for another language, MG509 where the
    page cannot be written; then ``out`` is as it was.
    """
    from makegood.population import write_whole

    # Drawing is loaded where it is used: nothing but a report waits for it.
    from makegood.rehearsal.report.page import page_of
    from makegood.rehearsal.report.words import LANGUAGES, Words

    leading = next((name for name in programme.languages if name in LANGUAGES), "en")
    words = Words(programme, language or leading)
    page = page_of(outcome, programme, words, command)
    text = _environment().get_template("page.html").render(page=page, say=words.say)
    try:
        write_whole(out, text)
    except OSError as error:
        message = f"cannot write '{out.name or out}': {(error.strerror or str(error)).lower()}"
        hint = "nothing was left behind; give --report a file in a folder that is there"
        raise MakegoodError(Finding("MG509", message, hint)) from error


def expect_report(out: Path | None, language: str = "") -> None:
    """Whether a report can be written, asked before hours are played for it.

    Raises MakegoodError MG616 for a language that reports do not speak, MG509 where the file's
    folder is not there.
    """
    from makegood.rehearsal.report.words import expect_spoken

    if language:
        expect_spoken(language)
    if out is not None and (out.is_dir() or not out.parent.is_dir()):
        hint = "nothing was played; give --report a file in a folder that is there"
        raise MakegoodError(Finding("MG509", f"cannot write '{out.name or out}'", hint))


@cache
def _environment() -> jinja2.Environment:
    import jinja2

    from makegood.drawing import page_style

    template = files(__package__).joinpath("pieces").joinpath("page.html").read_text("utf-8")
    return jinja2.Environment(
        loader=jinja2.DictLoader({"page.html": template, "style.css": page_style()}),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
