"""``plan``: the whole calendar of a programme, with what its entries come to."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from datetime import datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from makegood.cli.figures import local_minute
from makegood.cli.options import (
    BasePaths,
    Json,
    Language,
    Quiet,
    day_given,
    expect_in_order,
    language_of,
)
from makegood.cli.output import answer, expect_json, out, progress, table
from makegood.cli.plan_top_ups import Added, added_by, plain_added, show_added
from makegood.kernel import Finding, MakegoodError

if TYPE_CHECKING:
    from makegood.decisions import Decisions
    from makegood.kernel import Progress
    from makegood.programmes import Programme
    from makegood.runs import CalendarEntry

_SHORT = 8


def add_to(application: typer.Typer) -> None:
    """Add the command of this file."""
    application.command()(plan)


def plan(
    programme: Annotated[
        str, typer.Argument(metavar="PROGRAMME", help="One that is in force, or a file.")
    ],
    since: Annotated[
        datetime | None,
        typer.Option(
            "--from", metavar="DATE", parser=day_given, help="Leave out what is due before."
        ),
    ] = None,
    until: Annotated[
        datetime | None,
        typer.Option("--until", metavar="DATE", parser=day_given, help="The last day; else all."),
    ] = None,
    decisions: Annotated[
        Path | None,
        typer.Option("--decisions", metavar="DIR", help="Of a file: decisions by it, for heads."),
    ] = None,
    population: Annotated[
        Path | None,
        typer.Option("--population", metavar="DIR", help="Of a file: a snapshot, decided here."),
    ] = None,
    base: BasePaths = None,
    show_top_ups: Annotated[
        bool, typer.Option("--top-ups", help="What an amended version adds to what was done.")
    ] = False,
    start: Annotated[
        bool, typer.Option("--start", help="Plan the top-ups as runs; two persons release them.")
    ] = False,
    lang: Language = None,
    json_wanted: Json = False,
    quiet: Quiet = False,
) -> None:
    """Show the calendar: every window, every run, to how many, how much, who lets it go.

    Example: `makegood plan kt-2025 --from 2026-01-01 --until 2026-03-31`
    """
    expect_json(json_wanted)
    expect_in_order(since, until)
    file = Path(programme)
    if file.suffix in {".yaml", ".yml"} or file.is_file():
        if show_top_ups or start:
            hint = "name a programme that is in force: 'makegood programme list'"
            raise MakegoodError(Finding("MG869", "a file has no runs to add to", hint))
        with progress(quiet=quiet) as tell:
            shown = _of_file(file, decisions, population, base or [], until, tell)
    else:
        if decisions or population or base:
            hint = "name a file, or leave out --decisions, --population and --base"
            message = "a programme in force is planned from its registered lines"
            raise MakegoodError(Finding("MG869", message, hint))
        with progress(quiet=quiet) as tell:
            shown = _in_force(programme, until, tell, top_ups=show_top_ups or start, start=start)
    loaded, found, added, held = shown
    first, last = _instant(loaded, since, time.min), _instant(loaded, until, time.max)
    found = [
        entry
        for entry in found
        if (first is None or entry.at >= first) and (last is None or entry.at <= last)
    ]
    if json_wanted:
        answer(_plain(loaded, found, added) | {"findings": [each.as_json() for each in held]})
        return
    _show(loaded, found, added, language_of(lang, loaded.languages))
    for each in held:
        out.print(f"{each.code} {each.message}", markup=False)


_Shown = tuple["Programme", "list[CalendarEntry]", "Added | None", "list[Finding]"]


def _of_file(
    file: Path,
    decisions: Path | None,
    population: Path | None,
    base: Sequence[Path],
    until: datetime | None,
    tell: Progress,
) -> _Shown:
    """From the file alone, with the heads of decisions where some are given. No store."""
    from makegood.programmes import load_programme
    from makegood.runs import draft_timetable

    programme = load_programme(file)
    with ExitStack() as stack:
        decided = _decided(stack, programme, decisions, population, base, tell)
        found = draft_timetable(programme, decided, _instant(programme, until, time.max))
    return programme, found, None, []


def _decided(
    stack: ExitStack,
    programme: Programme,
    decisions: Path | None,
    population: Path | None,
    base: Sequence[Path],
    tell: Progress,
) -> Decisions | None:
    from tempfile import TemporaryDirectory

    from makegood.decisions import decide, open_decisions
    from makegood.kernel import SystemClock
    from makegood.population import open_snapshot

    if decisions is not None:
        found = open_decisions(decisions)
        if found.programme_sha256 != programme.sha256:
            message = f"the decisions were made by another version of '{found.programme}'"
            hint = "decide with this file, or give --population"
            raise MakegoodError(Finding("MG630", message, hint))
        return found
    if population is None:
        return None
    folder = Path(stack.enter_context(TemporaryDirectory())) / "decisions"
    bases = [open_snapshot(path) for path in base]
    snapshot = open_snapshot(population)
    made = decide(programme, snapshot, bases, folder, clock=SystemClock(), progress=tell)
    return made.decisions


def _in_force(
    name: str, until: datetime | None, tell: Progress, *, top_ups: bool, start: bool
) -> _Shown:
    from makegood.cli.visiting import permitted, visiting
    from makegood.configuration import Settings
    from makegood.trust.policy import Act, ResourceKind

    settings = Settings.load()
    with visiting() as visitor:
        from makegood import runs
        from makegood.redress.serving import newest, programme_in_force
        from makegood.runs import Stage

        permitted(visitor, Act.PLAN_RUNS, ResourceKind.RUN, resource_id=name)
        programme = programme_in_force(name)
        decisions = None
        if newest(name) is not None:
            decided = runs.newest_decisions(settings, programme, None, tell, promised=False)
            decisions = decided.decisions
        last = _instant(programme, until, time.max)
        found = runs.timetable(settings, programme, decisions, last)
        waiting = [each.due for each in found if each.due and each.stage is Stage.NOT_PLANNED]
        held = runs.held_back(settings, programme, waiting)
        added = added_by(settings, name, visitor, tell, start=start) if top_ups else None
    return programme, found, added, held


def _instant(programme: Programme, day: datetime | None, at: time) -> datetime | None:
    zone = ZoneInfo(programme.section.time_zone)
    return datetime.combine(day.date(), at, zone) if day else None


def _plain(
    programme: Programme, found: Sequence[CalendarEntry], added: Added | None
) -> dict[str, Any]:
    from makegood.runs import undated

    told: dict[str, Any] = {
        "ok": True,
        "programme": programme.identifier,
        "sha256": programme.sha256,
        "currency": programme.currency.code,
        "time_zone": programme.section.time_zone,
        "calendar": [_plain_entry(each) for each in found],
        "undated": undated(programme),
    }
    if added is not None:
        told |= plain_added(added)
    return told


def _plain_entry(each: CalendarEntry) -> dict[str, Any]:
    run = each.due.run if each.due else None
    due = each.due.due if each.due else None
    return {
        "at": each.at.isoformat(),
        "is_whole_day": each.is_whole_day,
        "is_run": due is not None,
        "kind": each.kind,
        "measure": each.measure,
        "words": dict(each.words),
        "period": due.period if due else None,
        "channel": due.channel.value if due else None,
        "heads": each.heads,
        "amount": each.amount,
        "at_most": each.at_most,
        "needs_release": due.needs_release if due else None,
        "run": str(run.run_id) if run else None,
        "state": run.state.value if run else each.stage.value if each.stage else None,
    }


def _show(
    programme: Programme,
    found: Sequence[CalendarEntry],
    added: Added | None,
    language: str,
) -> None:
    from makegood.runs import undated

    columns = ["when", "what", "measure", "heads", "amount", "by", "second person", "state"]
    title = f"{programme.identifier}: calendar, times of {programme.section.time_zone}"
    shown = table(title, columns, ["heads", "amount"])
    for each in found:
        due = each.due.due if each.due else None
        shown.add_row(
            f"{each.at:%Y-%m-%d}" if each.is_whole_day else local_minute(each.at, each.at.tzinfo),
            each.words.get(language, each.words.get("en", "")),
            each.measure or "-",
            _number(each),
            _money(programme, each, language),
            due.channel.value if due else "",
            "yes" if due and due.needs_release else "",
            _state(each, language),
        )
    out.print(shown if found else "the calendar names nothing for these days")
    if names := undated(programme):
        out.print(f"no day is named yet for: {', '.join(names)}")
    if added is not None:
        show_added(programme, added, language)


def _state(each: CalendarEntry, language: str) -> str:
    """Where it stands; of a run that was planned its name, too."""
    from makegood.runs import STATE_WORDS

    run = each.due.run if each.due else None
    if run is None:
        return each.stage.text(language) if each.stage else ""
    words = STATE_WORDS[run.state]
    return f"{str(run.run_id)[:_SHORT]} {words.get(language, words['en'])}"


def _number(each: CalendarEntry) -> str:
    if each.heads is None:
        return "?" if each.is_counted else ""
    return f"≤ {each.heads:,}" if each.at_most else f"{each.heads:,}"


def _money(programme: Programme, each: CalendarEntry, language: str) -> str:
    if each.amount is None:
        return "?" if each.is_counted else ""
    if not each.amount:
        return ""
    text = programme.currency.text(each.amount, language)
    return f"≤ {text}" if each.at_most else text
