"""``lines register | list | show | holders``: snapshots that are known, and the serving copy."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from makegood.cli.figures import local_minute, zone_of
from makegood.cli.new_files import expect_new, write_new
from makegood.cli.options import Json, Quiet
from makegood.cli.output import answer, expect_json, out, progress, table
from makegood.cli.visiting import permitted, visiting

if TYPE_CHECKING:
    from makegood.redress.serving import Registered

commands = typer.Typer(help="Lines: snapshots known here, whose they are.", no_args_is_help=True)

_SHORT = 12

ProgrammeName = Annotated[
    str, typer.Argument(metavar="PROGRAMME", help="A programme in force: kt-2025.")
]


@commands.command()
def register(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder of a snapshot.")],
    programme: Annotated[
        str | None,
        typer.Option(
            "--programme", metavar="PROGRAMME", help="For which; the one it was made for else."
        ),
    ] = None,
    json_wanted: Json = False,
    quiet: Quiet = False,
) -> None:
    """Let a snapshot be known, and load it as the serving copy where it is the newest.

    The same again goes on where it was stopped. Example: `makegood lines register facts-2026-01-13`
    """
    from makegood.population import open_snapshot

    expect_json(json_wanted)
    name = programme or open_snapshot(folder).programme
    with visiting() as visitor:
        from makegood.redress import serving

        with progress(quiet=quiet) as tell:
            known = serving.register(visitor, folder, name, tell)
        is_newest = serving.newest(name) == known
    if json_wanted:
        answer({"ok": True, **_plain(known), "is_newest": is_newest})
        return
    state = "serves now" if is_newest else "is known; a newer one serves"
    out.print(f"{name}: {known.rows:,} lines as of {known.as_of} registered; the snapshot {state}")


@commands.command(name="list")
def listed(programme: ProgrammeName, json_wanted: Json = False) -> None:
    """Show the snapshots of a programme that are known, the newest first.

    Example: `makegood lines list kt-2025`
    """
    expect_json(json_wanted)
    with visiting() as visitor:
        from makegood.redress.serving import registered
        from makegood.trust.policy import Act, ResourceKind

        permitted(visitor, Act.REGISTER_LINES, ResourceKind.STORE)
        found = registered(programme)
        zone = zone_of(programme)
    if json_wanted:
        answer({"ok": True, "snapshots": [_plain(known) for known in found]})
        return
    shown = table("Snapshots", ["as of", "lines", "content", "registered", "by", "folder"], "lines")
    for known in found:
        at = local_minute(known.registered_at, zone)
        shown.add_row(
            str(known.as_of),
            f"{known.rows:,}",
            known.content_sha256[:_SHORT],
            at,
            known.registered_by,
            str(known.folder),
        )
    out.print(shown if found else f"no snapshot of {programme} is registered")


@commands.command()
def show(programme: ProgrammeName, json_wanted: Json = False) -> None:
    """Show what the serving copy of a programme holds, and whether that is the newest.

    Example: `makegood lines show kt-2025`
    """
    expect_json(json_wanted)
    with visiting() as visitor:
        from makegood.redress.serving import served
        from makegood.trust.policy import Act, ResourceKind

        permitted(visitor, Act.REGISTER_LINES, ResourceKind.STORE)
        copy = served(programme)
    if json_wanted:
        answer(
            {
                "ok": True,
                "programme": programme,
                "as_of": copy.as_of.isoformat(),
                "content_sha256": copy.content_sha256,
                "rows": copy.rows,
                "loaded_at": copy.loaded_at.isoformat(),
                "is_newest": copy.is_newest,
                "bases": dict(copy.bases),
            }
        )
        return
    out.print(f"{programme}: {copy.rows:,} lines as of {copy.as_of}, {copy.content_sha256}")
    for name, snapshot in copy.bases.items():
        out.print(f"  base {name}: read from {snapshot[:_SHORT]}")
    if not copy.is_newest:
        out.print("a newer snapshot is registered, and not loaded: register it again")


@commands.command()
def holders(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="CSV or Parquet: line_id, customer_id.")
    ],
    rejects: Annotated[
        Path | None,
        typer.Option("--rejects", metavar="FILE", help="Write why rows were not taken, as CSV."),
    ] = None,
    json_wanted: Json = False,
    quiet: Quiet = False,
) -> None:
    """Load whose lines are, by the pseudonyms of the vault; all of the file or nothing.

    Example: `makegood lines holders holders.csv --rejects rejects.csv`
    """
    expect_json(json_wanted)
    if rejects:
        expect_new(rejects)
    told: list[tuple[int, str]] = []
    with visiting() as visitor:
        from makegood.redress.serving import load_holders

        with progress(quiet=quiet) as tell:
            taken = load_holders(visitor, file, tell, lambda row, why: told.append((row, why)))
    if rejects:
        lines = "".join(f"{row},{why}\n" for row, why in sorted(told))
        write_new(rejects, f"row,reason\n{lines}")
    if json_wanted:
        answer({"ok": True, "taken": taken, "rejected": len(told)})
        return
    out.print(f"{taken:,} lines have their holders; {len(told):,} rows were not taken")


def _plain(known: Registered) -> dict[str, Any]:
    return {
        "programme": known.programme,
        "content_sha256": known.content_sha256,
        "as_of": known.as_of.isoformat(),
        "folder": str(known.folder),
        "rows": known.rows,
        "registered_at": known.registered_at.isoformat(),
        "registered_by": known.registered_by,
    }
