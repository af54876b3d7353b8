"""Balances are read from sums that are kept and what was posted since: always the same figures."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import date
from threading import Event
from time import sleep

import psycopg
import pytest
from django.db import connection, connections, transaction

from makegood.ledger import Account, Transfer, balances, keep_sums, post, verify
from makegood.ledger.summing import MOVED_ON_AFTER
from tests.store_fixture import Database

pytestmark = pytest.mark.usefixtures("database")
DAY = date(2026, 2, 5)
NAME = "kt-2025"
ADDED_UP = """
SELECT measure, account, sum(amount)::bigint, sum(heads)::bigint FROM (
    SELECT measure, source AS account, -amount AS amount, -heads AS heads FROM ledger_transfer
    UNION ALL SELECT measure, target, amount, heads FROM ledger_transfer) AS postings
GROUP BY measure, account ORDER BY measure, account
"""
OVER = """
SELECT coalesce(max(written_in), 0) < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
FROM ledger_transfer
"""


def posted(first: int, count: int, measure: str = "penalty") -> None:
    where = (Account.BUDGET, Account.PROMISED)
    with transaction.atomic():
        post([Transfer(f"t{first + n}", NAME, measure, DAY, *where, 10) for n in range(count)])


def told() -> list[tuple[str, str, int, int]]:
    return [(b.measure, b.account.value, b.amount, b.heads) for b in balances(NAME)]


def added_up() -> list[tuple[str, str, int, int]]:
    with connection.cursor() as cursor:
        cursor.execute(ADDED_UP)
        return list(cursor.fetchall())


def rows_read() -> int:
    """How many transfers stand after the horizon, which each reading adds up."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM ledger_transfer"
            " WHERE written_in >= (SELECT before FROM ledger_horizon)"
        )
        return int(cursor.fetchone()[0])


def summed(*, after: int = MOVED_ON_AFTER) -> bool:
    """Keep the sums once every transaction is over that could hold them back.

    The server is shared: a transaction of any other test on it that began before keeps the horizon
    below what was posted here, and rightly so.
    """
    with connection.cursor() as cursor:
        for _ in range(1_200):
            cursor.execute(OVER)
            if cursor.fetchone()[0]:
                return keep_sums(NAME, after=after)
            sleep(0.05)
    raise AssertionError("a transaction of another test has been open for a minute")


def test_what_is_posted_before_and_after_the_sums_counts_once():
    posted(0, 50)
    assert summed(after=1)
    posted(50, 7)
    assert rows_read() == 7
    posted(57, 1, "data")
    assert told() == added_up()
    assert {b[0:2]: b[2] for b in told()}["penalty", "promised"] == 570
    assert summed(after=1)
    assert told() == added_up()
    assert rows_read() == 0
    assert verify(NAME).findings == ()


def test_a_few_new_transfers_are_no_reason_to_sum_again():
    posted(0, 9)
    assert not summed(after=10)
    posted(9, 1)
    assert summed(after=10)
    assert not summed(after=10)


def test_a_programme_without_transfers_has_no_sums():
    assert not keep_sums(NAME, after=1)
    assert told() == []


def test_what_is_being_posted_while_sums_are_kept_is_not_lost():
    """A transaction that began before the sums and ends after them is below no horizon."""
    posted(0, 5)
    began, go_on = Event(), Event()

    def slow() -> None:
        with closing(connections["default"]), transaction.atomic():
            post([Transfer("slow", NAME, "penalty", DAY, Account.BUDGET, Account.PROMISED, 1)])
            began.set()
            assert go_on.wait(20)

    with ThreadPoolExecutor(1) as pool:
        waits = pool.submit(slow)
        assert began.wait(20)
        posted(5, 5)
        keep_sums(NAME, after=1)
        before = told()
        go_on.set()
        waits.result()
    assert {b[0:2]: b[2] for b in before}["penalty", "promised"] == 100
    assert {b[0:2]: b[2] for b in told()}["penalty", "promised"] == 101
    keep_sums(NAME, after=1)
    assert told() == added_up()


def test_readers_and_posters_at_once_never_see_another_sum():
    """Each reading is of one instant: no account of it lacks what the other has."""
    posted(0, 20)

    def post_some(place: int) -> None:
        with closing(connections["default"]):
            for number in range(30):
                posted(1_000 * place + number, 2)
                keep_sums(NAME, after=1)

    def read(_: int) -> list[int]:
        with closing(connections["default"]):
            return [sum(each[2] for each in told()) for _ in range(60)]

    with ThreadPoolExecutor(6) as pool:
        posters = [pool.submit(post_some, place) for place in (1, 2, 3)]
        readings = [pool.submit(read, place) for place in range(3)]
        for each in posters:
            each.result()
        assert {total for each in readings for total in each.result()} == {0}
    assert told() == added_up()
    assert verify(NAME).findings == ()


def test_sums_of_another_server_are_not_believed(database: Database):
    """A copy of a store brings numbers of transactions that this server has not reached."""
    posted(0, 12)
    summed(after=1)
    with database.superuser.connect(autocommit=True) as owner:
        owner.execute("UPDATE ledger_horizon SET before = before + 1000000000")
    posted(12, 3)
    assert told() == added_up()
    assert summed(after=1)
    assert told() == added_up()
    assert rows_read() == 0


def test_sums_of_a_copied_store_are_not_believed_once_its_server_has_come_so_far(
    database: Database,
):
    """A plain dump was put into a server with lower numbers, which passed the old horizon since."""
    posted(0, 12)
    summed(after=1)
    with database.superuser.connect(autocommit=True) as owner:
        # The row says where it comes from, and that is another server.
        owner.execute("UPDATE ledger_horizon SET origin = '1' || origin")
        posted(12, 3)
        # Posted here, below the number of the other server's horizon.
        owner.execute("SET session_replication_role = replica")
        owner.execute(
            "UPDATE ledger_transfer SET written_in = 5 WHERE transfer_key IN ('t12', 't13', 't14')"
        )
    assert told() == added_up()
    assert not summed()
    assert told() == added_up()
    assert summed(after=1)
    assert (told(), rows_read()) == (added_up(), 0)
    assert verify(NAME).findings == ()


def test_a_dump_put_in_on_the_same_server_makes_its_sums_anew(database: Database):
    """A table that was made anew, as a dump makes it, is another one than was summed."""
    posted(0, 12)
    summed(after=1)
    with database.superuser.connect(autocommit=True) as owner:
        owner.execute("ALTER TABLE ledger_transfer RENAME TO former")
        owner.execute("CREATE TABLE ledger_transfer AS TABLE former")
        owner.execute("GRANT SELECT ON ledger_transfer TO makegood_program")
        owner.execute("DELETE FROM ledger_sum")
    assert told() == added_up()
    assert summed(after=1)
    assert (told(), rows_read()) == (added_up(), 0)


def test_sums_that_were_changed_are_noticed(database: Database):
    posted(0, 12)
    summed(after=1)
    with psycopg.connect(database.superuser.connection_string, autocommit=True) as owner:
        owner.execute("UPDATE ledger_sum SET amount = amount + 1 WHERE account = 'promised'")
    [finding] = verify(NAME).findings
    assert finding.code == "MG892"
    assert "penalty, promised: the transfers come to 120, the balance says 121" in finding.message
