"""What the commands of the log say: tables, lines and JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from makegood.cli.figures import local_second
from makegood.cli.output import out, table

if TYPE_CHECKING:
    from makegood.configuration import Settings
    from makegood.trust.audit import Checkpoint, Entry, Verification, Witnessed


def verification_json(result: Verification) -> dict[str, object]:
    """A verification as plain values."""
    return {
        "ok": result.ok,
        "entries": result.entries,
        "waiting": result.waiting,
        "size": result.size,
        "root": result.root.hex(),
        "checkpoints": result.checkpoints,
        "covered": result.covered,
        "signed_at": result.signed_at.isoformat() if result.signed_at else None,
        "cosignatures": result.witnesses,
        "remembered": result.remembered,
        "problems": result.problems,
        "findings": [finding.as_json() for finding in result.findings],
    }


def show_verification(result: Verification) -> None:
    """A verification as a table and a sentence."""
    shown = table("The log", ["what", "count"], ["count"])
    shown.add_row("entries", f"{result.entries:,}")
    shown.add_row("of them waiting for a place", f"{result.waiting:,}")
    shown.add_row("covered by a checkpoint", f"{result.covered:,}")
    shown.add_row("checkpoints", f"{result.checkpoints:,}")
    shown.add_row("cosignatures of witnesses", f"{result.witnesses:,}")
    out.print(shown)
    if result.entries > result.covered:
        words = f"{result.entries - result.covered:,} entries are under no signed checkpoint yet"
        out.print(f"{words}; 'makegood audit checkpoint' signs, and so does the worker")
    if result.ok:
        out.print("nothing was changed, removed or added")
    else:
        more = result.problems - len(result.findings)
        things = "problem" if result.problems == 1 else "problems"
        out.print(f"{result.problems:,} {things}" + (f", {more:,} not told" if more else ""))


def checkpoint_json(made: Checkpoint, note: str) -> dict[str, object]:
    """A checkpoint and its note as plain values."""
    return {
        "number": made.number,
        "size": made.size,
        "root": made.root.hex(),
        "signed_at": made.signed_at.isoformat(),
        "note": note,
    }


def witnessed_json(result: Witnessed) -> dict[str, object]:
    """What came of asking a witness, as plain values."""
    return {
        "witness": result.name,
        "checkpoint": result.checkpoint,
        "size": result.size,
        "posix_seconds": result.posix_seconds,
        "stood_already": result.stood_already,
        "finding": result.finding.as_json() if result.finding else None,
    }


def witnessed_line(result: Witnessed) -> str:
    """What came of asking a witness, as a line."""
    what = f"checkpoint {result.checkpoint} over {result.size:,} entries"
    if result.finding:
        return f"{result.name}: {what} was not cosigned"
    return f"{result.name}: {what} {'stands cosigned' if result.stood_already else 'cosigned'}"


def entry_json(entry: Entry) -> dict[str, object]:
    """An entry as plain values."""
    record = entry.record
    return {
        "entry_id": str(entry.entry_id),
        "written_at": entry.written_at.isoformat(),
        "kind": record.kind,
        "actor": record.actor,
        "subject": record.subject,
        "person": record.person,
        "purpose": record.purpose,
        "case": record.case,
        "source": record.source,
        "details": record.details,
    }


def show_entries(found: Sequence[Entry], settings: Settings) -> None:
    """Entries as a table, times in the zone of the installation."""
    shown = table("Entries", ["written", "entry"], ["written"])
    for entry in found:
        record = entry.record
        written = local_second(entry.written_at, settings.zone)
        about = {
            "subject": record.subject,
            "person": record.person,
            "purpose": record.purpose,
            "case": record.case,
            "source": record.source,
        }
        said = ", ".join(f"{name} {value}" for name, value in about.items() if value)
        lines = (f"{record.kind} by {record.actor}", said, str(entry.entry_id))
        shown.add_row(written, "\n".join(line for line in lines if line))
    out.print(shown if found else "no entries")
