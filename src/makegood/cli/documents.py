"""``makegood document``: what customers handed in, for who decides about it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from makegood.cli.new_files import expect_new, write_new_private
from makegood.cli.options import Json
from makegood.cli.output import answer, expect_json, out
from makegood.cli.visiting import visiting

commands = typer.Typer(help="Documents that customers handed in.", no_args_is_help=True)


@commands.callback()
def documents() -> None:
    """Documents that customers handed in."""


@commands.command()
def show(
    reference: Annotated[
        str, typer.Argument(metavar="REFERENCE", help="Its number: D-R7K3-9QXM-2HTB.")
    ],
    file: Annotated[
        Path, typer.Option("--out", metavar="FILE", help="Where to write it; never over a file.")
    ],
    purpose: Annotated[
        str, typer.Option("--purpose", metavar="PURPOSE", help="claim_handling, complaint, …")
    ] = "claim_handling",
    case: Annotated[
        str, typer.Option("--case", metavar="CASE", help="The claim's receipt, task or case.")
    ] = "",
    json_wanted: Json = False,
) -> None:
    """Write a document to a file that only this account reads; who looked stands in the log.

    Example: `makegood document show D-R7K3-9QXM-2HTB --case R7K3-9QXM-2HTB --out proof.pdf`
    """
    expect_json(json_wanted)
    with visiting() as visitor:
        from makegood.trust.access import show_document

        expect_new(file)
        found = show_document(visitor, reference.strip().upper(), purpose=purpose, case=case)
        write_new_private(file, found.content)
    size = len(found.content)
    if json_wanted:
        told = {"ok": True, "document": found.reference, "kind": found.kind.value, "bytes": size}
        answer({**told, "file": str(file)})
        return
    out.print(f"{file}: {found.kind.value}, {size:,} bytes")
