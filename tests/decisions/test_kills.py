"""Whatever is killed when: there are whole decisions or none, and the next run succeeds."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from makegood.decisions import open_decisions, verify
from makegood.population import make_population
from makegood.programmes import load_programme
from tests.cli.operating import ROOT, environment, started
from tests.decisions import child
from tests.decisions.outage import AS_OF, CLOCK
from tests.decisions.test_kept import GIVEN

LINES = 300_000
PART_ROWS = 40_000


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A programme and a population of many lines in several parts."""
    folder = tmp_path_factory.mktemp("kills")
    (folder / "programme.yaml").write_text(GIVEN.text, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("makegood.population.synthetic.making.PART_ROWS", PART_ROWS)
        make_population(
            GIVEN.facts,
            programme=GIVEN.identifier,
            programme_sha256=GIVEN.sha256,
            shape=None,
            lines=LINES,
            seed=1,
            as_of=AS_OF,
            out=folder / "population",
            clock=CLOCK,
        )
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    """A place of one's own, with the same inputs."""
    (tmp_path / "programme.yaml").symlink_to(made / "programme.yaml")
    (tmp_path / "population").symlink_to(made / "population")
    return tmp_path


def start(folder: Path, *how: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.decisions.child", str(folder), *how],
        cwd=ROOT,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def is_whole(folder: Path) -> bool:
    """Whether decisions stand in the folder; whatever stands there must verify."""
    if not (folder / "out").exists():
        return False
    assert verify(open_decisions(folder / "out"), sample=500).findings == ()
    return True


def left_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_killed_at_any_time(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Ten times, from the first file to the last; then the result is what it would have been."""
    chance = random.Random("kills of decide")
    killed = 0
    for _ in range(10):
        process = start(folder, "1000000")
        while process.poll() is None and not list(folder.glob(".out.partial-*")):
            time.sleep(0.001)
        try:
            process.wait(timeout=chance.random() * 0.6)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
        process.communicate()
        killed += process.returncode == -signal.SIGKILL
        if is_whole(folder):
            _clear(folder / "out")
    assert killed >= 3
    again = child.run(folder).decisions
    assert left_in(folder) == {"programme.yaml", "population", "out"}
    assert is_whole(folder)
    elsewhere = tmp_path_factory.mktemp("undisturbed")
    for name in ("programme.yaml", "population"):
        (elsewhere / name).symlink_to(folder / name)
    undisturbed = child.run(elsewhere).decisions
    assert undisturbed.content_sha256 == again.content_sha256
    assert undisturbed.measures == again.measures


def test_stopped_by_hand(folder: Path) -> None:
    process = start(folder, "go")
    while process.poll() is None and not list(folder.glob(".out.partial-*/*")):
        time.sleep(0.001)
    process.send_signal(signal.SIGINT)
    process.communicate()
    assert process.returncode != 0 or is_whole(folder)
    assert left_in(folder) - {"out"} == {"programme.yaml", "population"}


@pytest.mark.parametrize("after", [0.9, 1.5, 2.1])
def test_proving_is_stopped_by_hand(folder: Path, after: float) -> None:
    """A terminal sends Ctrl-C to every process at once; none of them waits or tells its stack."""
    child.run(folder)
    with started("verify", folder / "out", "--quiet") as process:
        try:
            process.wait(timeout=after)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGINT)
        _, err = process.communicate(timeout=60)
    assert process.returncode in (0, 130, -signal.SIGINT)
    assert b"Traceback" not in err or process.returncode == -signal.SIGINT


def _clear(out: Path) -> None:
    for path in out.iterdir():
        path.unlink()
    out.rmdir()


def test_two_at_once(folder: Path) -> None:
    both = [start(folder, "go") for _ in range(2)]
    told = [process.communicate() for process in both]
    assert [process.returncode for process in both] == [0, 0], told
    assert sorted(out for out, _ in told) == ["False\n", "True\n"]
    assert is_whole(folder)
    assert left_in(folder) == {"programme.yaml", "population", "out"}


@pytest.mark.parametrize("most", [100, 30_000])
def test_no_room_on_the_disk(folder: Path, most: int) -> None:
    process = start(folder, "bytes", str(most))
    out, err = process.communicate()
    assert (process.returncode, out) == (1, "")
    assert err.startswith(("MG509", "MG618")), err
    assert "nothing was left behind" in err
    assert left_in(folder) == {"programme.yaml", "population"}


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is forbidden to root")
def test_a_place_where_nothing_may_be_written(folder: Path) -> None:
    folder.chmod(0o500)
    process = start(folder, "go")
    _, err = process.communicate()
    folder.chmod(0o700)
    assert process.returncode == 1
    assert err.startswith("MG509")
    assert left_in(folder) == {"programme.yaml", "population"}


def test_a_part_of_the_population_that_cannot_be_read(folder: Path, made: Path) -> None:
    (folder / "population").unlink()
    (folder / "population").mkdir()
    for path in (made / "population").iterdir():
        (folder / "population" / path.name).write_bytes(path.read_bytes())
    part = folder / "population" / "part-00001.parquet"
    part.write_bytes(b"\0" * part.stat().st_size)
    process = start(folder, "go")
    _, err = process.communicate()
    assert process.returncode == 1
    assert err.startswith("MG505"), err
    assert left_in(folder) == {"programme.yaml", "population"}


def test_the_programme_is_the_one_of_the_file(made: Path) -> None:
    assert load_programme(made / "programme.yaml").sha256 == GIVEN.sha256
