"""Decisions that the other engine has proved are proved once, for all runs planned from them."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

from makegood.kernel import MakegoodError, Progress, silent

if TYPE_CHECKING:
    from pathlib import Path

    from makegood.decisions import Decisions


def expect_proved(decisions: Decisions, progress: Progress = silent) -> None:
    """Raises MakegoodError MG611 to MG615 where decisions are not what the other engine says.

    What was proved is remembered beside the folder, by the hashes of all its files; these are
    taken again each time, so that what was changed since is proved anew.
    """
    from makegood.decisions import verify

    proof = decisions.folder.with_name(f"{decisions.folder.name}.proved.json")
    found = _hashes(decisions)
    if found is not None and _remembered(proof) == found:
        return
    result = verify(decisions, progress=progress)
    if not result.sound:
        raise MakegoodError(result.findings)
    if found is not None:
        _remember(proof, found)


def _hashes(decisions: Decisions) -> dict[str, str] | None:
    """The hash of every file, by its name; None where one cannot be read."""
    from makegood.decisions import file_sha256

    files = [decisions.folder / "manifest.json", decisions.programme_copy, *decisions.part_paths()]
    try:
        return {path.name: file_sha256(path) for path in files}
    except OSError:
        return None


def _remembered(proof: Path) -> object:
    try:
        return json.loads(proof.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def _remember(proof: Path, found: dict[str, str]) -> None:
    partial = proof.with_name(f".{proof.name}.{os.getpid()}")
    partial.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    partial.replace(proof)
