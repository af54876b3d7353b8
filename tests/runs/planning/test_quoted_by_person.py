"""A line was handed on: what was promised one of its customers is theirs, and reaches them."""

from datetime import date, timedelta
from typing import Any

import pyarrow.parquet as pq
import pytest

from makegood.kernel import MakegoodError
from makegood.ledger import balances
from makegood.redress.claims import claim_of, withdraw
from makegood.redress.quotes import deviations, open_promises, propose_exceptions
from makegood.redress.serving import register
from makegood.runs import RunState
from makegood.runs.planning.earlier import item_files
from makegood.runs.planning.upheld_check import expect_upheld, upheld_items
from makegood.runs.planning.upholding import uphold_agreed
from makegood.runs.rows import execute
from makegood.trust.proposals import approve
from tests.redress.claims import relief
from tests.redress.claims.holding import held_by
from tests.redress.claims.relief import advanced, applied, opened, supervisor
from tests.redress.outage_lines import console, snapshot
from tests.runs.planning.test_amended import close
from tests.runs.planning.test_claims_first import answered
from tests.runs.planning.test_quoted import PAY_DAY, pay_out, shown, top_ups_of_quotes, worked
from tests.staff_people import installed
from tests.trust.access.visitors import agent
from tests.trust.access.visitors import at as on

FIRST, NEXT = "C1001", "C2002"
NEXT_CONTRACT = {"contracted_on": date(2026, 1, 10)}


@pytest.fixture(autouse=True)
def settings(database, monkeypatch):
    with installed(database, monkeypatch):
        yield database.settings


def facts(tmp_path, day, **line):
    lines = relief.LINES | {"L0001": relief.LINES["L0001"] | line}
    found = snapshot(tmp_path / f"of-{day}", lines, day, relief.TEXT)
    register(console(), found, relief.NAME)


def agreed_on():
    """All that may be proposed of quotes is, and is approved; subject and amount of each."""
    found = deviations(relief.NAME, "waiver")
    made = propose_exceptions(supervisor(), "waiver", found, "as was shown")
    for each in made:
        approve(each.proposal_id, by=agent("minho").actor)
    return sorted((each.subject, each.contents["amount"]) for each in made)


def paid(settings):
    run = pay_out(settings)
    assert run.state is RunState.CHECKED, run.finding
    answered(run)
    close(settings, run)
    return run


def rows(settings, *found):
    """Customer, account and amount of all items."""
    return sorted(
        (row["customer_id"], row["account_id"], row["amount"]) for row in _read(settings, *found)
    )


def _read(settings, *found):
    return [
        row
        for run in found
        for path in item_files(settings, run)
        for row in pq.read_table(path).to_pylist()
    ]


def test_what_the_next_one_was_promised_is_not_paid_to_who_was_paid_before(settings, tmp_path):
    with on(relief.IN_TIME):
        opened(tmp_path)
        held_by(FIRST)
        receipt = applied().receipt_number
        advanced()
    with on(PAY_DAY):
        paid(settings)
        assert claim_of(receipt).amount == 120_000
        held_by(NEXT)
        facts(tmp_path, date(2026, 1, 21), penalty=150_000, **NEXT_CONTRACT)
        shown("L0001", relief.NAME)
        facts(tmp_path, date(2026, 1, 22), penalty=1_000, **NEXT_CONTRACT)
        assert agreed_on() == [(f"customer:{NEXT}", 150_000)]
        # Their own application uses it, when they make one.
        assert uphold_agreed(settings) == (0, [])
        worked(settings)
        assert top_ups_of_quotes() == []


def test_what_the_first_was_promised_is_not_paid_to_the_next_one(settings, tmp_path):
    with on(relief.IN_TIME):
        opened(tmp_path)
        held_by(FIRST)
        shown("L0001", relief.NAME)
        facts(tmp_path, date(2026, 1, 14), penalty=100_000)
        receipt = str(applied().receipt_number)
        assert agreed_on() == [(f"customer:{FIRST}", 120_000)]
        withdraw(relief.applicant(FIRST), receipt)
        held_by(NEXT)
        applied()
        advanced()
    with on(PAY_DAY - timedelta(days=6)):
        assert uphold_agreed(settings) == (0, [])
    with on(PAY_DAY):
        run = paid(settings)
        assert [(row[0], row[2]) for row in rows(settings, run)] == [(NEXT, 100_000)]
        worked(settings)
        assert top_ups_of_quotes() == []


