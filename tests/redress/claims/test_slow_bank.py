"""A bank that takes longer to answer than a worker may be silent: asked once, and heard."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from threading import Event, Lock
from time import sleep

import pytest
from django.db import connections

from makegood.kernel import ShiftedClock, SystemClock
from makegood.redress.claims import advance, advancing, claim_of, claims, leasing
from makegood.trust import clock
from tests.redress.claims.relief import (
    IN_TIME,
    PERSONS,
    FakeBank,
    applied,
    call_centre,
    number_of,
    open_in_time,
)

LEASE_SECONDS = 0.6


class SlowBank(FakeBank):
    """Each answer waits until the test lets the bank speak, or takes so many seconds."""

    def __init__(self, seconds: float = 0.0) -> None:
        super().__init__()
        self.seconds, self.speaks, self.began = seconds, Event(), Event()
        self.by_account: Counter[str] = Counter()
        self._at_once: Counter[str] = Counter()
        self.twice_at_once: set[str] = set()
        self._lock = Lock()

    def holder_of(self, bank_code: str, number: str, **given):
        with self._lock:
            self.by_account[number] += 1
            self._at_once[number] += 1
            if self._at_once[number] > 1:
                self.twice_at_once.add(number)
        self.began.set()
        if self.seconds:
            sleep(self.seconds)
        else:
            assert self.speaks.wait(30)
        with self._lock:
            self._at_once[number] -= 1
        return super().holder_of(bank_code, number, **given)


@pytest.fixture(autouse=True)
def settings(database, tmp_path, monkeypatch):
    """A lease of a moment, by a clock that goes on."""
    monkeypatch.setattr(leasing, "LEASE", timedelta(seconds=LEASE_SECONDS))
    monkeypatch.setattr(advancing, "RENEWED_SECONDS", LEASE_SECONDS / 4)
    monkeypatch.setattr(advancing, "_WRITTEN_SECONDS", LEASE_SECONDS / 8)
    with (
        open_in_time(database, tmp_path, monkeypatch) as settings,
        clock.use(ShiftedClock(IN_TIME - SystemClock().now())),
    ):
        yield settings


def worker(settings, bank) -> int:
    with closing(connections["default"]):
        return advance(settings, holders=bank)


def states() -> set[str]:
    return {claim.state.value for claim in claims()}


def test_a_check_slower_than_the_lease_is_asked_once_and_its_answer_is_kept(settings):
    receipts = [applied(line).receipt_number for line in ("L0001", "L0002")]
    bank = SlowBank()
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(worker, settings, bank)
        assert bank.began.wait(20)
        for _ in range(8):  # three leases long others look for something to do
            sleep(LEASE_SECONDS * 3 / 8)
            assert worker(settings, bank) == 0
        bank.speaks.set()
        assert first.result() == 2
    assert set(bank.by_account.values()) == {1}
    assert not bank.twice_at_once
    assert {claim_of(each).state.value for each in receipts} == {"scheduled"}


def test_answers_are_written_as_they_come_and_the_rest_is_left_for_the_next_round(
    settings, monkeypatch
):
    """A slow bank holds up nothing else: the round ends, and nobody was asked about twice."""
    monkeypatch.setattr(advancing, "ASKED_AT_ONCE", 1)
    monkeypatch.setattr(advancing, "ASKING_SECONDS_MAX", 0.5)
    for line in ("L0001", "L0002", "L0005"):
        applied(line)
    bank = SlowBank(seconds=0.4)
    done = worker(settings, bank)
    assert 1 <= done < 3
    assert sum(bank.by_account.values()) == done
    while done < 3:
        found = worker(settings, bank)
        assert found
        done += found
    assert set(bank.by_account.values()) == {1}
    assert states().isdisjoint({"submitted"})


def test_a_worker_that_died_loses_its_lease_and_the_bank_is_asked_again(settings):
    applied("L0001")
    lost = leasing.Lease(10)
    assert len(lost.claims) == 1
    assert worker(settings, FakeBank()) == 0
    sleep(LEASE_SECONDS)
    assert worker(settings, FakeBank()) == 1
    assert states() == {"scheduled"}


def test_another_account_given_meanwhile_is_asked_about_and_the_old_answer_is_dropped(settings):
    from makegood.redress.claims import correct_account

    receipt = applied("L0001").receipt_number
    bank = SlowBank()
    bank.holders[number_of("M0001")] = PERSONS["L0001"]
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(worker, settings, bank)
        assert bank.began.wait(20)
        correct_account(
            call_centre(), receipt, "004", number_of("M0001"), PERSONS["L0001"], case="CALL-1"
        )
        sleep(LEASE_SECONDS)
        bank.speaks.set()
        assert first.result() == 0
    assert claim_of(receipt).state == "submitted"
    assert worker(settings, bank) == 1
    assert claim_of(receipt).state == "scheduled"
    assert bank.by_account == {number_of("L0001"): 1, number_of("M0001"): 1}
