"""``run list | troubles | show | release | pause | resume | cancel | retry``: runs on their way."""

from __future__ import annotations

from typing import Annotated

import typer

from makegood.cli.figures import local_second
from makegood.cli.options import Json, RunId
from makegood.cli.output import answer, expect_json, out, table
from makegood.cli.run_deviations import deviations
from makegood.cli.run_quantities import brought_by, plain_brought, tell_brought
from makegood.cli.run_steering import cancel, pause, resolve, resume, retry
from makegood.cli.runs_answers import (
    currency_of,
    name_of,
    plain,
    plain_item,
    plain_view,
    seen_now,
    short_of,
    state_of,
    tell,
)
from makegood.cli.visiting import visiting
from makegood.kernel import Finding, MakegoodError

commands = typer.Typer(no_args_is_help=True, help="Runs: what was decided, on its way out.")
commands.command()(deviations)

_OPEN_SHOWN = 50


@commands.command("list")
def list_(
    programme: Annotated[
        str, typer.Option("--programme", metavar="NAME", help="Of one programme only.")
    ] = "",
    state: Annotated[
        str, typer.Option("--state", metavar="STATE", help="planned, sending, closed, …")
    ] = "",
    limit: Annotated[int, typer.Option("--limit", min=1, max=1_000, help="How many.")] = 100,
    json_wanted: Json = False,
) -> None:
    """List runs, those due last first.

    Example: `makegood run list --state sending`
    """
    expect_json(json_wanted)
    with visiting() as visitor:
        from makegood.redress.serving import programme_in_force
        from makegood.runs import RunState, list_runs

        if state and state not in list(RunState):
            hint = f"one of: {', '.join(RunState)}"
            raise MakegoodError(Finding("MG870", f"no run is ever '{state[:20]}'", hint))
        found = list_runs(visitor, programme, state, limit)
        if programme and not found:
            programme_in_force(programme)
        seen = seen_now(found)
    if json_wanted:
        answer({"ok": True, "runs": [plain(each) for each in seen]})
        return
    numbers = ["items", "total", "done", "failed", "returned", "not sent yet", "unknown"]
    shown = table("Runs", ["run", "due", "what", "state", *numbers], numbers)
    for each in seen:
        run = each.run
        counts = (run.done, run.failed, run.returned, each.not_sent, each.unknown)
        shown.add_row(
            short_of(run),
            local_second(run.due_at, each.zone),
            name_of(run),
            state_of(run),
            f"{run.items:,}",
            currency_of(run).plain(run.total),
            *(f"{count:,}" for count in counts),
        )
    out.print(shown if found else "no runs")


@commands.command()
def troubles(json_wanted: Json = False) -> None:
    """Show what goes wrong in the work just now, the oldest first; what is over is gone.

    Example: `makegood run troubles`
    """
    expect_json(json_wanted)
    with visiting() as visitor:
        from makegood.runs import list_troubles

        found = list_troubles(visitor)
    if json_wanted:
        told = [
            {
                "step": each.step.value,
                "words": each.words,
                "since": each.since.isoformat(),
                "seen_at": each.seen_at.isoformat(),
            }
            for each in found
        ]
        answer({"ok": True, "troubles": told})
        return
    for each in found:
        out.print(
            f"{each.step.value}, since {local_second(each.since)}: {each.words}", markup=False
        )
    if not found:
        out.print("nothing goes wrong")


@commands.command()
def show(run: RunId, json_wanted: Json = False) -> None:
    """Show a run: state, counts, times, shards, what failed and why, and what happens next.

    Items without an end are listed by their keys, the first 50 of them; so are lines that the facts
    lack, with the claims that are held for them.

    Example: `makegood run show 0b9c1d2e`
    """
    expect_json(json_wanted)
    with visiting() as visitor:
        from makegood.configuration import Settings
        from makegood.runs import (
            channel_findings,
            left_out_of,
            missing_lines,
            open_items,
            run_named,
            show_run,
        )

        settings = Settings.load()
        view = show_run(visitor, run_named(run).run_id)
        (seen,) = seen_now([view.run])
        open_now = open_items(settings, visitor, view.run.run_id, _OPEN_SHOWN)
        findings = channel_findings(settings, view.run.channel)
        brought = brought_by(settings, visitor, view.run)
        missing = missing_lines(settings, visitor, view.run.run_id, _OPEN_SHOWN)
        try:
            reasons = dict(left_out_of(settings, visitor, view.run.run_id))
        except MakegoodError as error:
            # What is wrong with the folder is said, and all else of the run is shown.
            reasons = {}
            findings = [*findings, *error.findings]
    if json_wanted:
        told = [each.as_json() for each in findings]
        opened = [plain_item(each) for each in open_now]
        shown = {**plain_view(view, seen), **plain_brought(brought)}
        held = [{"line": e.line_id, "claims": list(e.receipt_numbers)} for e in missing]
        shown = {**shown, "left_out_reasons": reasons, "missing_lines": held}
        answer({"ok": True, **shown, "open": opened, "channel_findings": told})
        return
    tell(view, seen)
    tell_brought(brought)
    for reason, count in reasons.items():
        out.print(f"left out: {count:,} {reason}", markup=False)
    for line in missing:
        claims = ", ".join(line.receipt_numbers) or "no claim is held for it any more"
        out.print(f"line {line.line_id}: not in the facts; {claims}", markup=False)
    for item in open_now:
        out.print(f"item {item.key}: {item.outcome}; shard {item.shard}", markup=False)
    for each in findings:
        out.print(f"{each.code} {each.message}", markup=False)


@commands.command()
def release(
    run: RunId,
    reason: Annotated[
        str, typer.Option("--reason", metavar="TEXT", help="Propose it, for this reason.")
    ] = "",
    json_wanted: Json = False,
) -> None:
    """Propose to release a checked run (with --reason), or release one that is approved.

    Another authorised person approves the proposal in between; where nobody has, it is named. How
    its lines deviate from what they were shown is told, and is a part of what is proposed.

    Example: `makegood run release 0b9c1d2e --reason "totals as agreed with the bank"`
    """
    expect_json(json_wanted)
    from makegood.configuration import Settings

    with visiting() as visitor:
        from makegood import runs

        run_id = runs.run_named(run).run_id
        if reason:
            made = runs.propose_release(visitor, run_id, reason)
            proposed, released = str(made.proposal_id), None
        else:
            proposed, released = "", runs.release(Settings.load(), visitor, run_id)
        deviating = runs.deviating_words(runs.run_of(run_id))
    if json_wanted:
        state = released.state.value if released else "checked"
        told = {"proposal": proposed or None, "deviates": deviating}
        answer({"ok": True, "run": str(run_id), "state": state, **told})
        return
    if deviating:
        out.print(deviating)
    if released:
        out.print(f"run {run_id} is released: 'makegood work' sends it")
    else:
        out.print(f"proposal {proposed}: release run {run_id}")
        out.print(f"another person: makegood proposal approve {proposed}")


for _each in (pause, resume, cancel, retry, resolve):
    commands.command()(_each)
