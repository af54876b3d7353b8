"""``plan``: everything that is due by a programme, with what it comes to."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from datetime import datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from makegood.cli.options import BasePaths, Json, Language, Quiet, language_of
from makegood.cli.output import answer, expect_json, out, progress, table
from makegood.kernel import Finding, MakegoodError

if TYPE_CHECKING:
    from makegood.decisions import Decisions
    from makegood.kernel import Progress
    from makegood.programmes import Programme
    from makegood.runs import Expected, TopUp

_DAY = ["%Y-%m-%d"]
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
        typer.Option("--from", metavar="DATE", formats=_DAY, help="Leave out what is due before."),
    ] = None,
    until: Annotated[
        datetime | None,
        typer.Option("--until", metavar="DATE", formats=_DAY, help="The last day; else all."),
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
    """Show every run that is due: when, to how many, how much, by which way, who lets it go.

    Example: `makegood plan kt-2025 --from 2026-01-01 --until 2026-03-31`
    """
    expect_json(json_wanted)
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
    first = _instant(loaded, since, time.min)
    found = [entry for entry in found if first is None or entry.due.due_at >= first]
    if json_wanted:
        answer(_plain(loaded, found, added) | {"findings": [each.as_json() for each in held]})
        return
    _show(loaded, found, added, language_of(lang, loaded.languages))
    for each in held:
        out.print(f"{each.code} {each.message}", markup=False)


_Shown = tuple["Programme", "list[Expected]", "tuple[TopUp, ...] | None", "list[Finding]"]


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
    from makegood.runs import Expected, due, expected

    programme = load_programme(file)
    entries = due(programme, _until(programme, until))
    with ExitStack() as stack:
        decided = _decided(stack, programme, decisions, population, base, tell)
        found = [
            expected(programme, decided, each) if decided else Expected(each, None, None)
            for each in entries
        ]
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

        permitted(visitor, Act.PLAN_RUNS, ResourceKind.RUN, resource_id=name)
        programme = programme_in_force(name)
        decisions = None
        if newest(name) is not None:
            decided = runs.newest_decisions(settings, programme, None, tell, promised=False)
            decisions = decided.decisions
        found = runs.agenda(programme, _until(programme, until), decisions)
        held = runs.held_back(settings, programme, found)
        added = runs.top_ups(settings, name, tell) if top_ups else None
        for top_up in added or () if start else ():
            if top_up.heads:
                runs.plan_run(settings, name, top_up.due, visitor.actor, tell)
    return programme, found, added, held


def _until(programme: Programme, until: datetime | None) -> datetime:
    """The end of the day that is named, or the instant of the last run."""
    from makegood.runs import last_due

    given = _instant(programme, until, time.max)
    if given is not None:
        return given
    zone = ZoneInfo(programme.section.time_zone)
    return last_due(programme) or datetime.max.replace(tzinfo=zone)


def _instant(programme: Programme, day: datetime | None, at: time) -> datetime | None:
    zone = ZoneInfo(programme.section.time_zone)
    return datetime.combine(day.date(), at, zone) if day else None


def _plain(
    programme: Programme, found: Sequence[Expected], added: Sequence[TopUp] | None
) -> dict[str, Any]:
    told: dict[str, Any] = {
        "ok": True,
        "programme": programme.identifier,
        "sha256": programme.sha256,
        "currency": programme.currency.code,
        "due": [_plain_due(each) for each in found],
    }
    if added is not None:
        told["top_ups"] = [
            {
                "measure": each.due.measure,
                "period": each.due.period,
                "channel": each.due.channel.value,
                "heads": each.heads,
                "amount": each.amount,
                "worse": each.worse,
                "worse_amount": each.worse_amount,
                "unfinished": each.unfinished,
            }
            for each in added
        ]
    return told


def _plain_due(each: Expected) -> dict[str, Any]:
    return {
        "due_at": each.due.due_at.isoformat(),
        "kind": each.due.kind.value,
        "measure": each.due.measure,
        "period": each.due.period,
        "channel": each.due.channel.value,
        "heads": each.heads,
        "amount": each.amount,
        "at_most": each.at_most,
        "needs_release": each.due.needs_release,
        "run": str(each.run.run_id) if each.run else None,
        "state": each.run.state.value if each.run else None,
    }


def _show(
    programme: Programme,
    found: Sequence[Expected],
    added: Sequence[TopUp] | None,
    language: str,
) -> None:
    from makegood.runs import RULES

    columns = ["due", "what", "measure", "heads", "amount", "by", "second person", "run"]
    shown = table(f"{programme.identifier}: what is due", columns, ["due", "heads", "amount"])
    for each in found:
        due = each.due
        words = RULES[due.kind].words
        shown.add_row(
            f"{due.due_at:%Y-%m-%d %H:%M}",
            words.get(language, words["en"]),
            due.measure or "-",
            _number(each.heads, at_most=each.at_most),
            _money(programme, each, language),
            due.channel.value,
            "yes" if due.needs_release else "",
            f"{str(each.run.run_id)[:_SHORT]} {each.run.state.value}" if each.run else "",
        )
    out.print(shown if found else "nothing is due")
    if added is not None:
        _show_top_ups(programme, added, language)


def _show_top_ups(programme: Programme, added: Sequence[TopUp], language: str) -> None:
    numbers = ["more to", "amount", "less to", "not taken back"]
    shown = table("What the version in force adds", ["measure", "by", *numbers, ""], numbers)
    for each in added:
        note = f"{each.unfinished} runs are not closed yet" if each.unfinished else ""
        shown.add_row(
            each.due.measure,
            each.due.channel.value,
            f"{each.heads:,}",
            programme.currency.text(each.amount, language),
            f"{each.worse:,}",
            programme.currency.text(each.worse_amount, language),
            note,
        )
    out.print(shown if added else "the version in force adds nothing to what was done")


def _number(heads: int | None, *, at_most: bool) -> str:
    if heads is None:
        return "?"
    return f"≤ {heads:,}" if at_most else f"{heads:,}"


def _money(programme: Programme, each: Expected, language: str) -> str:
    if each.amount is None:
        return "?"
    if not each.amount:
        return ""
    text = programme.currency.text(each.amount, language)
    return f"≤ {text}" if each.at_most else text
