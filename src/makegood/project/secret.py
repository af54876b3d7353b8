"""The key with which Django signs what it hands out. Losing it ends sessions and nothing else."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress

from makegood.configuration import Settings


def secret_key(settings: Settings, name: str = "web-key") -> str:
    """A site's key, made at its first use in a file of this name that only this account reads."""
    file = settings.secrets / name
    settings.secrets.mkdir(mode=0o700, parents=True, exist_ok=True)
    made = secrets.token_urlsafe(48)
    partial = file.with_name(f"{name}.{os.getpid()}")
    if file.exists() and not file.stat().st_size:
        file.unlink()  # what a crash of the machine left
    if not file.exists():
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as out:
            out.write(made)
            out.flush()
            os.fsync(out.fileno())
        # A link is made by one process only; the others take what it made.
        with suppress(FileExistsError):
            os.link(partial, file)
        partial.unlink()
    return file.read_text(encoding="ascii")
