"""What a restore replaces is kept beside the data folder: its log, and who was deleted in it.

Each folder ``HOME/replaced-logs/<time>/`` holds ``log/``, an export up to a checkpoint signed for
it, and ``replaced.json``. It is written before anything is replaced and marked as finished once
the restored store has taken everything over, so that a restore that was killed is run again.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import psycopg
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from makegood.configuration import Settings
from makegood.kernel import MakegoodError
from makegood.project.keeping.manifest import Manifest
from makegood.trust.clock import now
from makegood.trust.keys import MasterKey

FOLDER, _STATE, _LOG = "replaced-logs", "replaced.json", "log"


class Replaced(BaseModel):
    """What is known of a store that was replaced. Where it could not be read, ``lost`` says why."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    number: int | None = Field(default=None, description="of the log's newest checkpoint")
    size: int | None = None
    root: str | None = None
    note: str | None = None
    lost: str = Field(default="", description="what could not be signed, read or kept, and why")
    deleted: tuple[str, ...] = Field(default=(), description="pseudonyms of those deleted in it")
    finished: bool = False


def keep_replaced(settings: Settings, manifest: Manifest, actor: str) -> None:
    """Sign the log that is about to be replaced, export it, and write down who was deleted.

    What cannot be read or signed is told in the file and stops nothing: a restore is for
    disasters. Raises OSError where the data folder takes no files.
    """
    from makegood.trust.vault import deleted_persons

    left = unfinished(settings)
    if left and _is_of(manifest):
        return  # A restore was killed after this store came out of the back-up.
    lost: list[str] = []
    checkpoint = _signed(settings, actor, lost)
    folder = left[-1][0] if left else _new_folder(settings)
    if checkpoint.number is not None and not _exported(folder, lost, is_last=not left):
        folder = _new_folder(settings)
        _exported(folder, lost, is_last=True)
    deleted: list[str] = []
    try:
        deleted = deleted_persons()
    except (psycopg.Error, _database_error(), MakegoodError) as error:
        lost.append(f"who was deleted is not known: {_named(error)}")
    known = [name for place, each in left if place == folder for name in each.deleted]
    _write(
        folder,
        checkpoint.model_copy(
            update={"lost": "; ".join(lost), "deleted": tuple(sorted({*deleted, *known}))}
        ),
    )


def unfinished(settings: Settings) -> list[tuple[Path, Replaced]]:
    """What was replaced and not yet taken over by a restored store, the oldest first."""
    found = []
    for file in sorted((settings.home / FOLDER).glob(f"*/{_STATE}")):
        with suppress(ValidationError, UnicodeDecodeError):
            state = Replaced.model_validate_json(file.read_text(encoding="utf-8"))
            if not state.finished:
                found.append((file.parent, state))
    return found


def finish(taken_over: list[tuple[Path, Replaced]]) -> None:
    """The restored store knows of them now."""
    for folder, state in taken_over:
        _write(folder, state.model_copy(update={"finished": True}))


def _is_of(manifest: Manifest) -> bool:
    """Whether the store stands at the checkpoint of the back-up."""
    from makegood.trust.audit import newest_checkpoint

    try:
        newest = newest_checkpoint()
    except (psycopg.Error, _database_error()):
        return False
    return (newest.note if newest else None) == (manifest.log.note if manifest.log else None)


def _signed(settings: Settings, actor: str, lost: list[str]) -> Replaced:
    """The log's newest checkpoint, signed now where that is possible."""
    from makegood.trust.audit import HEAD_FILE, HeadFile, newest_checkpoint, publish_checkpoint

    try:
        publish_checkpoint(
            MasterKey.open(settings),
            settings.log_origin,
            actor,
            head=HeadFile(settings.secrets / HEAD_FILE),
        )
    except (psycopg.Error, _database_error(), MakegoodError) as error:
        lost.append(f"its end could not be signed: {_named(error)}")
    try:
        newest = newest_checkpoint()
    except (psycopg.Error, _database_error()) as error:
        lost.append(f"its checkpoints cannot be read: {_named(error)}")
        return Replaced()
    if newest is None:
        lost.append("it had no checkpoint")
        return Replaced()
    facts = newest.facts()
    return Replaced(
        number=newest.number, size=newest.size, root=str(facts["root"]), note=newest.note
    )


def _exported(folder: Path, lost: list[str], *, is_last: bool) -> bool:
    """Export the log; false where the folder is of another one and another folder may do."""
    from makegood.trust.audit import export

    try:
        export(folder / _LOG)
    except (psycopg.Error, _database_error(), MakegoodError) as error:
        if not is_last:
            return False
        lost.append(f"it could not be exported: {_named(error)}")
    return True


def _new_folder(settings: Settings) -> Path:
    parent = settings.home / FOLDER
    parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    wanted = f"{now():%Y-%m-%dT%H%M%S}"
    for name in (wanted, *(f"{wanted}-{number}" for number in range(2, 1_000))):
        with suppress(FileExistsError):
            (parent / name).mkdir(mode=0o700)
            return parent / name
    raise FileExistsError(wanted)


def _write(folder: Path, state: Replaced) -> None:
    """The file whole or as it was."""
    partial = folder / f".{_STATE}.part"
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as out:
        out.write(state.model_dump_json(indent=2) + "\n")
        out.flush()
        os.fsync(out.fileno())
    partial.replace(folder / _STATE)
    for place in (folder, folder.parent):
        opened = os.open(place, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)


def _database_error() -> type[Exception]:
    from django.db import Error

    return Error


def _named(error: Exception) -> str:
    """A finding's code and words; of anything else its kind only, which holds no values."""
    if isinstance(error, MakegoodError):
        finding = error.findings[0]
        return f"{finding.code} {finding.message}"
    return type(error).__name__
