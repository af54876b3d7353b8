"""``run list | show | release | pause | resume | cancel | retry``: what leaves, what is held."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from makegood.cli.figures import local_second
from makegood.cli.options import Json, Quiet
from makegood.cli.output import answer, expect_json, out, progress, table
from makegood.cli.visiting import visiting
from makegood.kernel import Currency, Finding, MakegoodError

if TYPE_CHECKING:
    from makegood.runs import ItemStanding, RunRow, RunView, ShardRow

commands = typer.Typer(no_args_is_help=True, help="Runs: what was decided, on its way out.")

_SHORT = 8
_SHARDS_SHOWN = 20
_OPEN_SHOWN = 50

RunId = Annotated[str, typer.Argument(metavar="RUN", help="Its identifier; 8 letters will do.")]
Reason = Annotated[
    str, typer.Option("--reason", metavar="TEXT", help="Why, for the log; nobody's data.")
]


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
    if json_wanted:
        answer({"ok": True, "runs": [_plain(run) for run in found]})
        return
    numbers = ["items", "total", "done", "failed", "returned", "unknown"]
    counts = ("done", "failed", "returned", "unknown")
    shown = table("Runs", ["run", "due", "what", "state", *numbers], numbers)
    for run in found:
        shown.add_row(
            str(run.run_id)[:_SHORT],
            local_second(run.due_at),
            _name(run),
            _state(run),
            f"{run.items:,}",
            _currency(run).plain(run.total),
            *(f"{getattr(run, name):,}" for name in counts),
        )
    out.print(shown if found else "no runs")


@commands.command()
def show(run: RunId, json_wanted: Json = False) -> None:
    """Show a run: state, counts, times, shards, what failed and why, and what happens next.

    Items without an end are listed by their keys, the first 50 of them.

    Example: `makegood run show 0b9c1d2e`
    """
    expect_json(json_wanted)
    with visiting() as visitor:
        from makegood.configuration import Settings
        from makegood.runs import channel_findings, open_items, run_named, show_run

        settings = Settings.load()
        view = show_run(visitor, run_named(run).run_id)
        open_now = open_items(settings, visitor, view.run.run_id, _OPEN_SHOWN)
        findings = channel_findings(settings, view.run.channel)
    if json_wanted:
        told = [each.as_json() for each in findings]
        opened = [_plain_item(each) for each in open_now]
        answer({"ok": True, **_plain_view(view), "open": opened, "channel_findings": told})
        return
    _tell(view)
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

    Another authorised person approves the proposal in between; where nobody has, it is named.

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
    if json_wanted:
        state = released.state.value if released else "checked"
        answer({"ok": True, "run": str(run_id), "state": state, "proposal": proposed or None})
    elif released:
        out.print(f"run {run_id} is released: 'makegood work' sends it")
    else:
        out.print(f"proposal {proposed}: release run {run_id}")
        out.print(f"another person: makegood proposal approve {proposed}")


@commands.command()
def pause(run: RunId, reason: Reason, json_wanted: Json = False) -> None:
    """Hold a run: no shard leaves from here on; answers are taken in all the same.

    Example: `makegood run pause 0b9c1d2e --reason "the bank has called"`
    """
    expect_json(json_wanted)
    with visiting() as visitor:
        from makegood import runs

        run_id = runs.run_named(run).run_id
        in_hand = runs.pause(visitor, run_id, reason)
        found = runs.run_of(run_id)
    if json_wanted:
        answer({"ok": True, **_plain(found), "shards_in_hand": in_hand})
        return
    out.print(f"run {run_id} is paused")
    if in_hand:
        out.print(f"{in_hand:,} shards were being sent at this instant")


@commands.command()
def resume(run: RunId, reason: Reason, json_wanted: Json = False) -> None:
    """Let a run that is held go on.

    Example: `makegood run resume 0b9c1d2e --reason "settled with the bank"`
    """
    expect_json(json_wanted)
    with visiting() as visitor:
        from makegood import runs

        found = runs.resume(visitor, runs.run_named(run).run_id, reason)
    _tell_one(found, "goes on", json_wanted=json_wanted)


@commands.command()
def cancel(run: RunId, reason: Reason, json_wanted: Json = False) -> None:
    """Give a run up before anything of it has left; claims and choices wait again.

    Example: `makegood run cancel 0b9c1d2e --reason "planned from the wrong snapshot"`
    """
    expect_json(json_wanted)
    from makegood.configuration import Settings

    with visiting() as visitor:
        from makegood import runs

        found = runs.cancel(Settings.load(), visitor, runs.run_named(run).run_id, reason)
    _tell_one(found, "is cancelled", json_wanted=json_wanted)


@commands.command()
def retry(run: RunId, reason: Reason, json_wanted: Json = False, quiet: Quiet = False) -> None:
    """Plan a follow-up run of exactly what failed or was returned, and nothing else.

    Claims must be mended first. What is unknown is never tried again before it was answered. A run
    that was cancelled is planned anew.

    Example: `makegood run retry 0b9c1d2e --reason "accounts were put right"`
    """
    expect_json(json_wanted)
    from makegood.configuration import Settings

    with visiting() as visitor, progress(quiet=quiet) as tell:
        from makegood import runs

        settings = Settings.load()
        found = runs.retry(settings, visitor, runs.run_named(run).run_id, reason, tell)
    _tell_one(found, "is planned", json_wanted=json_wanted)


@commands.command()
def resolve(
    run: RunId,
    key: Annotated[str, typer.Argument(metavar="KEY", help="The item's pay-once key.")],
    was: Annotated[str, typer.Option("--as", metavar="WAY", help="done or failed.")],
    reason: Reason,
    json_wanted: Json = False,
) -> None:
    """End an item that contradicts itself, or that nobody will ever answer.

    A credit or a top-up takes two persons: `makegood proposal propose end_item` with what was
    found out. What is found to have failed may be tried again.

    Example: `makegood run resolve 0b9c1d2e 6f2a… --as done --reason "its owner has the message"`
    """
    expect_json(json_wanted)
    from makegood.configuration import Settings

    with visiting() as visitor:
        from makegood import runs

        run_id = runs.run_named(run).run_id
        found = runs.resolve_item(Settings.load(), visitor, run_id, key, was, reason)
    if json_wanted:
        answer({"ok": True, **_plain(found)})
    else:
        out.print(f"run {run_id}: {found.unknown:,} items are left without an end")


def _tell_one(run: RunRow, what: str, *, json_wanted: bool) -> None:
    if json_wanted:
        answer({"ok": True, **_plain(run)})
    else:
        out.print(f"run {run.run_id} {what}: {run.items:,} items, {_money(run, run.total)}")


def _tell(view: RunView) -> None:
    run = view.run
    out.print(f"run {run.run_id}: {_name(run)}")
    rows = {
        "state": _state(run),
        "next": view.next_step,
        "items": f"{run.items:,} in {run.shards:,} shards, {run.left_out:,} lines left out",
        "total": _money(run, run.total),
        "done": f"{run.done:,} items, {_money(run, run.done_total)}",
        "applied": f"{view.applied:,} of them had applied, not sent" if view.applied else "",
        "failed": f"{run.failed:,}",
        "returned": f"{run.returned:,}",
        "unknown": f"{run.unknown:,}",
        "shards": ", ".join(f"{count:,} {name}" for name, count in view.by_state.items() if count),
        "due": local_second(run.due_at),
        **{name: local_second(at) for name, at in _times(run).items() if at},
        "released by": run.released_by,
        "follows": str(run.follows or ""),
        "followed by": ", ".join(str(each.run_id) for each in view.follow_ups),
        "programme sha256": run.programme_sha256,
        "facts": f"as of {view.facts_day}" if view.facts_day else "of a snapshot not known here",
        "snapshot sha256": run.snapshot_sha256,
        "decided by": run.engine,
        "decisions sha256": run.decisions_sha256,
        "items sha256": run.items_sha256,
    }
    shown = table("", ["", ""])
    for name, words in rows.items():
        if words:
            shown.add_row(name, words)
    out.print(shown)
    if view.failures:
        numbers = ["items", "total", "not taken up"]
        failures = table("Did not go well", ["outcome", "code", *numbers], numbers)
        for each in view.failures:
            total = _currency(run).plain(each.amount)
            figures = (f"{each.items:,}", total, f"{each.not_taken:,}")
            failures.add_row(each.outcome, each.code, *figures)
        out.print(failures)
    troubled = [shard for shard in view.shards if shard.doubtful_at or shard.trouble]
    for shard in troubled[:_SHARDS_SHOWN]:
        word = "doubtful, the other side is asked" if shard.doubtful_at else shard.state.value
        out.print(f"shard {shard.number}: {word}; try {shard.tries}; {shard.trouble}")


def _plain(run: RunRow) -> dict[str, Any]:
    return {
        "run": str(run.run_id),
        "programme": run.programme,
        "measure": run.measure,
        "period": run.period,
        "sequence": run.sequence,
        "kind": run.kind.value,
        "channel": run.channel.value,
        "state": run.state.value,
        "paused": run.paused_at is not None,
        "finding": run.finding,
        "follows": str(run.follows) if run.follows else None,
        "items": run.items,
        "left_out": run.left_out,
        "total": run.total,
        "currency": run.currency,
        "shards": run.shards,
        "done": run.done,
        "done_total": run.done_total,
        "failed": run.failed,
        "returned": run.returned,
        "unknown": run.unknown,
        "due_at": run.due_at.isoformat(),
        **{f"{name}_at": at.isoformat() if at else None for name, at in _times(run).items()},
        "items_sha256": run.items_sha256,
    }


def _plain_view(view: RunView) -> dict[str, Any]:
    return {
        **_plain(view.run),
        "next": view.next_step,
        "applied": view.applied,
        "released_by": view.run.released_by,
        "programme_sha256": view.run.programme_sha256,
        "snapshot_sha256": view.run.snapshot_sha256,
        "facts_day": view.facts_day.isoformat() if view.facts_day else None,
        "decisions_sha256": view.run.decisions_sha256,
        "engine": view.run.engine,
        "shards_by_state": dict(view.by_state),
        "doubtful": [_plain_shard(shard) for shard in view.doubtful],
        "troubled": [_plain_shard(shard) for shard in view.shards if shard.trouble],
        "failures": [
            {
                "outcome": each.outcome,
                "code": each.code,
                "items": each.items,
                "total": each.amount,
                "not_taken": each.not_taken,
            }
            for each in view.failures
        ],
        "follow_ups": [str(each.run_id) for each in view.follow_ups],
    }


def _plain_shard(shard: ShardRow) -> dict[str, Any]:
    return {
        "shard": shard.number,
        "message": shard.message_id,
        "items": shard.items,
        "state": shard.state.value,
        "tries": shard.tries,
        "trouble": shard.trouble,
    }


def _plain_item(item: ItemStanding) -> dict[str, Any]:
    return {
        "item": item.key,
        "outcome": item.outcome,
        "code": item.code,
        "shard": item.shard,
        "attempt": item.attempt,
        "line": item.line_id,
    }


def _times(run: RunRow) -> dict[str, datetime | None]:
    return {
        "planned": run.planned_at,
        "checked": run.checked_at,
        "released": run.released_at,
        "paused": run.paused_at,
        "sent": run.sent_at,
        "closed": run.closed_at,
    }


def _name(run: RunRow) -> str:
    parts = (run.programme, run.kind.value, run.measure, run.period)
    again = f" #{run.sequence}" if run.sequence else ""
    return " ".join(part for part in parts if part) + again


def _state(run: RunRow) -> str:
    return f"{run.state.value}, paused" if run.paused_at else run.state.value


def _currency(run: RunRow) -> Currency:
    return Currency(run.currency, run.minor_digits)


def _money(run: RunRow, amount: int) -> str:
    return f"{_currency(run).plain(amount)} {run.currency}"
