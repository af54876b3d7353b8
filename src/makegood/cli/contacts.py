"""``contacts make | load | delete``: contact data in the vault."""

from __future__ import annotations

import csv
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from makegood.cli.figures import local_second
from makegood.cli.new_files import expect_new, write_new
from makegood.cli.options import Json, Quiet
from makegood.cli.output import answer, expect_json, out, progress, standard_output, table
from makegood.cli.visiting import permitted, visiting

if TYPE_CHECKING:
    from makegood.configuration import Settings
    from makegood.trust.vault import LoadReport

commands = typer.Typer(help="Contact data: made up, loaded, deleted.", no_args_is_help=True)

_PEOPLE_MAX = 99_999_999
"""As many as there are numbers of eight digits."""


@commands.command()
def make(
    people: Annotated[int, typer.Option(min=1, max=_PEOPLE_MAX, help="How many people.")],
    out_file: Annotated[
        Path, typer.Option("--out", metavar="FILE", help="A new .csv, .csv.gz or .parquet file.")
    ],
    seed: Annotated[int, typer.Option(min=0, help="The same seed makes the same people.")] = 1,
    json_wanted: Json = False,
    quiet: Quiet = False,
) -> None:
    """Make a file of made-up contacts, for trials: nobody's data.

    Example: `makegood contacts make --people 1000000 --seed 1 --out contacts.csv`
    """
    from makegood.trust.vault import make_contacts

    expect_json(json_wanted)
    with progress(quiet=quiet) as tell:
        size = make_contacts(out_file, people_count=people, seed=seed, progress=tell)
    if json_wanted:
        answer({"file": str(out_file), "people": people, "bytes": size})
    else:
        out.print(f"{out_file}: {people:,} made-up people, {size:,} bytes")


@commands.command()
def load(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV, gzipped CSV or Parquet.")],
    mapping: Annotated[
        Path | None,
        typer.Option("--mapping", metavar="FILE", help="TOML: which column is which field."),
    ] = None,
    rejects: Annotated[
        Path | None,
        typer.Option("--rejects", metavar="FILE", help="Write why rows were not taken, as CSV."),
    ] = None,
    rejects_max: Annotated[
        int | None,
        typer.Option("--rejects-max", metavar="N", min=0, help="Stop at more rejected rows."),
    ] = None,
    replace_accounts: Annotated[
        bool,
        typer.Option(
            "--replace-accounts",
            help="Take rows whose account is another than the one that stands.",
        ),
    ] = False,
    json_wanted: Json = False,
    quiet: Quiet = False,
) -> None:
    """Load contact data into the vault, or go on with a load that was stopped.

    A file that was loaded to its end changes nothing. Whose data changes gets an entry in the
    log. Example: `makegood contacts load contacts.csv --rejects rejects.csv`
    """
    from makegood.trust.policy import Act, ResourceKind
    from makegood.trust.vault import Mapping
    from makegood.trust.vault import load as load_contacts

    expect_json(json_wanted)
    chosen = Mapping.read(mapping) if mapping else None
    with visiting() as visitor:
        permitted(
            visitor,
            Act.LOAD_CONTACTS,
            ResourceKind.STORE,
            details={"replace_accounts": replace_accounts},
        )
        with progress(quiet=quiet) as tell:
            report = load_contacts(
                file,
                actor=visitor.actor,
                mapping=chosen,
                replace_accounts=replace_accounts,
                rejects_max=rejects_max,
                progress=tell,
            )
        if rejects:
            _write_rejects(rejects, report.load_id)
    _tell_load(file, report, rejects, json_wanted=json_wanted)


