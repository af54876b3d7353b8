"""``audit verify | checkpoint | prove | consistency | export | witness | log | key``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from makegood.cli.audit_answers import (
    checkpoint_json,
    entry_json,
    show_entries,
    show_verification,
    verification_json,
    witnessed_json,
    witnessed_line,
)
from makegood.cli.exit_codes import FINDING
from makegood.cli.new_files import write_new
from makegood.cli.options import Json, Quiet, expect_in_order, in_zone, moment_given
from makegood.cli.output import answer, expect_json, out, progress, say, show_findings
from makegood.cli.visiting import agreed, permitted, visiting
from makegood.kernel import Finding, MakegoodError, did_you_mean

if TYPE_CHECKING:
    from makegood.configuration import Settings
    from makegood.trust.access import Visitor
    from makegood.trust.audit import Json as LogJson
    from makegood.trust.audit import VerifierKey

commands = typer.Typer(help="The log: verified, proved, shown, exported.", no_args_is_help=True)
_SIGNER = "keys:log"
OutFile = Annotated[
    Path | None,
    typer.Option("--out", metavar="FILE", help="The file to write; the standard output else."),
]


@commands.command()
def verify(
    trust: Annotated[
        list[str] | None,
        typer.Option(
            "--trust",
            metavar="KEY",
            help="A verifier key that may have signed; may be given again. Without it: all keys.",
        ),
    ] = None,
    json_wanted: Json = False,
    quiet: Quiet = False,
) -> None:
    """Check the whole log: every payload, every row, the tree, all checkpoints and signatures.

    Example: `makegood audit verify --trust "$(cat log-key.txt)"`
    """
    expect_json(json_wanted)
    trusted = [_verifier_key(text) for text in trust] if trust else None
    with (
        _opened("verify_log", "log.verified") as (settings, _),
        progress(quiet=quiet) as tell,
    ):
        from makegood.trust.audit import HEAD_FILE, HeadFile
        from makegood.trust.audit import verify as verify_log

        head = HeadFile(settings.secrets / HEAD_FILE)
        result = verify_log(tell, trusted=trusted, head=head)
    if json_wanted:
        answer(verification_json(result))
    else:
        show_verification(result)
    show_findings(result.findings)
    if not result.ok:
        raise typer.Exit(FINDING)


@commands.command()
def checkpoint(json_wanted: Json = False) -> None:
    """Give waiting entries their places, sign the tree, and print the checkpoint.

    Example: `makegood audit checkpoint`
    """
    expect_json(json_wanted)
    with _opened("verify_log", step="checkpoint") as (settings, visitor):
        from makegood.trust.audit import HEAD_FILE, HeadFile, cosigned_note, publish_checkpoint
        from makegood.trust.keys import MasterKey

        made = publish_checkpoint(
            MasterKey.open(settings),
            settings.log_origin,
            visitor.actor,
            head=HeadFile(settings.secrets / HEAD_FILE),
        )
        note = cosigned_note(made)
    if json_wanted:
        answer(checkpoint_json(made, note))
    else:
        say(note)


@commands.command()
def prove(
    entry: Annotated[str, typer.Argument(metavar="ENTRY", help="The entry's identifier.")],
    out_file: OutFile = None,
) -> None:
    """Prove that an entry is in the log, in a file that tools/verify_proof.py checks offline.

    Example: `makegood audit prove 019abc00-0000-7000-8000-000000000000 --out entry.tlog-proof`
    """
    identifier = _identifier(entry)
    with _opened("read_log", "log.read", proved=str(identifier)):
        from makegood.trust.audit import prove as prove_entry

        text = prove_entry(identifier).render()
    _put(text, out_file)


@commands.command()
def consistency(
    old_size: Annotated[int, typer.Argument(metavar="FROM", min=0, help="The smaller size.")],
    size: Annotated[int, typer.Argument(metavar="TO", min=0, help="The larger size.")],
    out_file: OutFile = None,
) -> None:
    """Prove that the log of one checkpoint is the beginning of another's, both given by size.

    Example: `makegood audit consistency 1200 4800 --out consistency.json`
    """
    with _opened("verify_log", step="consistency"):
        from makegood.trust.audit import prove_consistency

        text = prove_consistency(old_size, size).render()
    _put(text, out_file)


@commands.command()
def export(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder to bring up to date.")],
    json_wanted: Json = False,
    quiet: Quiet = False,
) -> None:
    """Write the log up to its newest checkpoint as static files (C2SP tiles); again: what is new.

    Example: `makegood audit export log-copy`
    """
    expect_json(json_wanted)
    with _opened("export_log", "log.exported"), progress(quiet=quiet) as tell:
        from makegood.trust.audit import export as export_log

        done = export_log(folder, tell)
    if json_wanted:
        answer({"folder": str(folder), "from": done.old_size, "to": done.size, "files": done.files})
    else:
        out.print(f"{folder}: {done.size:,} entries ({done.old_size:,} before), {done.files} files")


@commands.command()
def witness(json_wanted: Json = False) -> None:
    """Send the newest checkpoint to the outside witnesses of the settings; keep what they sign.

    Example: `makegood audit witness`
    """
    expect_json(json_wanted)
    with _opened("verify_log", step="witness") as (settings, visitor):
        from makegood.trust.audit import send_to_witness

        if not settings.witnesses:
            hint = "name them in MAKEGOOD_WITNESSES; docs/audit.md says how"
            raise MakegoodError(Finding("MG758", "no witness is configured", hint))
        results = [send_to_witness(each, visitor.actor) for each in settings.witnesses]
    findings = [result.finding for result in results if result.finding]
    if json_wanted:
        answer({"ok": not findings, "witnesses": [witnessed_json(result) for result in results]})
    else:
        for result in results:
            out.print(witnessed_line(result))
    show_findings(findings)
    if findings:
        raise typer.Exit(FINDING)


@commands.command()
def log(
    kind: Annotated[
        list[str] | None,
        typer.Option("--kind", metavar="KIND", help="Of this kind; may be given again."),
    ] = None,
    actor: Annotated[str, typer.Option("--actor", metavar="ACTOR", help="By this actor.")] = "",
    person: Annotated[
        str, typer.Option("--person", metavar="ID", help="Concerning this customer_id.")
    ] = "",
    subject: Annotated[str, typer.Option("--subject", metavar="SUBJECT", help="Done to it.")] = "",
    since: Annotated[
        datetime | None,
        typer.Option("--since", metavar="TIME", parser=moment_given, help="From then on."),
    ] = None,
    until: Annotated[
        datetime | None,
        typer.Option(
            "--until", metavar="TIME", parser=moment_given, help="Before then; a day is included."
        ),
    ] = None,
    entries_max: Annotated[
        int, typer.Option("--limit", metavar="N", min=1, help="At most so many, the newest.")
    ] = 100,
    json_wanted: Json = False,
) -> None:
    """List entries, the newest first. That they were read is written to the log.

    Example: `makegood audit log --person C0001 --since 2026-01-01 --limit 20`
    """
    expect_json(json_wanted)
    kinds = [_kind(name) for name in kind or ()]
    asked: dict[str, LogJson] = {
        "kinds": kinds,
        "actor": actor,
        "person": person,
        "subject": subject,
    }
    with _opened("read_log", "log.read", **asked) as (settings, _):
        from makegood.trust.audit import Selection, entries

        first = in_zone(since, settings.zone)
        last = in_zone(_end(until) if until else None, settings.zone)
        expect_in_order(first, last)
        selection = Selection(
            kinds=tuple(kinds),
            actor=actor,
            person=person,
            subject=subject,
            since=first,
            until=last,
        )
        found = list(islice(entries(selection, newest_first=True), entries_max))
        if json_wanted:
            answer([entry_json(each) for each in found])
        else:
            show_entries(found, settings)


@commands.command()
def key(
    make_new: Annotated[
        bool, typer.Option("--new", help="Make a new signing key, which signs from now on.")
    ] = False,
    json_wanted: Json = False,
) -> None:
    """Show the verifier keys of the log, for publishing; all of them, one on a line.

    A new one needs an approved proposal: `makegood proposal propose rotate_keys --subject keys:log`

    Example: `makegood audit key > log-key.txt`
    """
    from makegood.configuration import Settings

    expect_json(json_wanted)
    settings = Settings.load()
    with visiting(settings) as visitor:
        from makegood.trust.audit import verifier_keys

        if make_new:
            _make_signer(settings, visitor)
        keys = [str(each) for each in verifier_keys()]
    if json_wanted:
        answer({"keys": keys})
    else:
        say("".join(f"{each}\n" for each in keys))


def _make_signer(settings: Settings, visitor: Visitor) -> None:
    """A new signing key, by two persons: proposal, gate, key and entries are one transaction."""
    from django.db import transaction

    from makegood.trust.audit import make_signer
    from makegood.trust.keys import MasterKey
    from makegood.trust.policy import Resource, ResourceKind
    from makegood.trust.proposals import ProposalKind

    master_key = MasterKey.open(settings)
    with transaction.atomic():
        keys = Resource(ResourceKind.KEYS, "log")
        agreed(visitor, ProposalKind.ROTATE_KEYS, _SIGNER, {}, keys)
        make_signer(master_key, settings.log_origin, visitor.actor)


# --- What commands share ---


@contextmanager
def _opened(
    act: str, entry: str = "access.permitted", **details: LogJson
) -> Iterator[tuple[Settings, Visitor]]:
    """The store, once the gate has allowed and recorded what is to be done to the log."""
    from makegood.configuration import Settings

    settings = Settings.load()
    with visiting(settings) as visitor:
        from makegood.trust.policy import Act, ResourceKind

        permitted(visitor, Act(act), ResourceKind.LOG, entry=entry, details=details)
        yield settings, visitor


def _identifier(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        hint = "an identifier looks like 019abc00-0000-7000-8000-000000000000"
        raise MakegoodError(
            Finding("MG750", f"'{text}' is no identifier of an entry", hint)
        ) from None


def _kind(name: str) -> str:
    from makegood.trust.audit import KINDS

    if name not in KINDS:
        hint = did_you_mean(name, KINDS) or "docs/audit.md lists all kinds"
        raise MakegoodError(Finding("MG740", f"'{name}' is no kind of entry", hint))
    return name


def _verifier_key(text: str) -> VerifierKey:
    from makegood.trust.audit import VerifierKey

    return VerifierKey.expected(text.strip())


def _end(moment: datetime) -> datetime:
    """The end of a day that was named without an hour, else the moment itself."""
    return moment if moment.hour or moment.minute or moment.second else moment + timedelta(days=1)


def _put(text: str, file: Path | None) -> None:
    if file is None:
        say(text)
        return
    write_new(file, text)
