"""``makegood rehearse``: a whole programme on a virtual clock, compared with its oracle."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from makegood.cli.exit_codes import FINDING
from makegood.cli.options import Json, ProgrammePath, Quiet
from makegood.cli.output import answer, aside, expect_json, out, progress, table
from makegood.rehearsal import Faults, Outcome, Rehearsal

if TYPE_CHECKING:
    from makegood.programmes import Programme

_SHOWN_MAX = 10


def add_to(application: typer.Typer) -> None:
    """Register the command."""
    application.command()(rehearse)


def rehearse(
    file: ProgrammePath,
    lines: Annotated[
        int, typer.Option("--lines", metavar="N", min=1, help="How many made-up lines.")
    ] = 20_000,
    seed: Annotated[
        int, typer.Option("--seed", metavar="S", min=0, help="The same seed, the same story.")
    ] = 1,
    faults: Annotated[
        Faults, typer.Option("--faults", help="How much goes wrong: none, some, many.")
    ] = Faults.SOME,
    report: Annotated[
        Path | None,
        typer.Option("--report", metavar="OUT", help="Write what came of it as a page."),
    ] = None,
    home: Annotated[
        Path | None,
        typer.Option("--home", metavar="DIR", help="Keep the rehearsal's data in a new folder."),
    ] = None,
    language: Annotated[
        str, typer.Option("--lang", metavar="LANG", help="The report's language: ko, en.")
    ] = "",
    quiet: Quiet = False,
    json_wanted: Json = False,
) -> None:
    """Rehearse a programme from the announcement to the last grant, with faults and an oracle.

    Everything is played in a store of its own; no other is touched. Ends with 1 where one line has
    something else than the oracle beside the programme says.

    Example: `makegood rehearse programme.yaml --lines 20000 --seed 7 --faults many --report OUT`
    """
    expect_json(json_wanted)
    from makegood.rehearsal import expect_report, write_report
    from makegood.rehearsal import rehearse as play

    expect_report(report, language)
    asked = Rehearsal(file, lines, seed, faults, home)
    # Whoever ends it from outside leaves nothing behind either.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with progress(quiet=quiet) as told:
            outcome, programme = play(asked, tell=_silent if quiet else _tell, progress=told)
    except KeyboardInterrupt:
        aside.print("the rehearsal was ended; nothing of it is left" if home is None else "ended")
        raise typer.Exit(130) from None
    command = _command(asked)
    if report is not None:
        write_report(outcome, programme, report, command=command, language=language)
    if json_wanted:
        answer(_plain(outcome))
    else:
        _show(outcome, programme, report)
    if not outcome.holds:
        for one in outcome.differences[:_SHOWN_MAX]:
            aside.print(one.text(outcome.seed))
        aside.print(f"{outcome.difference_count:,} differences; the same again: {command}")
        raise typer.Exit(FINDING)


def _tell(at: datetime, words: str) -> None:
    aside.print(f"{at:%Y-%m-%d %H:%M}  {words}")


def _silent(at: datetime, words: str) -> None:
    del at, words


def _command(asked: Rehearsal) -> str:
    return (
        f"makegood rehearse {asked.file} --lines {asked.lines} --seed {asked.seed}"
        f" --faults {asked.faults.value}"
    )


def _show(outcome: Outcome, programme: Programme, report: Path | None) -> None:
    shown = table(
        f"{programme.identifier}: {outcome.lines:,} lines, seed {outcome.seed},"
        f" faults {outcome.faults}, {outcome.began} to {outcome.ended}",
        ["check", "looked at", "holds"],
        ["looked at"],
    )
    for check in outcome.checks:
        holds = "yes" if check.holds else f"no: {check.finding}".rstrip(": ")
        shown.add_row(check.name, f"{check.looked_at:,}", holds)
    out.print(shown)
    survived = ", ".join(_survived(outcome))
    out.print(f"survived: {survived or 'nothing was made to go wrong'}")
    acts = ", ".join(f"{count:,} {name}" for name, count in outcome.acts.items() if count)
    if acts:
        out.print(f"out of the ordinary: {acts}")
    for measure, (lines, less) in outcome.deviations.items():
        out.print(f"{measure}: {lines:,} lines deviate from what was shown, {less:,} of them less")
    if outcome.troubles:
        told = ", ".join(f"{count:,} {kind}" for kind, count in outcome.troubles.most_common())
        out.print(f"troubles while working: {told}", markup=False)
    verdict = "every line has what the oracle says" if outcome.holds else "IT DIFFERS"
    out.print(f"{verdict}; content {outcome.content_sha256[:12]}")
    if report is not None:
        out.print(f"the report: {report}")


def _survived(outcome: Outcome) -> Iterator[str]:
    """What went wrong: ``48 of 48 kills``, ``26 doubled``."""
    story = outcome.story
    for name, planned in story.planned.items():
        if planned:
            yield f"{story.survived[name]:,} of {planned:,} {name}"
    for name, count in sorted(story.survived.items()):
        if count and not story.planned[name]:
            yield f"{count:,} {name}"


def _plain(outcome: Outcome) -> dict[str, Any]:
    return {
        "ok": outcome.holds,
        "lines": outcome.lines,
        "seed": outcome.seed,
        "faults": outcome.faults,
        "began": outcome.began.isoformat(),
        "ended": outcome.ended.isoformat(),
        "content_sha256": outcome.content_sha256,
        "checks": [
            {
                "name": check.name,
                "looked_at": check.looked_at,
                "holds": check.holds,
                "finding": check.finding,
            }
            for check in outcome.checks
        ],
        "difference_count": outcome.difference_count,
        "differences": [
            {
                "line": one.line_id,
                "measure": one.measure,
                "what": one.what,
                "expected": one.expected,
                "found": one.found,
            }
            for one in outcome.differences
        ],
        "runs": len(outcome.runs),
        "survived": dict(outcome.story.survived),
        "planned": dict(outcome.story.planned),
        "acts": dict(outcome.acts),
        "deviations": {
            measure: {"lines": lines, "less": less}
            for measure, (lines, less) in outcome.deviations.items()
        },
        "troubles": dict(outcome.troubles.most_common()),
    }
