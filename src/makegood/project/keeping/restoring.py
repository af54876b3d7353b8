"""``makegood restore``: a back-up becomes the store again, and is proved afterwards."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

import psycopg

from makegood.configuration import Settings
from makegood.kernel import Finding, MakegoodError, Progress, silent
from makegood.project.keeping.following_up import follow_up
from makegood.project.keeping.manifest import DUMP, Manifest, read_manifest
from makegood.project.keeping.replaced import keep_replaced
from makegood.project.preparing import bring_up_to_date, known_migrations
from makegood.store import Store, load, others_at_work, rows_of_tables

_STAGE = "restore"
_PATIENCE_SECONDS, _PAUSE_SECONDS = 3.0, 0.05
# What is in a store that nobody used yet.
_FURNITURE = ("django_", "auth_", "procrastinate_")
# What this very command has written before it looks: the policies in force, what the gate says.
_BY_STARTING = ["policies.loaded", "access.permitted", "access.refused"]
_BEGUN = "SELECT count(*) FROM audit_entry WHERE kind <> ALL(%s)"
_OF_A_START = ("audit_", "policy_version", "monitoring_", "waiting_")


@dataclass(frozen=True, slots=True)
class Restored:
    """What was seen after a restore: entries of the log, those a checkpoint covers, all rows.

    ``replaced`` names folders below the data folder with what was replaced; ``unsigned`` says why
    the restored log was not signed at once, where it was not.
    """

    manifest: Manifest
    entries: int
    covered: int
    rows: int
    migrated: int
    replaced: tuple[str, ...]
    deleted_again: int
    sessions_ended: int
    proposals_expired: int
    unsigned: Finding | None


def restore(
    store: Store,
    settings: Settings,
    folder: Path,
    *,
    replace: bool,
    actor: str,
    progress: Progress = silent,
) -> Restored:
    """Make the store what it was when ``folder`` was written; what is there now is gone then.

    Hashes are checked first. With ``replace`` the log that is replaced is signed and exported to
    ``HOME/replaced-logs/<time>/`` before; where it cannot be, the entry about the restore says so.
    Loading is one transaction: killed or failed, the store is as it was. Every table's rows are
    counted and the log is verified against its checkpoints and the manifest's. In one more
    transaction all who were deleted meanwhile are deleted again, sessions and live proposals end,
    and the log says what was lost. Killed anywhere, it can be run again.

    Raises MakegoodError MG707 without the owner's address, MG713 for a back-up that is not whole or
    of a newer version, MG714 where the store is in use, or holds something and ``replace`` is
    false, MG716 where ``pg_restore`` fails, MG717 where what came out is not what went in, MG718
    where the head outside of the database cannot be written.
    """
    from django.db import connections

    folder = folder.absolute()
    manifest = read_manifest(folder)
    _expect_known(manifest)
    if store.owner is None:
        hint = "set MAKEGOOD_DATABASE_OWNER_URL: only the owner can make tables"
        raise MakegoodError(Finding("MG707", "the tables cannot be made from here", hint))
    connections.close_all()
    with store.owner.connect(autocommit=True) as owner:
        _expect_unused(owner, replace=replace)
        if replace:
            keep_replaced(settings, manifest, actor)
            connections.close_all()
            _expect_alone(owner)
        load(store.owner, folder / DUMP, lambda done: progress(_STAGE, done, None))
        rows = rows_of_tables(owner)
    _expect_same(manifest, rows)
    migrated = bring_up_to_date(store)
    entries, covered = _verify_log(manifest, progress)
    done = follow_up(settings, folder.name, manifest, actor)
    return Restored(
        manifest=manifest,
        entries=entries,
        covered=covered,
        rows=sum(rows.values()),
        migrated=migrated,
        replaced=done.replaced,
        deleted_again=done.deleted_again,
        sessions_ended=done.sessions_ended,
        proposals_expired=done.proposals_expired,
        unsigned=done.unsigned,
    )


def _expect_known(manifest: Manifest) -> None:
    unknown = set(manifest.migrations) - known_migrations()
    if unknown:
        what = f"the back-up was made by makegood {manifest.program}, which is newer than this"
        raise MakegoodError(Finding("MG713", what, "restore it with that version, or a newer one"))


def _expect_alone(owner: psycopg.Connection) -> None:
    until = time.monotonic() + _PATIENCE_SECONDS
    # The server needs a moment to notice that a connection, such as our own, has ended.
    while (others := others_at_work(owner)) and time.monotonic() < until:
        time.sleep(_PAUSE_SECONDS)
    if others:
        what = f"the store is in use by {others} other connections"
        hint = "stop 'makegood up' and every worker first"
        raise MakegoodError(Finding("MG714", what, hint))


def _expect_unused(owner: psycopg.Connection, *, replace: bool) -> None:
    _expect_alone(owner)
    there = rows_of_tables(owner)
    begun = "audit_entry" in there and owner.execute(_BEGUN, [_BY_STARTING]).fetchone() == (0,)
    furniture = (*_FURNITURE, *(_OF_A_START if begun else ()))
    held = {name: rows for name, rows in there.items() if rows and not name.startswith(furniture)}
    if held and not replace:
        largest = max(held, key=lambda name: held[name])
        what = f"the store is not empty: {largest} has {held[largest]:,} rows"
        hint = "back it up, then say --replace; all but its log is lost then"
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


def _not_the_same(what: str) -> MakegoodError:
    hint = "do not work with this store; restore another back-up with --replace"
    return MakegoodError(Finding("MG717", f"what was restored is not what was kept: {what}", hint))
