"""Killed at any instant, of the first start or a later one: the next start has a whole store."""

import os
import random
import signal
import time
from pathlib import Path

import pytest

from makegood.store.roles import OWNER_ROLE, PROGRAM_ROLE
from tests.store.homes import quick, using

SEEDS = range(5)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_first_start_that_is_killed_begins_again(home: Path, seed: int):
    """Half of them with all their processes, as a machine's end would; half alone."""
    chance = random.Random(f"first start {seed}")
    for _ in range(2):
        process = using(home)
        time.sleep(chance.uniform(0.15, 1.1))
        if chance.random() < 0.5:
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
        process.communicate()
    expect_whole(home, f"seed {seed}")


@pytest.mark.parametrize("seed", range(1))
def test_starts_and_stops_that_are_killed(home: Path, seed: int):
    with quick(home).used():
        pass
    chance = random.Random(f"later start {seed}")
    for _ in range(4):
        process = using(home)
        time.sleep(chance.uniform(0.2, 0.6))
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
    expect_whole(home, f"seed {seed}")


def expect_whole(home: Path, which: str):
    embedded = quick(home)
    with embedded.used():
        for role in (OWNER_ROLE, PROGRAM_ROLE):
            with embedded.address(role).connect() as connection:
                assert connection.execute("SELECT 1").fetchone() == (1,), which
        with embedded.address(OWNER_ROLE).connect() as connection:
            connection.execute("CREATE TABLE probe (answer int)")
        with embedded.address(PROGRAM_ROLE).connect() as connection:
            connection.execute("INSERT INTO probe VALUES (1)")
    names = {path.name for path in home.iterdir()}
    assert names == {"postgresql", "secrets", "store.lock", "store.ready", "store.users"}, which
    assert {path.name for path in (home / "secrets").iterdir()} == {"database.json"}, which
