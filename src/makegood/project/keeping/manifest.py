"""What a back-up is: a folder with a dump and the manifest that seals it.

``manifest.json`` is written last, and the folder gets its name after that. It says what the dump's
bytes hash to, how many rows each table has, and the log's newest checkpoint in that very snapshot.
"""

from __future__ import annotations

import os
from datetime import datetime
from hashlib import file_digest
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from makegood.kernel import Finding, MakegoodError

MANIFEST, DUMP = "manifest.json", "database.dump"


class LogState(BaseModel):
    """The log's newest checkpoint at the time of the back-up."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    number: int
    size: int = Field(description="entries that the checkpoint covers")
    note: str = Field(description="the signed note itself")


class Manifest(BaseModel):
    """Everything that is known of a back-up without opening its dump."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal[1] = 1
    made_at: datetime
    program: str = Field(description="the version of makegood")
    postgresql: int = Field(description="the server's major version")
    dump_bytes: int
    dump_sha256: str
    migrations: tuple[str, ...]
    rows: dict[str, int] = Field(description="of each table")
    log: LogState | None

    def write(self, folder: Path) -> None:
        """Write it into a back-up's folder."""
        descriptor = os.open(folder / MANIFEST, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as out:
            out.write(self.model_dump_json(indent=2) + "\n")


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a back-up whose dump has the bytes it had.

    Raises MakegoodError MG713 where it is none, or any byte of the dump is another.
    """
    try:
        text = (folder / MANIFEST).read_text(encoding="utf-8")
        manifest = Manifest.model_validate_json(text)
        found = hash_of(folder / DUMP)
    except FileNotFoundError as error:
        raise _damaged(folder, f"it has no {Path(str(error.filename)).name}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise _damaged(folder, f"it cannot be read: {type(error).__name__}") from None
    except ValidationError:
        raise _damaged(folder, "its manifest is not one that this version writes") from None
    if found != manifest.dump_sha256:
        raise _damaged(folder, "the dump is not the one that was written")
    return manifest


def hash_of(file: Path) -> str:
    """The SHA-256 of a file's bytes."""
    with file.open("rb") as source:
        return file_digest(source, "sha256").hexdigest()


def _damaged(folder: Path, why: str) -> MakegoodError:
    hint = "take another back-up; this one must not be used"
    return MakegoodError(Finding("MG713", f"'{folder.name}' is no whole back-up: {why}", hint))