@commands.command()
def delete(
    customer_id: Annotated[str, typer.Argument(metavar="CUSTOMER", help="The pseudonym.")],
    purpose: Annotated[
        str,
        typer.Option("--purpose", metavar="PURPOSE", help="customer_request or legal_request."),
    ],
    case: Annotated[
        str, typer.Option("--case", metavar="CASE", help="The task or case it is done for.")
    ] = "",
    proof: Annotated[
        Path | None,
        typer.Option("--proof", metavar="FILE", help="Write the proof of its entry in the log."),
    ] = None,
    json_wanted: Json = False,
) -> None:
    """Delete all that the vault holds of a person, for good; print the receipt.

    With --proof the log is signed, and what is written can be given to the person: that the
    deletion stands in the log can be checked with tools/verify_proof.py.

    Example: `makegood contacts delete C00000001 --purpose customer_request --case CASE-17`
    """
    from makegood.configuration import Settings
    from makegood.trust.access import delete_customer
    from makegood.trust.customers import end_sessions_of

    expect_json(json_wanted)
    settings = Settings.load()
    if proof:
        # Before anything is deleted: a second run would have to say that it was done already.
        expect_new(proof)
    with visiting(settings) as visitor:
        receipt = delete_customer(visitor, customer_id, purpose=purpose, case=case)
        # Whoever is signed in as them at this moment does nothing more in their name.
        end_sessions_of(receipt.customer_id, actor=visitor.actor)
        if proof:
            write_new(proof, _proof_of(receipt.entry_id, settings, visitor.actor))
    if json_wanted:
        answer(receipt.as_json())
        return
    said = "was deleted already" if receipt.already_done else "is deleted"
    out.print(f"{receipt.customer_id} {said}: {local_second(receipt.deleted_at)}")
    out.print(f"entry of the log: {receipt.entry_id} (makegood audit prove {receipt.entry_id})")
    if proof:
        out.print(f"proof: {proof} (tools/verify_proof.py {proof} --key …)")


def _proof_of(entry_id: UUID, settings: Settings, actor: str) -> str:
    """The proof that an entry stands in the log, under a checkpoint that covers it by now."""
    from makegood.trust.audit import HEAD_FILE, HeadFile, prove, publish_checkpoint
    from makegood.trust.keys import MasterKey

    head = HeadFile(settings.secrets / HEAD_FILE)
    publish_checkpoint(MasterKey.open(settings), settings.log_origin, actor, head=head)
    return prove(entry_id).render()


def _write_rejects(file: Path, load_id: UUID) -> None:
    from makegood.trust.vault import rejects_of

    # Row numbers and reasons hold no values; still they are nobody else's business.
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as text:
        writer = csv.writer(text)
        writer.writerow(["row", "field", "reason"])
        writer.writerows(rejects_of(load_id))


def _tell_load(file: Path, report: LoadReport, rejects: Path | None, *, json_wanted: bool) -> None:
    if json_wanted:
        answer(
            {
                "file": str(file),
                "load_id": str(report.load_id),
                "was_loaded": report.was_loaded,
                "resumed_at": report.resumed_at,
                "rows": report.rows,
                "added": report.added,
                "replaced": report.replaced,
                "accounts": report.accounts,
                "rejected": report.rejected,
                "reasons": [
                    {"field": field, "reason": reason, "rows": count}
                    for field, reason, count in report.reasons
                ],
            }
        )
        return
    if report.was_loaded:
        out.print(f"{file}: was loaded before; nothing changed")
    elif report.resumed_at:
        out.print(f"{file}: went on behind row {report.resumed_at:,}")
    out.print(
        f"{report.rows:,} rows = {report.added:,} added + {report.replaced:,} replaced + "
        f"{report.rejected:,} rejected; {report.accounts:,} accounts"
    )
    if report.reasons:
        shown = table("rejected", ["field", "reason", "rows"], numbers=["rows"])
        for field, reason, count in report.reasons:
            shown.add_row(field, reason, f"{count:,}")
        out.print(shown)
        where = f"see {rejects}" if rejects else "name a file with --rejects for the row numbers"
        out.print(where)
    standard_output.flush()
