"""``up``, ``worker``, ``migrate``, ``doctor``, ``backup``, ``restore``, ``settings``: the store."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from makegood.cli.exit_codes import FINDING
from makegood.cli.figures import local_minute, local_second
from makegood.cli.options import Json, Quiet
from makegood.cli.output import answer, expect_json, out, progress, say, standard_output, table
from makegood.kernel import Finding, MakegoodError

if TYPE_CHECKING:
    from makegood.project import Event, Manifest
    from makegood.trust.policy import Act

BackupFolder = Annotated[Path, typer.Argument(metavar="DIR", help="The back-up's folder.")]
_STYLES = {"fine": "green", "doubtful": "yellow", "wrong": "bold red", "unknown": "yellow"}


def add_to(application: typer.Typer) -> None:
    """Add the commands of this file."""
    for command in (up, worker, migrate, doctor, backup, restore, settings):
        application.command()(command)


def up(json_wanted: Json = False) -> None:
    """Run store, web and worker together, until Ctrl-C or SIGTERM.

    Example: `makegood up`
    """
    from makegood.configuration import Settings
    from makegood.project import Supervisor

    expect_json(json_wanted)
    settings = Settings.load()

    def tell(event: Event) -> None:
        if json_wanted:
            say(json.dumps(event.as_json(), ensure_ascii=False) + "\n")
        else:
            process = f" (process {event.process_id})" if event.process_id else ""
            say(f"{local_second(event.at, settings.zone)} {event.words}{process}\n")
        standard_output.flush()

    raise typer.Exit(Supervisor(settings, tell).run())


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


def doctor(json_wanted: Json = False) -> None:
    """Say what is wrong with this installation, and what to do about it.

    Example: `makegood doctor`
    """
    from makegood.configuration import Settings
    from makegood.project import State, examine

    expect_json(json_wanted)
    checks = []
    for check in examine(Settings.load()):
        checks.append(check)
        if not json_wanted:
            line = Text(f"{check.state.value:>9}  ", style=_STYLES[check.state.value])
            out.print(line + Text(f"{check.name}: {check.words}", style="none"))
            if check.hint:
                out.print(Text(f"{'':>9}  = {check.hint}"))
    ok = all(check.state is not State.WRONG for check in checks)
    if json_wanted:
        answer({"ok": ok, "checks": [check.as_json() for check in checks]})
    if not ok:
        raise typer.Exit(FINDING)


def backup(
    folder: BackupFolder,
    master_key: Annotated[
        Path | None,
        typer.Option(
            "--master-key", metavar="FILE", help="Copy the master key there, away from DIR."
        ),
    ] = None,
    json_wanted: Json = False,
    quiet: Quiet = False,
) -> None:
    """Write the whole store into a new folder, while the work goes on. It holds no master key.

    Example: `makegood backup backups/2026-11-22`
    """
    from makegood.configuration import Settings
    from makegood.project import back_up, copy_master_key, prepared
    from makegood.trust.policy import Act

    expect_json(json_wanted)
    settings = Settings.load()
    with prepared(settings) as store:
        actor = _permitted(Act.BACK_UP)
        with progress(quiet=quiet) as tell:
            made = back_up(store, settings, folder, actor=actor, progress=tell)
        if master_key is not None:
            copy_master_key(settings, master_key, folder, actor=actor)
    if json_wanted:
        answer({"ok": True, "folder": str(folder), **_summary(made)})
        return
    out.print(f"{folder}: {made.dump_bytes:,} bytes, {sum(made.rows.values()):,} rows")
    out.print(f"the log's checkpoint covers {made.log.size if made.log else 0:,} entries")
    if master_key is None:
        out.print("the master key is not in it: keep that apart, or nobody can read the vault")


def restore(
    folder: BackupFolder,
    replace: Annotated[
        bool, typer.Option("--replace", help="Lose all that the store holds now but its log.")
    ] = False,
    json_wanted: Json = False,
    quiet: Quiet = False,
) -> None:
    """Make the store what it was when a back-up was written, and prove that it is.

    Example: `makegood restore backups/2026-11-22`
    """
    from makegood.configuration import Settings
    from makegood.project import prepared
    from makegood.project import restore as restored
    from makegood.trust.policy import Act

    expect_json(json_wanted)
    settings = Settings.load()
    if not folder.is_dir():
        what = f"there is no folder '{folder}'"
        raise MakegoodError(Finding("MG617", what, "name one that 'makegood backup' wrote"))
    with prepared(settings) as store:
        actor = _permitted(Act.RESTORE)
        with progress(quiet=quiet) as tell:
            seen = restored(store, settings, folder, replace=replace, actor=actor, progress=tell)
    if json_wanted:
        answer(
            {
                "ok": True,
                "folder": str(folder),
                **_summary(seen.manifest),
                "entries": seen.entries,
                "covered": seen.covered,
                "migrated": seen.migrated,
                "replaced": list(seen.replaced),
                "deleted_again": seen.deleted_again,
                "sessions_ended": seen.sessions_ended,
                "proposals_expired": seen.proposals_expired,
                "unsigned": seen.unsigned.as_json() if seen.unsigned else None,
            }
        )
        return
    out.print(f"{folder}: the store is as of {local_minute(seen.manifest.made_at)}")
    out.print(f"{seen.rows:,} rows, in every table as many as were kept")
    out.print(f"the log verifies: {seen.entries:,} entries, {seen.covered:,} under a checkpoint")
    for name in seen.replaced:
        out.print(f"the log that was replaced is kept in the data folder: {name}")
    out.print(
        f"deleted again: {seen.deleted_again:,} persons; ended: {seen.sessions_ended:,} sessions, "
        f"{seen.proposals_expired:,} proposals"
    )
    if seen.unsigned:
        out.print(f"the log is not signed yet: {seen.unsigned.code} {seen.unsigned.message}")


def settings(json_wanted: Json = False) -> None:
    """Show the settings in force and where each comes from; secrets are hidden.

    Example: `makegood settings`
    """
    from makegood.configuration import in_force

    expect_json(json_wanted)
    found = in_force()
    if json_wanted:
        answer(
            {
                "settings": [
                    {"name": one.name, "value": one.value, "source": one.source} for one in found
                ]
            }
        )
        return
    shown = table("settings", ["setting", "value", "from"])
    for one in found:
        shown.add_row(one.name, one.value, one.source)
    out.print(shown)


def _permitted(act: Act) -> str:
    """Who is at the console, where the policies let them; as the log names them."""
    from django.db import transaction

    from makegood.trust.access import permit
    from makegood.trust.policy import Purpose, Resource, ResourceKind
    from makegood.trust.staff import console_visitor

    visitor = console_visitor()
    with transaction.atomic():
        permit(visitor, act, Resource(ResourceKind.STORE), purpose=Purpose.OPERATION)
    return visitor.actor


def _summary(manifest: Manifest) -> dict[str, object]:
    return {
        "made_at": manifest.made_at.isoformat(),
        "program": manifest.program,
        "postgresql": manifest.postgresql,
        "dump_bytes": manifest.dump_bytes,
        "dump_sha256": manifest.dump_sha256,
        "rows": sum(manifest.rows.values()),
        "log_size": manifest.log.size if manifest.log else 0,
    }
