"""Killed at any point of planning and checking, nothing is half there and nothing is twice."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pyarrow.parquet as pq
import pytest

from makegood.configuration import Settings
from makegood.runs import (
    BeingPlanned,
    RunKind,
    RunState,
    check_run,
    due,
    plan_run,
    remove_left_over,
)
from makegood.runs.folders import folder_of
from makegood.runs.locks import family_lock, locks
from makegood.runs.planning.earlier import item_files
from makegood.runs.planning.manifest import read_manifest
from makegood.runs.rows import execute, runs, shards_of
from tests.redress.outage_lines import published
from tests.runs.planning.gift import NAME, TEXT, at, entry, in_force, on
from tests.store_fixture import Database

KILLS = 20
SEED = 20_260_201
MOMENT = at(4, 1, 14)


@contextmanager
def nursery(lasting: Database, settings: Settings) -> Iterator[Callable[[float], None]]:
    """A function that lets a process work for so many seconds, and kills it."""
    command = [sys.executable, "-m", "tests.runs.planning.planning_child"]
    environment = lasting.environment | {"MAKEGOOD_HOME": str(settings.home)}
    with subprocess.Popen(
        [*command, MOMENT.isoformat(), NAME],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as parent:

        def kill_after(seconds: float) -> None:
            assert parent.stdin
            assert parent.stdout
            parent.stdin.write("\n")
            parent.stdin.flush()
            process = int(parent.stdout.readline())
            time.sleep(seconds)
            os.kill(process, signal.SIGKILL)
            assert parent.stdout.readline() == "gone\n"

        yield kill_after


def expect_whole(settings: Settings) -> None:
    """Every run that stands has its folder, its shards and its items."""
    for run in runs():
        manifest = read_manifest(folder_of(settings, run.run_id), run.run_id)
        assert manifest["items"] == run.items
        assert len(shards_of(run.run_id)) == run.shards
        assert sum(pq.read_metadata(f).num_rows for f in item_files(settings, run)) == run.items


def test_killed_at_any_point_everything_is_planned_once(
    lasting: Database, settings: Settings, tmp_path
):
    with on(at(1, 14, 14)):
        in_force(tmp_path)
    chosen = random.Random(SEED)
    with nursery(lasting, settings) as kill_after, on(MOMENT):
        for _ in range(KILLS):
            kill_after(chosen.uniform(0.02, 0.4))
            expect_whole(settings)
    with on(MOMENT):
        finish(settings)
        expect_whole(settings)
        families = Counter((run.measure, run.period, run.sequence) for run in runs())
        assert set(families.values()) == {1}, f"seed {SEED}"
        assert all(run.state is RunState.CHECKED for run in runs()), f"seed {SEED}"
        keys = [
            key
            for run in runs()
            for file in item_files(settings, run)
            for key in pq.read_table(file, columns=["key"]).column("key").to_pylist()
        ]
        assert len(keys) == len(set(keys)), f"seed {SEED}"
        folders = {path.name for path in settings.runs_folder.iterdir()}
        assert folders == {str(run.run_id) for run in runs()}, f"seed {SEED}"


def finish(settings: Settings) -> None:
    from makegood.redress.serving import programme_in_force

    for each in due(programme_in_force(NAME), MOMENT):
        # The lock of a killed process is free when the server has noticed.
        for _ in range(100):
            try:
                plan_run(settings, NAME, each, "system:worker")
                break
            except BeingPlanned:
                time.sleep(0.05)
    for run in runs("WHERE state = 'planned'"):
        check_run(settings, run.run_id)
    remove_left_over(settings)


def test_a_folder_without_rows_is_removed_and_one_being_planned_stays(settings: Settings, tmp_path):
    with on(at(2, 1, 14)):
        in_force(tmp_path)
        run = plan_run(settings, NAME, due_grant(), "system:worker")
        execute("DELETE FROM runs_shard")
        execute("DELETE FROM runs_run")
        with locks() as held, held.held(*family_lock(*run.family)):
            assert remove_left_over(settings) == 0
        hidden = settings.runs_folder / f".{run.run_id}.partial-0123456789ab"
        hidden.mkdir()
        assert remove_left_over(settings) == 2
    assert list(settings.runs_folder.iterdir()) == []


def due_grant():
    return entry(RunKind.GRANT, "data", "2026-02")


def test_two_processes_do_not_plan_one_family(settings: Settings):
    with on(at(2, 1, 14)):
        published(TEXT)
        with (
            locks() as held,
            held.held(*family_lock(NAME, "data", "2026-02")),
            pytest.raises(BeingPlanned, match="MG861"),
        ):
            plan_run(settings, NAME, due_grant(), "system:worker")