@pytest.fixture
def both(settings, tmp_path):
    """FIRST was shown 120,000 and NEXT 90,000; they were paid 100,000 and 80,000."""
    with on(relief.IN_TIME):
        opened(tmp_path)
        held_by(FIRST)
        shown("L0001", relief.NAME)
        facts(tmp_path, date(2026, 1, 14), penalty=100_000)
        applied()
        advanced()
    with on(relief.IN_TIME + timedelta(days=1)):
        held_by(NEXT)
        facts(tmp_path, date(2026, 1, 15), penalty=90_000, **NEXT_CONTRACT)
        shown("L0001", relief.NAME)
        facts(tmp_path, date(2026, 1, 16), penalty=80_000, **NEXT_CONTRACT)
        applied()
        advanced()
    with on(PAY_DAY):
        run = paid(settings)
        held_by(FIRST)
        assert agreed_on() == [(f"customer:{FIRST}", 120_000)]
        held_by(NEXT)
        assert agreed_on() == [(f"customer:{NEXT}", 90_000)]
        assert uphold_agreed(settings) == (2, [])
        return run


def test_each_of_two_gets_what_is_missing_of_their_own_to_their_own_account(settings, both):
    own = {customer: account for customer, account, _ in rows(settings, both)}
    assert len(set(own.values())) == 2
    with on(PAY_DAY):
        worked(settings)
        [added] = top_ups_of_quotes()
        assert added.state is RunState.CHECKED, added.finding
        assert rows(settings, added) == [
            (FIRST, own[FIRST], 20_000),
            (NEXT, own[NEXT], 10_000),
        ]
        close(settings, added)
        promised = {each.account.value: each.amount for each in balances(relief.NAME)}
        assert promised["promised"] >= 0
    with on(PAY_DAY + timedelta(days=1)):
        worked(settings)
        assert len(top_ups_of_quotes()) == 1


@pytest.mark.parametrize("place", [3, 4])
def test_an_item_that_goes_to_the_other_one_stops_the_run(settings, both, place):  # noqa: ARG001 - it comes first
    with on(PAY_DAY):
        worked(settings)
        [added] = top_ups_of_quotes()
        items = upheld_items(settings, added)
        expect_upheld(settings, added, items)
        parts = range(len(items[0]))
        exchanged: list[Any] = [
            tuple(items[1 - n if part == place else n][part] for part in parts) for n in (0, 1)
        ]
        with pytest.raises(MakegoodError, match="another customer's, or goes to another account"):
            expect_upheld(settings, added, exchanged)
        with pytest.raises(MakegoodError, match="two of its items are for one customer"):
            expect_upheld(settings, added, [items[0], items[0]])


def test_what_was_agreed_on_for_one_leaves_the_others_where_it_is(settings, both):
    """Only NEXT's can be added now: what FIRST was paid came back."""
    [row] = [each for each in _read(settings, both) if each["customer_id"] == FIRST]
    with on(PAY_DAY):
        execute(
            "INSERT INTO runs_exception (run_id, item_key, item, shard, line_id, attempt, amount,"
            " outcome, code, told_at) VALUES (%s, %s, %s, 1, %s, 1, %s, 'returned', '', %s)",
            [both.run_id, row["key"], row["item"], row["line_id"], row["amount"], PAY_DAY],
        )
        worked(settings)
        [added] = top_ups_of_quotes()
        assert [(row[0], row[2]) for row in rows(settings, added)] == [(NEXT, 10_000)]
        promises = open_promises(relief.NAME, "waiver")
        assert {each.owner_id: each.run_id for each in promises} == {
            FIRST: None,
            NEXT: added.run_id,
        }
