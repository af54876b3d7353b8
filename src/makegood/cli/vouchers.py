"""``makegood vouchers``: codes are brought into pools, and how the pools stand."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from makegood.cli.new_files import expect_new, write_new
from makegood.cli.options import Json, Quiet
from makegood.cli.output import answer, expect_json, out, progress, show_findings, table
from makegood.cli.visiting import visiting

commands = typer.Typer(no_args_is_help=True, help="Pools of single-use codes.")


@commands.command(name="import")
def bring_in(
    pool: Annotated[str, typer.Argument(metavar="POOL", help="The pool; a new name makes one.")],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV in UTF-8 with a header.")],
    column: Annotated[
        str, typer.Option("--column", metavar="NAME", help="The column with the codes.")
    ] = "code",
    rejects: Annotated[
        Path | None,
        typer.Option("--rejects", metavar="FILE", help="Write why rows were not taken, as CSV."),
    ] = None,
    json_wanted: Json = False,
    quiet: Quiet = False,
) -> None:
    """Bring codes into a pool, sealed: all of the file or nothing.

    A code that is there already is not added again. Example: `makegood vouchers import cinema
    codes.csv --rejects rejects.csv`
    """
    expect_json(json_wanted)
    if rejects:
        expect_new(rejects)
    with visiting() as visitor:
        from makegood.channels.vouchers import import_codes

        with progress(quiet=quiet) as tell:
            made = import_codes(visitor, pool, file, column=column, progress=tell)
    if rejects:
        rows = "".join(f'{row},"{why}"\n' for row, why in made.rejects)
        write_new(rejects, "row,reason\n" + rows)
    rejected = sum(made.rejected.values())
    if json_wanted:
        answer(
            {
                "ok": True,
                "import": str(made.import_id),
                "pool": made.pool,
                "rows": made.rows,
                "added": made.added,
                "rejected": rejected,
                "reasons": dict(made.rejected),
            }
        )
        return
    out.print(f"{pool}: {made.rows:,} rows, {made.added:,} codes added, {rejected:,} rejected")
    for why, count in made.rejected.items():
        out.print(f"  {count:,} rows: {why}")


@commands.command(name="list")
def listed(json_wanted: Json = False) -> None:
    """Show all pools: codes left, codes given, and which pools are low.

    Example: `makegood vouchers list`
    """
    expect_json(json_wanted)
    with visiting():
        from makegood.channels.vouchers import low_pools, pools

        found, low = pools(), low_pools()
    if json_wanted:
        answer(
            {
                "ok": True,
                "pools": [
                    {"pool": each.pool, "left": each.left, "given": each.given, "low": each.low}
                    for each in found
                ],
            }
        )
        return
    shown = table("Pools", ["pool", "left", "given", "low"], numbers=["left", "given"])
    for each in found:
        shown.add_row(each.pool, f"{each.left:,}", f"{each.given:,}", "low" if each.low else "")
    out.print(shown if found else "no pools yet: 'makegood vouchers import POOL FILE'")
    show_findings(low)
