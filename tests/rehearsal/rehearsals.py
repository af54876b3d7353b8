"""Rehearsals as the command plays them: a process of its own, with a store of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.docs.markdown import ROOT

PROGRAMMES = ROOT / "programmes"
_MAKEGOOD = Path(sys.executable).with_name("makegood")
_SECONDS_MAX = 400


@dataclass(frozen=True)
class Played:
    """What the command answered, and what it said beside it."""

    answer: dict[str, Any]
    said: str

    @property
    def looked_at(self) -> dict[str, int]:
        """How many things each check looked at."""
        return {check["name"]: check["looked_at"] for check in self.answer["checks"]}


def rehearse(
    programme: Path | str, *arguments: str, status: int = 0, python_path: Path | None = None
) -> Played:
    """A rehearsal; its words are shown where it does not end as expected.

    ``python_path`` is a folder of modules that its processes find first.
    """
    file = programme if isinstance(programme, Path) else PROGRAMMES / programme / "programme.yaml"
    done = subprocess.run(
        [_MAKEGOOD, "rehearse", file, *arguments, "--json"],
        capture_output=True,
        text=True,
        timeout=_SECONDS_MAX,
        env={**os.environ, "COLUMNS": "200"}
        | ({"PYTHONPATH": str(python_path)} if python_path else {}),
        check=False,
    )
    assert done.returncode == status, f"{' '.join(arguments)}\n{done.stdout}\n{done.stderr[-4000:]}"
    return Played(json.loads(done.stdout), done.stderr)
