"""``makegood restore``: a back-up becomes the store again, and is proved afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import psycopg

from makegood.kernel import Finding, MakegoodError, Progress, silent
from makegood.project.keeping.manifest import DUMP, Manifest, read_manifest
from makegood.project.preparing import bring_up_to_date, known_migrations
from makegood.store import Store, load, others_at_work, rows_of_tables

_STAGE = "restore"
# What is in a store that nobody used yet.
_FURNITURE = ("django_", "auth_", "procrastinate_")


@dataclass(frozen=True, slots=True)
class Restored:
    """What was seen after a restore: entries of the log, those a checkpoint covers, all rows."""

    manifest: Manifest
    entries: int
    covered: int
    rows: int
    migrated: int


def restore(
    store: Store, folder: Path, *, replace: bool, actor: str, progress: Progress = silent
) -> Restored:
    """Make the store what it was when ``folder`` was written; what is there now is gone then.

    Hashes are checked first. It is one transaction: killed or failed, the store is as it was, and
    it can be run again. Afterwards every table's rows are counted and the log is verified against
    its checkpoints and the manifest's. Raises MakegoodError MG707 without the owner's address,
    MG713 for a back-up that is not whole or of a newer version, MG714 where the store is in use,
    or holds something and ``replace`` is false, MG716 where ``pg_restore`` fails, MG717 where what
    came out is not what went in.
    """
    from django.db import connections

    manifest = read_manifest(folder)
    _expect_known(manifest)
    if store.owner is None:
        hint = "set MAKEGOOD_DATABASE_OWNER_URL: only the owner can make tables"
        raise MakegoodError(Finding("MG707", "the tables cannot be made from here", hint))
    connections.close_all()
    with store.owner.connect(autocommit=True) as owner:
        _expect_unused(owner, replace=replace)
        load(store.owner, folder / DUMP, lambda done: progress(_STAGE, done, None))
        rows = rows_of_tables(owner)
    _expect_same(manifest, rows)
    migrated = bring_up_to_date(store)
    entries, covered = _verify_log(manifest, progress)
    _record(actor, folder, manifest)
    return Restored(manifest, entries, covered, sum(rows.values()), migrated)


def _expect_known(manifest: Manifest) -> None:
    unknown = set(manifest.migrations) - known_migrations()
    if unknown:
        what = f"the back-up was made by makegood {manifest.program}, which is newer than this"
        raise MakegoodError(Finding("MG713", what, "restore it with that version, or a newer one"))


def _expect_unused(owner: psycopg.Connection, *, replace: bool) -> None:
    others = others_at_work(owner)
    if others:
        what = f"the store is in use by {others} other connections"
        hint = "stop 'makegood up' and every worker first"
        raise MakegoodError(Finding("MG714", what, hint))
    held = {
        name: rows
        for name, rows in rows_of_tables(owner).items()
        if rows and not name.startswith(_FURNITURE)
    }
    if held and not replace:
        largest = max(held, key=lambda name: held[name])
        what = f"the store is not empty: {largest} has {held[largest]:,} rows"
        hint = "back it up, then say --replace; everything in it is lost then"
        raise MakegoodError(Finding("MG714", what, hint))


def _expect_same(manifest: Manifest, rows: dict[str, int]) -> None:
    for name in sorted(manifest.rows.keys() | rows.keys()):
        if manifest.rows.get(name) != rows.get(name):
            had, has = manifest.rows.get(name, 0), rows.get(name, 0)
            raise _not_the_same(f"{name} had {had:,} rows and has {has:,}")


def _verify_log(manifest: Manifest, progress: Progress) -> tuple[int, int]:
    from makegood.trust.audit import newest_checkpoint, verify

    found = verify(progress)
    if found.findings:
        raise MakegoodError([_not_the_same("the log is not sound").findings[0], *found.findings])
    checkpoint = newest_checkpoint()
    if (checkpoint.note if checkpoint else None) != (manifest.log.note if manifest.log else None):
        raise _not_the_same("the log's newest checkpoint is another")
    return found.entries, found.covered


def _record(actor: str, folder: Path, manifest: Manifest) -> None:
    from django.db import transaction

    from makegood.trust.audit import Json, Record, append

    details: dict[str, Json] = {
        "dump_sha256": manifest.dump_sha256,
        "made_at": manifest.made_at.isoformat(),
        "log_size": manifest.log.size if manifest.log else 0,
    }
    with transaction.atomic():
        append(Record("store.restored", actor, f"backup:{folder.name}", details=details))


def _not_the_same(what: str) -> MakegoodError:
    hint = "do not work with this store; restore another back-up with --replace"
    return MakegoodError(Finding("MG717", f"what was restored is not what was kept: {what}", hint))
