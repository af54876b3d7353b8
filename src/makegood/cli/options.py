"""Arguments and options that several commands share."""

from __future__ import annotations

from datetime import date, datetime, tzinfo
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from makegood.kernel import Finding, MakegoodError, did_you_mean


def day_given(text: str) -> datetime:
    """A day that was typed, at its first instant. Raises BadParameter for anything else."""
    try:
        return datetime.combine(date.fromisoformat(text), datetime.min.time())
    except ValueError:
        raise typer.BadParameter(f"'{text}' is no day; write it as 2026-02-03") from None


def moment_given(text: str) -> datetime:
    """A day or a time of day that was typed, with an offset from UTC where one was."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        hint = "write it as 2026-02-03 or 2026-02-03T14:00"
        raise typer.BadParameter(f"'{text}' is no time; {hint}") from None


def in_zone(moment: datetime | None, zone: tzinfo) -> datetime | None:
    """A moment that was typed; without an offset it is meant in a zone."""
    return moment.replace(tzinfo=zone) if moment and moment.tzinfo is None else moment


def number_given(text: str) -> UUID:
    """An identifier that was typed whole."""
    try:
        return UUID(text)
    except ValueError:
        hint = "take it from the list; it looks like 2f0c5b52-8c0a-4a6e-9a56-0c8a5f6f4d11"
        raise typer.BadParameter(f"'{text}' is no identifier; {hint}") from None


def expect_in_order(first: datetime | None, last: datetime | None) -> None:
    """Raises BadParameter where a stretch of time ends before it begins."""
    if first is not None and last is not None and last < first:
        raise typer.BadParameter(f"the last day is before the first, {first:%Y-%m-%d}")


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
    typer.Option("--as-of", metavar="DATE", parser=day_given, help="The day of the facts."),
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


RunId = Annotated[str, typer.Argument(metavar="RUN", help="Its identifier; 8 letters will do.")]
