"""Workers are killed at random points: nothing is lost, and nothing leaves twice.

``MAKEGOOD_KILLS`` is how many there are, ``MAKEGOOD_KILLS_SEED`` where they fall.
"""

import os
import signal
from collections import Counter
from datetime import timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import sleep

import pytest

from makegood.channels import ChannelName
from makegood.channels.exchange import PartnerFolders
from makegood.channels.exchange.fake import Behaviour, FakePartner
from makegood.configuration import Settings
from makegood.ledger import Account, amount_in, balances
from makegood.runs import RunKind, RunState, run_of, work
from makegood.runs.rows import select
from makegood.trust import clock
from tests.runs.execution.hand_made import PROGRAMME, hand_made
from tests.runs.execution.nursery import nursery
from tests.staff_people import moved_clock

KILLS = int(os.environ.get("MAKEGOOD_KILLS", "70"))
SEED = int(os.environ.get("MAKEGOOD_KILLS_SEED", "20260114"))
HARD = Behaviour(
    failed=60, silent=60, late=100, doubled=300, without_receipt=200, parts=2, late_by=timedelta(1)
)


class Kills:
    """Two workers at a time, one of which is killed over and over."""

    def __init__(self, workers, random: Random, moved) -> None:
        self._workers, self._random, self._moved = workers, random, moved
        self._alive: list[int] = []
        self.done = 0

    def one(self) -> None:
        while len(self._alive) < 2:
            self._alive.append(self._workers.worker(self._moved.ahead))
        sleep(self._random.uniform(0.005, 0.09))
        os.kill(self._alive.pop(self._random.randrange(2)), signal.SIGKILL)
        self.done += 1

    def end(self) -> None:
        for each in self._alive:
            os.kill(each, signal.SIGKILL)
        self._alive.clear()


@pytest.fixture
def settings(settings):
    """In memory where there is a place for it: thousands of small files are put on the disk."""
    memory = Path("/dev/shm")  # noqa: S108 - a place in memory, not a name in it
    with TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        yield settings.model_copy(update={"home": Path(folder)})


@pytest.mark.parametrize(
    ("kind", "channel", "amount"),
    [
        (RunKind.GRANT, ChannelName.PROVISIONING, 0),
        (RunKind.BILL, ChannelName.BILLING, 1_300),
    ],
)
def test_whatever_is_killed_when_every_item_is_done_once(lasting, settings, kind, channel, amount):
    random = Random(f"{SEED} {kind}")
    print(f"MAKEGOOD_KILLS={KILLS} MAKEGOOD_KILLS_SEED={SEED} kind={kind.value}")
    partner = FakePartner(
        PartnerFolders.of(settings, channel.value),
        settings.home / "partner",
        seed=random.randrange(1_000_000),
        behaviour=HARD,
    )
    runs = []
    with moved_clock() as moved, nursery(lasting, settings.home) as workers:
        kills = Kills(workers, random, moved)
        for number in range(KILLS):
            lines = range(number * 7 + 1, number * 7 + 1 + random.randint(1, 7))
            runs.append(
                hand_made(
                    settings,
                    lines,
                    kind=kind,
                    amount=amount and amount + number,
                    shard_items=random.randint(3, 7),
                    period=f"month {number}",
                )
            )
            kills.one()
            # What a worker that died put off for some seconds is due again.
            moved.move(seconds=20)
            if number % 3 == 0:
                partner.step(clock.now())
        kills.end()
        for _ in range(6):
            found = work(settings, until_idle=True)
            moved.move(hours=25)
            partner.step(clock.now())
        assert not found.troubles
    compare(settings, partner, runs, amount)


def compare(settings: Settings, partner: FakePartner, runs, amount: int) -> None:
    """The partner's books and ours say the same, to the item and to the won."""
    ours = [run_of(run.run_id) for run in runs]
    assert Counter(run.state for run in ours) == {RunState.CLOSED: len(runs)}
    granted = partner.granted()
    assert partner.seen_twice() == []
    assert set(granted.values()) <= {1}
    assert len(granted) == sum(run.done for run in ours)
    assert sum(run.done + run.failed for run in ours) == sum(run.items for run in runs)
    paid = sum(total for total, _ in partner.amounts().values())
    assert paid == sum(run.done_total for run in ours)
    failed = {row[0] for row in select("SELECT item_key FROM runs_exception")}
    assert not failed & granted.keys()
    if amount:
        found = balances(PROGRAMME)
        assert amount_in(found, Account.PAID) == paid
        assert amount_in(found, Account.APPROVED) == -sum(run.total for run in runs)
