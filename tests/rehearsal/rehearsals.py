"""Rehearsals as the command plays them: a process of its own, with a store of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.docs.markdown import ROOT

PROGRAMMES = ROOT / "programmes"
_MAKEGOOD = Path(sys.executable).with_name("makegood")
_SECONDS_MAX = 400


def rehearse(programme: Path | str, *arguments: str, status: int = 0) -> dict[str, Any]:
    """What the command answers; its words are shown where it does not end as expected."""
    file = programme if isinstance(programme, Path) else PROGRAMMES / programme / "programme.yaml"
    done = subprocess.run(
        [_MAKEGOOD, "rehearse", file, *arguments, "--json"],
        capture_output=True,
        text=True,
        timeout=_SECONDS_MAX,
        env={**os.environ, "COLUMNS": "200"},
        check=False,
    )
    assert done.returncode == status, f"{' '.join(arguments)}\n{done.stdout}\n{done.stderr[-4000:]}"
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def looked_at(answer: dict[str, Any]) -> dict[str, int]:
    """How many things each check looked at."""
    return {check["name"]: check["looked_at"] for check in answer["checks"]}
