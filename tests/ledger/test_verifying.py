"""The ledger is added up again, and compared with what others say."""

from datetime import date

import pytest
from django.db import transaction

from makegood.ledger import Account, Expected, Transfer, balances, post, verify
from tests.store_fixture import Database

pytestmark = pytest.mark.usefixtures("database")
DAY = date(2026, 2, 5)
NAME = "kt-2025"


def moved(number: int, source: Account, target: Account, amount: int, measure: str = "penalty"):
    with transaction.atomic():
        post([Transfer(f"t{number}", NAME, measure, DAY, source, target, amount)])


def promised_and_paid():
    moved(1, Account.BUDGET, Account.PROMISED, 900)
    moved(2, Account.PROMISED, Account.CLAIMED, 500)
    moved(3, Account.CLAIMED, Account.APPROVED, 500)
    moved(4, Account.APPROVED, Account.PAID, 300)
    moved(5, Account.BUDGET, Account.PROMISED, 70, "data")


def codes(found):
    return [finding.code for finding in found.findings]


def test_a_sound_ledger_agrees():
    promised_and_paid()
    found = verify(NAME, [Expected("penalty", Account.PAID, 300, "its claims")])
    assert codes(found) == []
    assert found.transfers == 5
    assert sum(balance.amount for balance in balances(NAME)) == 0


def test_an_empty_ledger_agrees():
    assert verify(NAME).transfers == 0


def test_more_than_came_in_is_noticed():
    promised_and_paid()
    moved(6, Account.APPROVED, Account.PAID, 201)
    found = verify(NAME)
    assert codes(found) == ["MG893"]
    assert "penalty: approved is -1" in found.findings[0].message


def test_a_payment_that_nobody_else_knows_is_noticed():
    promised_and_paid()
    found = verify(NAME, [Expected("penalty", Account.PAID, 0, "its claims")])
    assert codes(found) == ["MG894"]
    assert "300 in the ledger and 0 by its claims" in found.findings[0].message


def test_a_transfer_changed_behind_the_programs_back_is_noticed(database: Database):
    promised_and_paid()
    with database.superuser.connect(autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("UPDATE ledger_transfer SET amount = 900 WHERE transfer_key = 't4'")
    found = verify(NAME, [Expected("penalty", Account.PAID, 300, "its claims")])
    assert codes(found) == ["MG893", "MG894"]


def test_another_programmes_transfers_are_not_counted():
    promised_and_paid()
    assert verify("skt-2025").transfers == 0
