"""``run pause | resume | cancel | retry | resolve``: a person holds a run, or lets it go on."""

from __future__ import annotations

from typing import Annotated

import typer

from makegood.cli.options import Json, Quiet, RunId
from makegood.cli.output import answer, expect_json, out, progress
from makegood.cli.runs_answers import plain, seen_now, tell_one
from makegood.cli.visiting import visiting

Reason = Annotated[
    str, typer.Option("--reason", metavar="TEXT", help="Why, for the log; nobody's data.")
]


def pause(run: RunId, reason: Reason, json_wanted: Json = False) -> None:
    """Hold a run: no shard leaves from here on; answers are taken in all the same.

    Example: `makegood run pause 0b9c1d2e --reason "the bank has called"`
    """
    expect_json(json_wanted)
    with visiting() as visitor:
        from makegood import runs

        run_id = runs.run_named(run).run_id
        in_hand = runs.pause(visitor, run_id, reason)
        (seen,) = seen_now([runs.run_of(run_id)])
    if json_wanted:
        answer({"ok": True, **plain(seen), "shards_in_hand": in_hand})
        return
    out.print(f"run {run_id} is paused")
    if in_hand:
        out.print(f"{in_hand:,} shards were being sent at this instant")


def resume(run: RunId, reason: Reason, json_wanted: Json = False) -> None:
    """Let a run that is held go on, or one that was stopped once it is put right.

    One whose files were not as planned goes on when they are back from a copy; one that holds what
    contradicts itself elsewhere, when somebody has found out. What has left stays outside.

    Example: `makegood run resume 0b9c1d2e --reason "settled with the bank"`
    """
    expect_json(json_wanted)
    from makegood.configuration import Settings

    with visiting() as visitor:
        from makegood import runs

        found = runs.go_on(Settings.load(), visitor, runs.run_named(run).run_id, reason)
        (seen,) = seen_now([found])
    tell_one(seen, "goes on", json_wanted=json_wanted)


def cancel(run: RunId, reason: Reason, json_wanted: Json = False) -> None:
    """Give a run up before anything of it has left; claims and choices wait again.

    Example: `makegood run cancel 0b9c1d2e --reason "planned from the wrong snapshot"`
    """
    expect_json(json_wanted)
    from makegood.configuration import Settings

    with visiting() as visitor:
        from makegood import runs

        found = runs.cancel(Settings.load(), visitor, runs.run_named(run).run_id, reason)
        (seen,) = seen_now([found])
    tell_one(seen, "is cancelled", json_wanted=json_wanted)
    if found.kind == "pay_out" and not json_wanted:
        out.print("its claims wait again, and the next day's pay-out at 09:00 takes them")


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
        (seen,) = seen_now([found])
    tell_one(seen, "is planned", json_wanted=json_wanted)


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
        (seen,) = seen_now([found])
    if json_wanted:
        answer({"ok": True, **plain(seen)})
    else:
        out.print(f"run {run_id}: {found.unknown:,} items are left without an end")
