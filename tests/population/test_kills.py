"""Whatever is killed when: there is a whole snapshot or none, and the next run succeeds."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from makegood.population import check_snapshot, open_snapshot
from tests.population import child
from tests.population.telco import ROOT

_MAPPING = """\
source: {format: csv}
line_id: id
facts:
  status: {column: s}
  ended_on: {column: d}
  months: {column: m}
  paid: {column: p}
  senior: {absent: true}
"""


def _prepare(folder: Path) -> None:
    (folder / "m.yaml").write_text(_MAPPING)
    order = list(range(60_000))
    random.Random(5).shuffle(order)
    rows = (f"{i:06d},{'in_use' if i % 7 else 'oops'},2026-01-13,{i % 36},{i}.5\n" for i in order)
    (folder / "s.csv").write_text("id,s,d,m,p\n" + "".join(rows))


def _run(folder: Path, kind: str, how: str, number: int) -> int:
    arguments = [
        sys.executable,
        "-m",
        "tests.population.child",
        str(folder),
        kind,
        how,
        str(number),
    ]
    paths = [str(ROOT), str(ROOT / "src"), os.environ.get("PYTHONPATH", "")]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(paths)}
    return subprocess.run(arguments, cwd=ROOT, env=environment, check=False).returncode


def _check(folder: Path) -> None:
    if (folder / "out").exists():
        assert check_snapshot(open_snapshot(folder / "out")) == []


@pytest.mark.parametrize("kind", ["make", "import"])
def test_killed_at_any_time(tmp_path: Path, kind: str) -> None:
    _prepare(tmp_path)
    chance = random.Random(f"kills of {kind}")
    killed = 0
    for _ in range(7):
        killed += _run(tmp_path, kind, "after", chance.randint(1, 300)) == -signal.SIGKILL
        _check(tmp_path)
    child.run(tmp_path, kind)
    _check(tmp_path)
    assert killed
    left = {path.name for path in tmp_path.iterdir()}
    assert left == {"m.yaml", "s.csv", "out"}


@pytest.mark.parametrize("number", range(6))
def test_killed_at_every_step_onto_the_disk(tmp_path: Path, number: int) -> None:
    """Part, manifest, rejects, folder; after the name is given; and not at all."""
    _prepare(tmp_path)
    ended = _run(tmp_path, "import", "sync", number)
    _check(tmp_path)
    assert (tmp_path / "out").exists() == (number >= 4)
    assert ended == (0 if number == 5 else -signal.SIGKILL)
    child.run(tmp_path, "import")
    _check(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"m.yaml", "s.csv", "out"}
