"""Where a result may be put, and a single file that appears whole or not at all."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from tempfile import NamedTemporaryFile

from makegood.kernel import Finding, MakegoodError
from makegood.population.layout import MANIFEST

# A folder of decisions is no business of this room, but nothing is put into one either.
_KINDS = {"makegood-snapshot": "a population", "makegood-decisions": "decisions"}
_READABLE = 0o644


def kind_of(manifest: object) -> str | None:
    """What a manifest is of, in words: ``a population``, ``decisions``, or nothing of ours."""
    told = manifest.get("format") if isinstance(manifest, dict) else None
    return _KINDS.get(told.partition("/")[0]) if isinstance(told, str) else None


def refuse_within(place: Path) -> None:
    """Raises MakegoodError MG605 where a place lies inside a population or inside decisions.

    Such a folder never changes: whatever is put there overwrites it, or is one file too many.
    """
    for folder in Path(os.path.realpath(place)).parents:
        try:
            kind = kind_of(json.loads((folder / MANIFEST).read_bytes()))
        except (OSError, ValueError):
            continue
        if kind:
            message = f"'{place}' lies in '{folder.name}', which holds {kind}"
            hint = "nothing was written; choose a place outside of it"
            raise MakegoodError(Finding("MG605", message, hint))


def write_whole(path: Path, text: str) -> None:
    """Write a file beside its place and rename it, so that nobody ever reads half of it.

    Where that fails ``path`` is as it was and nothing else is left: OSError, which names ``path``.
    MakegoodError MG605 where the place lies in a folder that never changes.
    """
    refuse_within(path)
    # A link stays a link: what it leads to is replaced.
    target = Path(os.path.realpath(path))
    try:
        if _is_device(target):
            target.write_text(text, encoding="utf-8")
        else:
            _replace(target, text)
    except OSError as error:
        # The error of a full disk names no file, and others name the one beside.
        error.filename, error.filename2 = str(path), None
        raise


def _is_device(path: Path) -> bool:
    """Whether a path is a terminal, a pipe or the like, which can only be written to."""
    try:
        mode = path.stat().st_mode
    except OSError:
        return False
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))


def _replace(target: Path, text: str) -> None:
    with NamedTemporaryFile(
        "wb", dir=target.parent, prefix=f".{target.name}.", delete=False
    ) as file:
        beside = Path(file.name)
        try:
            file.write(text.encode())
            file.flush()
            os.fsync(file.fileno())
            beside.chmod(_READABLE)
            beside.replace(target)
        except BaseException:
            beside.unlink(missing_ok=True)
            raise
