"""``makegood backup``: one snapshot of everything, while the work goes on."""

from __future__ import annotations

import os
import secrets
import shutil
from importlib.metadata import version
from pathlib import Path

from makegood.configuration import Settings
from makegood.kernel import Finding, MakegoodError, Progress, silent
from makegood.project.keeping.manifest import DUMP, LogState, Manifest, hash_of
from makegood.store import Store, dump, rows_of_tables
from makegood.trust.clock import now
from makegood.trust.keys import MasterKey

_STAGE = "back up"


def back_up(
    store: Store, settings: Settings, folder: Path, *, actor: str, progress: Progress = silent
) -> Manifest:
    """Write the whole store into ``folder``, which must not exist yet; it appears whole or not.

    The log is signed first, so that the back-up holds a checkpoint of all that was written before.
    Raises MakegoodError MG714 where something lies there, MG716 where ``pg_dump`` fails, OSError
    where there is no room, and what signing raises.
    """
    from makegood.trust.audit import HEAD_FILE, HeadFile, publish_checkpoint

    folder = folder.absolute()
    _expect_free(folder)
    head = HeadFile(settings.secrets / HEAD_FILE)
    publish_checkpoint(MasterKey.open(settings), settings.log_origin, actor, head=head)
    partial = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}.partial")
    folder.parent.mkdir(parents=True, exist_ok=True)
    _remove_leftovers(folder)
    partial.mkdir(mode=0o700)
    try:
        progress(_STAGE, 0, None)
        manifest = _write(store, partial)
        for name in (partial / DUMP, *partial.glob("*.json"), partial):
            _onto_disk(name)
        _expect_free(folder)
        partial.rename(folder)
        _onto_disk(folder.parent)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    _record(actor, folder, manifest)
    return manifest


def copy_master_key(settings: Settings, file: Path, backup: Path, *, actor: str) -> None:
    """Copy the master key's file to a new file, away from the back-up that it opens.

    The entry ``keys.copied`` is committed before there is a copy. Raises MakegoodError MG715 where
    no file can be copied, or the goal exists or is in the back-up.
    """
    address = MasterKey.open(settings).address
    source = Path(address)
    hint = "keep the copy where no back-up is kept: whoever has both can read everything"
    if "://" in address:
        what = "the master key is in a service, from which nobody can copy it"
        raise MakegoodError(Finding("MG715", what, "see the service's own back-ups"))
    if file.exists() or backup.resolve() in file.resolve().parents:
        what = (
            f"the copy of the master key cannot be '{file.name}': it exists, or is in the back-up"
        )
        raise MakegoodError(Finding("MG715", what, hint))
    _record_copy(actor, backup)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as copy:
        copy.write(source.read_bytes())
        copy.flush()
        os.fsync(copy.fileno())


def _write(store: Store, folder: Path) -> Manifest:
    """The dump and its manifest, of one snapshot of the database."""
    from django.db import connection, transaction
    from django.db.migrations.recorder import MigrationRecorder

    from makegood.trust.audit import newest_checkpoint

    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            cursor.execute("SELECT pg_export_snapshot()")
            snapshot = str(cursor.fetchone()[0])
        dump(store.owner or store.program, snapshot, folder / DUMP)
        checkpoint = newest_checkpoint()
        applied = MigrationRecorder(connection).applied_migrations()
        manifest = Manifest(
            made_at=now(),
            program=version("makegood"),
            postgresql=connection.connection.info.server_version // 10_000,
            dump_bytes=(folder / DUMP).stat().st_size,
            dump_sha256=hash_of(folder / DUMP),
            migrations=tuple(sorted(f"{app}.{name}" for app, name in applied)),
            rows=rows_of_tables(connection.connection),
            log=(
                LogState(number=checkpoint.number, size=checkpoint.size, note=checkpoint.note)
                if checkpoint
                else None
            ),
        )
    manifest.write(folder)
    return manifest


def _record(actor: str, folder: Path, manifest: Manifest) -> None:
    from django.db import transaction

    from makegood.trust.audit import Json, Record, append

    details: dict[str, Json] = {
        "dump_sha256": manifest.dump_sha256,
        "dump_bytes": manifest.dump_bytes,
        "log_size": manifest.log.size if manifest.log else 0,
    }
    with transaction.atomic():
        append(Record("store.backed_up", actor, f"backup:{folder.name}", details=details))


def _record_copy(actor: str, backup: Path) -> None:
    from django.db import transaction

    from makegood.trust.audit import Record, append

    details = {"with": f"backup:{backup.name}"}
    with transaction.atomic():
        append(Record("keys.copied", actor, "keys:master", details=details))


def _expect_free(folder: Path) -> None:
    if folder.exists():
        hint = "nothing was overwritten; name a folder that does not exist yet"
        raise MakegoodError(Finding("MG714", f"'{folder.name}' exists already", hint))


def _remove_leftovers(folder: Path) -> None:
    """What killed runs left beside the same goal."""
    for left in folder.parent.glob(f".{folder.name}.*.partial"):
        shutil.rmtree(left, ignore_errors=True)


def _onto_disk(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
