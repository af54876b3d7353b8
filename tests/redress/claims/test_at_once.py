"""The same claim a hundred times at once over three channels, and different ones side by side."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connections, transaction

from makegood.kernel import MakegoodError
from makegood.redress.claims import begin_paying, claim_of, claims_of, submit, withdraw
from tests.redress.claims.relief import (
    EveryAccount,
    advanced,
    applicant,
    application,
    applied,
    call_centre,
    shop,
    wanted,
)
from tests.redress.claims.whole import expect_whole, rows

pytestmark = pytest.mark.usefixtures("database", "relief")
CLIENTS = 25


def at_once(acts, clients=CLIENTS):
    """Each in a thread with a connection of its own, so many of them at the same moment."""
    gate = Barrier(clients)

    def alone(act):
        try:
            gate.wait(30)
            return act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(clients) as pool:
        return list(pool.map(alone, acts))


def test_a_hundred_at_once_over_three_channels_are_one_claim():
    ways = [
        ("web", lambda: applicant("L0001")),
        ("call_centre", call_centre),
        ("shop", shop),
    ]

    def one(number):
        through, visitor = ways[number % 3]
        return lambda: submit(visitor(), application("L0001", through=through))

    receipts = at_once([one(number) for number in range(100)], clients=100)
    assert sum(receipt.is_new for receipt in receipts) == 1
    assert len({receipt.receipt_number for receipt in receipts}) == 1
    assert len({receipt.key for receipt in receipts}) == 1
    assert len(receipts) == 100
    assert len(claims_of("L0001")) == 1
    assert expect_whole() == 1


def refused(receipt_number):
    """The code with which withdrawing is refused; None where it is done."""
    try:
        withdraw(call_centre(), receipt_number)
    except MakegoodError as error:
        return error.findings[0].code
    return None


def test_a_claim_withdrawn_and_made_again_at_once_stays_one():
    def act(number):
        if number % 2:
            return lambda: applied().receipt_number

        def take_back():
            for claim in claims_of("L0001"):
                if code := refused(claim.receipt_number):
                    codes.add(code)

        return take_back

    codes: set[str] = set()
    at_once([act(number) for number in range(50)])
    assert codes <= {"MG845"}
    live = rows("SELECT count(*) FROM claims_claim WHERE state <> 'withdrawn'")[0][0]
    assert live <= 1
    expect_whole()


def test_different_claims_and_several_workers_do_each_once():
    lines = [f"M{number:04}" for number in range(CLIENTS)]
    at_once([lambda line=line: applied(line) for line in lines])
    done = at_once([lambda: advanced(EveryAccount()) for _ in range(CLIENTS)])
    assert sum(done) == CLIENTS
    states = Counter(rows("SELECT state FROM claims_claim"))
    assert states == {("scheduled",): CLIENTS}
    expect_whole()


def test_of_several_runs_one_takes_the_claims():
    receipts = [applied(f"M{number:04}") for number in range(10)]
    advanced(EveryAccount())
    taken, order = wanted(*(receipt.key for receipt in receipts)), list(range(10))

    def take(number):
        def act():
            run_id = uuid4()
            items = taken.take(order[::-1] if number % 2 else order)
            try:
                with transaction.atomic():
                    begin_paying(run_id, items)
            except MakegoodError as error:
                return error.findings[0].code
            return "taken"

        return act

    assert Counter(at_once([take(number) for number in range(CLIENTS)])) == {
        "taken": 1,
        "MG846": CLIENTS - 1,
    }
    assert {claim_of(each.receipt_number).state for each in receipts} == {"paying"}
    expect_whole()
