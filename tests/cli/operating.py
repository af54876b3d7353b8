"""The command line as an operator uses it, within the test's own process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from makegood.cli import main

ROOT = Path(__file__).parents[2]
KT = ROOT / "programmes" / "kt-2025" / "programme.yaml"


@dataclass(frozen=True, slots=True)
class Said:
    """What a command said, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The standard output, which must be JSON and nothing else."""
        return json.loads(self.out)


class Operator:
    """Types commands."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._monkeypatch, self._capsys = monkeypatch, capsys
        monkeypatch.setenv("COLUMNS", "200")

    def types(self, *words: str | Path) -> Said:
        """Run a command to its end."""
        self._monkeypatch.setattr(sys, "argv", ["makegood", *map(str, words)])
        code: Any = 0
        try:
            main()
        except SystemExit as end:
            code = end.code
        told = self._capsys.readouterr()
        assert "Traceback" not in told.err
        return Said(int(code or 0), told.out, told.err)


def environment(**changed: str) -> dict[str, str]:
    """The environment of a process of its own."""
    paths = [str(ROOT), str(ROOT / "src"), os.environ.get("PYTHONPATH", "")]
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("LC_", "LANG", "COLUMNS"))}
    return kept | {"PYTHONPATH": os.pathsep.join(paths)} | changed


def started(
    *words: str | Path,
    given: Mapping[str, str] | None = None,
    stdout: int = subprocess.PIPE,
    stderr: int = subprocess.PIPE,
) -> subprocess.Popen[bytes]:
    """A command in a process of its own, with some of its environment given.

    It leads a group of its own, so that a signal can reach it and all that it starts.
    """
    return subprocess.Popen(
        [sys.executable, "-c", "from makegood.cli import main; main()", *map(str, words)],
        stdout=stdout,
        stderr=stderr,
        env=environment(**(given or {})),
        start_new_session=True,
    )
