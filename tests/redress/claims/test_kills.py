"""Whoever applies and whoever checks is killed at any moment: nothing is lost, nothing is twice."""

import os
import random
import signal
import subprocess
import sys
import time

import pytest

from tests.redress.claims.child import LINES
from tests.redress.claims.relief import IN_TIME, EveryAccount, advanced, applied, at
from tests.redress.claims.whole import expect_whole, rows

KILLS = 20
SEED = 2026


@pytest.fixture
def nursery(database):
    environment = {**database.environment, "MAKEGOOD_HOME": os.environ["MAKEGOOD_HOME"]}
    with subprocess.Popen(
        [sys.executable, "-m", "tests.redress.claims.child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    ) as process:
        yield process
        assert process.stdin
        process.stdin.close()
        assert process.wait(30) == 0


@pytest.mark.usefixtures("database", "relief")
def test_kills_at_any_moment_leave_every_claim_whole(nursery):
    draw = random.Random(SEED)
    for seed in range(KILLS):
        nursery.stdin.write(f"{seed}\n")
        nursery.stdin.flush()
        worker = int(nursery.stdout.readline())
        time.sleep(draw.uniform(0.05, 0.5))
        os.kill(worker, signal.SIGKILL)
        assert int(nursery.stdout.readline()) == -signal.SIGKILL, f"seed {seed} ended by itself"
        # The server may still end the transaction of the killed; what it kept is whole.
        expect_whole()
    assert rows("SELECT count(*) FROM claims_event")[0][0] > KILLS, f"seed {SEED}: nothing was done"
    with at(IN_TIME.replace(day=20)):
        receipts = [applied(line) for line in LINES]
        while advanced(EveryAccount()):
            pass
    assert len({receipt.key for receipt in receipts}) == len(LINES)
    live = "SELECT count(*), count(DISTINCT key) FROM claims_claim WHERE state <> 'withdrawn'"
    assert rows(live) == [(len(LINES), len(LINES))]
    assert not rows("SELECT 1 FROM claims_claim WHERE state IN ('submitted', 'mended')")
    expect_whole()
