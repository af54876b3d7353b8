"""Arguments and options that several commands share."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from makegood.kernel import Finding, MakegoodError, did_you_mean

ProgrammePath = Annotated[Path, typer.Argument(metavar="FILE", help="The programme file.")]
PopulationPath = Annotated[
    Path, typer.Option("--population", metavar="DIR", help="The snapshot of all lines.")
]
BasePaths = Annotated[
    list[Path] | None,
    typer.Option(
        "--base",
        metavar="DIR",
        help="The snapshot as of the day of a base population; may be given again.",
    ),
]
OutPath = Annotated[
    Path, typer.Option("--out", metavar="DIR", help="The folder to write; must not hold others.")
]
AsOf = Annotated[
    datetime,
    typer.Option("--as-of", metavar="DATE", formats=["%Y-%m-%d"], help="The day of the facts."),
]
Json = Annotated[bool, typer.Option("--json", help="Answer in JSON.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress.")]
Language = Annotated[
    str | None, typer.Option("--lang", metavar="LANGUAGE", help="ko, en, …; the leading one else.")
]


def language_of(wanted: str | None, languages: list[str]) -> str:
    """The language to answer in. Raises MakegoodError MG616 where the programme has none such."""
    if wanted is None:
        return languages[0]
    if wanted not in languages:
        hint = did_you_mean(wanted, languages) or f"it speaks {', '.join(languages)}"
        raise MakegoodError(Finding("MG616", f"the programme does not speak '{wanted}'", hint))
    return wanted
