"""Whatever is killed when: there is a whole snapshot or none, and the next run succeeds."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

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
_KILLED = -signal.SIGKILL


def prepare(folder: Path) -> None:
    """An extract whose every seventh row is rejected."""
    (folder / "m.yaml").write_text(_MAPPING)
    order = list(range(60_000))
    random.Random(5).shuffle(order)
    rows = (f"{i:06d},{'in_use' if i % 7 else 'oops'},2026-01-13,{i % 36},{i}.5\n" for i in order)
    (folder / "s.csv").write_text("id,s,d,m,p\n" + "".join(rows))


def in_child(arguments: list[str]) -> subprocess.CompletedProcess[str]:
    """Start Python in the repository, with the paths of this one."""
    paths = [str(ROOT), str(ROOT / "src"), os.environ.get("PYTHONPATH", "")]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(paths)}
    command = [sys.executable, *arguments]
    return subprocess.run(
        command, cwd=ROOT, env=environment, check=False, capture_output=True, text=True
    )


def _runs(folder: Path, kind: str, whens: list[str]) -> list[tuple[int, ...]]:
    """For each run: how it ended, whether a snapshot stood there then, how checking it ended."""
    ended = in_child(["-m", "tests.population.child", str(folder), kind, *whens])
    assert ended.returncode == 0, ended.stderr
    return [tuple(map(int, line.split())) for line in ended.stdout.splitlines()]


def _leftovers(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} - {"m.yaml", "s.csv"}


@pytest.mark.parametrize("kind", ["make", "import"])
def test_killed_at_any_time(tmp_path: Path, kind: str) -> None:
    prepare(tmp_path)
    chance = random.Random(f"kills of {kind}")
    whens = [f"{chance.randint(1, 400)}ms" for _ in range(8)]
    found = _runs(tmp_path, kind, whens)
    assert len(found) == len(whens)
    assert any(ended == _KILLED for ended, _, _ in found)
    for ended, stands, checked in found:
        assert ended in (_KILLED, 0)
        assert stands or ended == _KILLED
        assert checked == 0
    child.run(tmp_path, kind)
    child.check(tmp_path)
    assert _leftovers(tmp_path) == {"out"}


def test_killed_at_every_step_onto_the_disk(tmp_path: Path) -> None:
    """Part, manifest, rejects, folder; after the name is given; and not at all."""
    prepare(tmp_path)
    found = _runs(tmp_path, "import", [str(step) for step in range(6)])
    assert found == [(_KILLED, 0, 0)] * 4 + [(_KILLED, 1, 0), (0, 1, 0)]
    child.run(tmp_path, "import")
    assert _leftovers(tmp_path) == {"out"}
