"""``contacts make | load | delete`` and ``keys show | rotate``: the vault."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from makegood.cli.options import Json, Quiet
from makegood.cli.output import answer, expect_json, out, progress, standard_output, table
from makegood.kernel import Progress

if TYPE_CHECKING:
    from makegood.trust.access import Visitor
    from makegood.trust.policy import Act, ResourceKind
    from makegood.trust.vault import LoadReport, Rotation

commands = typer.Typer(help="Contact data: made up, loaded, deleted.", no_args_is_help=True)
keys_commands = typer.Typer(help="The keys of the vault: shown, rotated.", no_args_is_help=True)

_PEOPLE_MAX = 99_999_999
"""As many as there are numbers of eight digits."""
_KEYS_SUBJECT = "keys"


def add_to(application: typer.Typer) -> None:
    """Add the commands of this file."""
    application.add_typer(commands, name="contacts")
    application.add_typer(keys_commands, name="keys")


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
    json_wanted: Json = False,
    quiet: Quiet = False,
) -> None:
    """Load contact data into the vault, or go on with a load that was stopped.

    A file that was loaded to its end changes nothing. Example: `makegood contacts load
    contacts.csv --rejects rejects.csv`
    """
    from makegood.trust.policy import Act, ResourceKind
    from makegood.trust.vault import Mapping
    from makegood.trust.vault import load as load_contacts

    expect_json(json_wanted)
    chosen = Mapping.read(mapping) if mapping else None
    with _visiting() as visitor:
        _permit(visitor, Act.LOAD_CONTACTS, ResourceKind.STORE)
        with progress(quiet=quiet) as tell:
            report = load_contacts(
                file, actor=visitor.actor, mapping=chosen, rejects_max=rejects_max, progress=tell
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
    json_wanted: Json = False,
) -> None:
    """Delete all that the vault holds of a person, for good; print the receipt.

    Example: `makegood contacts delete C00000001 --purpose customer_request --case CASE-17`
    """
    from makegood.trust.access import delete_customer

    expect_json(json_wanted)
    with _visiting() as visitor:
        receipt = delete_customer(visitor, customer_id, purpose=purpose, case=case)
    if json_wanted:
        answer(receipt.as_json())
        return
    said = "was deleted already" if receipt.already_done else "is deleted"
    out.print(f"{receipt.customer_id} {said}: {receipt.deleted_at:%Y-%m-%d %H:%M:%S %Z}")
    out.print(f"entry of the log: {receipt.entry_id} (makegood audit prove {receipt.entry_id})")


@keys_commands.command()
def show(json_wanted: Json = False) -> None:
    """Show the generations of keys and where the master key is; never a key.

    Example: `makegood keys show`
    """
    from makegood.configuration import Settings
    from makegood.trust.keys import MasterKey
    from makegood.trust.policy import Act, ResourceKind
    from makegood.trust.vault import generations

    expect_json(json_wanted)
    with _visiting() as visitor:
        _permit(visitor, Act.READ_KEYS, ResourceKind.KEYS)
        address = MasterKey.open(Settings.load()).address
        found = generations()
    if json_wanted:
        answer(
            {
                "master_key": address,
                "generations": [
                    {
                        "generation": each.generation,
                        "state": each.state,
                        "made_at": each.made_at.isoformat(),
                        "destroyed_at": each.destroyed_at and each.destroyed_at.isoformat(),
                    }
                    for each in found
                ],
            }
        )
        return
    out.print(f"master key: {address}")
    shown = table("generations", ["generation", "state", "made", "destroyed"])
    for each in found:
        gone = f"{each.destroyed_at:%Y-%m-%d %H:%M}" if each.destroyed_at else "–"
        shown.add_row(str(each.generation), each.state, f"{each.made_at:%Y-%m-%d %H:%M}", gone)
    out.print(shown)


@keys_commands.command()
def rotate(json_wanted: Json = False, quiet: Quiet = False) -> None:
    """Seal everything again with new keys and destroy the old ones, while the vault is in use.

    Uses an approved proposal of kind rotate_keys; a rotation that was stopped goes on without
    another. Example: `makegood keys rotate`
    """
    expect_json(json_wanted)
    with _visiting() as visitor, progress(quiet=quiet) as tell:
        rotation = _rotated(visitor, tell)
    if json_wanted:
        answer(
            {
                "retired": rotation.retired,
                "current": rotation.current,
                "sealed_again": rotation.resealed,
            }
        )
    else:
        out.print(
            f"generation {rotation.current} is current; {rotation.resealed:,} records sealed "
            f"again; the keys of generation {rotation.retired} are destroyed"
        )


def _rotated(visitor: Visitor, tell: Progress) -> Rotation:
    from django.db import transaction

    from makegood.trust.access import permit
    from makegood.trust.policy import Act, Purpose, Resource, ResourceKind
    from makegood.trust.proposals import ProposalKind, hash_of, redeem
    from makegood.trust.vault import begin_rotation, finish_rotation, retiring

    with transaction.atomic():
        under_way = retiring() is not None
        proposed_by = ""
        if not under_way:
            # Undone with everything else here where the gate says no.
            proposal = redeem(
                ProposalKind.ROTATE_KEYS,
                _KEYS_SUBJECT,
                hash_of({}),
                by=visitor.actor,
                source=visitor.source,
            )
            proposed_by = proposal.proposed_by
        permit(
            visitor,
            Act.ROTATE_KEYS,
            Resource(ResourceKind.KEYS),
            purpose=Purpose.OPERATION,
            proposed_by=proposed_by,
            approved=True,
        )
        if not under_way:
            begin_rotation(actor=visitor.actor)
    return finish_rotation(actor=visitor.actor, progress=tell)


def _permit(visitor: Visitor, act: Act, kind: ResourceKind) -> None:
    from django.db import transaction

    from makegood.trust.access import permit
    from makegood.trust.policy import Purpose, Resource

    with transaction.atomic():
        permit(visitor, act, Resource(kind), purpose=Purpose.OPERATION)


def _write_rejects(file: Path, load_id: UUID) -> None:
    from makegood.trust.vault import rejects_of

    with file.open("w", encoding="utf-8", newline="") as text:
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


@contextmanager
def _visiting() -> Iterator[Visitor]:
    """The store, open, and who is at this console."""
    from makegood.project import prepared

    with prepared():
        from makegood.trust.staff import console_visitor

        yield console_visitor()
