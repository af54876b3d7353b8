"""``up``, ``worker``, ``migrate``, ``doctor``, ``backup``, ``restore``, ``settings``: the store."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import typer

from makegood.cli.options import Json
from makegood.cli.output import answer, expect_json, out, say, standard_output

if TYPE_CHECKING:
    from makegood.project import Event


def add_to(application: typer.Typer) -> None:
    """Add the commands of this file."""
    for command in (up, worker, migrate):
        application.command()(command)


def up(json_wanted: Json = False) -> None:
    """Run store, web and worker together, until Ctrl-C or SIGTERM.

    Example: `makegood up`
    """
    from makegood.configuration import Settings
    from makegood.project import Supervisor

    expect_json(json_wanted)

    def tell(event: Event) -> None:
        if json_wanted:
            say(json.dumps(event.as_json(), ensure_ascii=False) + "\n")
        else:
            process = f" (process {event.process_id})" if event.process_id else ""
            say(f"{event.at.astimezone():%H:%M:%S} {event.words}{process}\n")
        standard_output.flush()

    raise typer.Exit(Supervisor(Settings.load(), tell).run())


def worker() -> None:
    """Run one more worker, on this machine or another; SIGTERM lets it finish its job.

    Example: `MAKEGOOD_DATABASE_URL=postgresql://… makegood worker`
    """
    from makegood.configuration import Settings
    from makegood.project import run_worker

    run_worker(Settings.load())


def migrate(json_wanted: Json = False) -> None:
    """Bring the tables up to date with this version.

    Example: `makegood migrate`
    """
    from makegood.project import bring_up_to_date, prepared

    expect_json(json_wanted)
    with prepared(migrate=False) as store:
        applied = bring_up_to_date(store)
    if json_wanted:
        answer({"ok": True, "applied": applied})
    else:
        out.print(f"{applied} migrations applied" if applied else "the tables are up to date")
