"""Two claims of a line, paid by one run: what an amended version adds goes to each by itself.

The first is C1001's over 120,000 won. The next contract's is over 75,000 won by newer facts: it is
C2002's, or C1001's again.
"""

from datetime import date, timedelta

import pyarrow.parquet as pq
import pytest

from makegood.kernel import pay_once_key
from makegood.redress.serving import register
from makegood.runs import RunState, cancel, check_run, plan_run, retry, top_ups
from makegood.runs.planning.earlier import item_files
from makegood.runs.planning.top_up_keys import further_keys
from makegood.runs.rows import execute
from makegood.trust.clock import now
from tests.programme_text import changed
from tests.redress.claims import relief
from tests.redress.claims.holding import held_by
from tests.redress.claims.relief import advanced, applied, opened
from tests.redress.outage_lines import console, published, snapshot
from tests.runs.planning.test_amended import close
from tests.runs.planning.test_claims_first import answered, supervisor_of_runs
from tests.runs.planning.test_quoted import PAY_DAY, pay_out
from tests.staff_people import installed
from tests.trust.access.visitors import at as on

FIRST, SECOND = "C1001", "C2002"
NEXT_CONTRACT, NEXT_FACTS = date(2025, 3, 3), date(2026, 1, 15)
MORE = changed("amount: penalty\n", "amount: penalty + 10000\n", relief.TEXT)
MUCH_MORE = changed("amount: penalty\n", "amount: penalty + 200000\n", relief.TEXT)
FOR_ONE = changed("when: brand = 'other'", "when: brand = 'other' OR penalty < 100000", MUCH_MORE)
"""Much more by the first facts; by the second the line is excluded."""


@pytest.fixture(autouse=True)
def settings(database, monkeypatch):
    with installed(database, monkeypatch):
        yield database.settings


def paid(settings, tmp_path, *, second=SECOND, is_approved_later=True):
    """Both claims are paid by one run; approved on one day, both are by the newer facts."""
    with on(relief.IN_TIME):
        opened(tmp_path)
        held_by(FIRST)
        applied()
        if is_approved_later:
            advanced()
    with on(relief.IN_TIME + timedelta(days=1)):
        line = relief.LINES["L0001"] | {"contracted_on": NEXT_CONTRACT}
        line |= {"penalty": 75_000} if is_approved_later else {}
        lines = relief.LINES | {"L0001": line}
        again = snapshot(tmp_path / "again", lines, NEXT_FACTS, relief.TEXT)
        register(console(), again, relief.NAME)
        if not is_approved_later:
            advanced()
        held_by(second)
        applied()
        advanced()
    with on(PAY_DAY):
        run = pay_out(settings)
        assert (run.state, run.items) == (RunState.CHECKED, 2)
        answered(run)
        close(settings, run)
        return run


def rows(settings, run):
    return [row for path in item_files(settings, run) for row in pq.read_table(path).to_pylist()]


def whose(settings, *found):
    """Customer, account and amount of all items."""
    return sorted(
        (row["customer_id"], row["account_id"], row["amount"])
        for run in found
        for row in rows(settings, run)
    )


def accounts(settings, run):
    return {customer: account for customer, account, _ in whose(settings, run)}


def started(settings):
    """Everything that is to be added is planned, checked and carried out."""
    made = []
    for found in top_ups(settings, relief.NAME):
        if not found.heads:
            continue
        run = plan_run(settings, relief.NAME, found.due, "console:root", again=True)
        assert (run.items, run.total) == (found.heads, found.amount)
        run = check_run(settings, run.run_id)
        assert run.state is RunState.CHECKED, run.finding
        close(settings, run)
        made.append(run)
    return made


def nothing_is_missing(settings):
    return not any(each.heads for each in top_ups(settings, relief.NAME))


def told(settings):
    """By the day of the facts to how many more is due, how much, and what was too much."""
    return {
        each.facts_day: (each.heads, each.amount, each.difference.worse_by)
        for each in top_ups(settings, relief.NAME)
    }


def test_one_person_gets_by_each_facts_what_is_missing_by_them(settings, tmp_path):
    payment = paid(settings, tmp_path, second=FIRST)
    with on(PAY_DAY):
        published(MORE)
        assert told(settings) == {relief.AS_OF: (1, 10_000, 0), NEXT_FACTS: (1, 10_000, 0)}
        made = started(settings)
        assert len({run.snapshot_sha256 for run in made}) == 2
        # Each contract's to the account that was named for it.
        own = sorted({account for _, account, _ in whose(settings, payment)})
        assert whose(settings, *made) == [(FIRST, account, 10_000) for account in own]
        assert nothing_is_missing(settings)
        assert started(settings) == []


def test_each_of_two_persons_gets_their_own_difference(settings, tmp_path):
    payment = paid(settings, tmp_path)
    with on(PAY_DAY):
        own = accounts(settings, payment)
        assert len(set(own.values())) == 2
        published(MORE)
        made = started(settings)
        assert whose(settings, *made) == [
            (FIRST, own[FIRST], 10_000),
            (SECOND, own[SECOND], 10_000),
        ]
        assert nothing_is_missing(settings)
        # The next amendment adds to what each has by now.
        published(MUCH_MORE)
        assert whose(settings, *started(settings)) == [
            (FIRST, own[FIRST], 190_000),
            (SECOND, own[SECOND], 190_000),
        ]
        assert nothing_is_missing(settings)


def test_what_one_got_too_much_is_not_set_off_against_what_the_other_lacks(settings, tmp_path):
    payment = paid(settings, tmp_path)
    with on(PAY_DAY):
        published(FOR_ONE)
        assert told(settings) == {relief.AS_OF: (1, 200_000, 0), NEXT_FACTS: (0, 0, 75_000)}
        account = accounts(settings, payment)[FIRST]
        assert whose(settings, *started(settings)) == [(FIRST, account, 200_000)]
        assert told(settings) == {relief.AS_OF: (0, 0, 0), NEXT_FACTS: (0, 0, 75_000)}


def test_two_persons_of_the_same_facts_have_an_item_each_with_a_key_each(settings, tmp_path):
    payment = paid(settings, tmp_path, is_approved_later=False)
    with on(PAY_DAY):
        published(MORE)
        [found] = top_ups(settings, relief.NAME)
        assert (found.heads, found.amount) == (2, 20_000)
        [run] = started(settings)
        own = accounts(settings, payment)
        assert whose(settings, run) == [(FIRST, own[FIRST], 10_000), (SECOND, own[SECOND], 10_000)]
        named = (relief.NAME, "waiver", "L0001")
        assert {row["customer_id"]: row["key"] for row in rows(settings, run)} == {
            FIRST: pay_once_key(*named, NEXT_CONTRACT.isoformat(), run.period),
            SECOND: further_keys(*named, run.period, 1)[0],
        }
        assert nothing_is_missing(settings)


def test_what_came_back_from_one_is_no_matter_of_the_other(settings, tmp_path):
    payment = paid(settings, tmp_path)
    with on(PAY_DAY):
        published(MORE)
        started(settings)
        came_back(settings, payment)
        assert nothing_is_missing(settings)
        published(MUCH_MORE)
        assert told(settings) == {relief.AS_OF: (0, 0, 0), NEXT_FACTS: (1, 190_000, 0)}
        # It was a mistake: it had arrived.
        execute("DELETE FROM runs_exception")
        assert told(settings) == {relief.AS_OF: (1, 190_000, 0), NEXT_FACTS: (1, 190_000, 0)}


def came_back(settings, run):
    """What C1001 was paid is returned by the bank."""
    [row] = [each for each in rows(settings, run) if each["customer_id"] == FIRST]
    execute(
        "INSERT INTO runs_exception (run_id, item_key, item, shard, line_id, attempt, amount,"
        " outcome, code, told_at) VALUES (%s, %s, %s, 1, %s, %s, %s, 'returned', '', %s)",
        [
            *(run.run_id, row["key"], row["item"], row["line_id"]),
            *(row["attempt"], row["amount"], now()),
        ],
    )


def test_one_that_was_cancelled_is_planned_anew_for_the_same_person(settings, tmp_path):
    payment = paid(settings, tmp_path)
    with on(PAY_DAY):
        published(MORE)
        first = plan_first(settings)
        cancel(settings, supervisor_of_runs(), first.run_id, "it was too early")
        anew = retry(settings, supervisor_of_runs(), first.run_id, "once more, please")
        account = accounts(settings, payment)[FIRST]
        assert whose(settings, anew) == [(FIRST, account, 10_000)]
        assert check_run(settings, anew.run_id).state is RunState.CHECKED


def test_what_comes_back_after_it_was_planned_does_not_stop_it(settings, tmp_path):
    """C1001's claim is given back, to be paid by another run: on what it was approved is open."""
    payment = paid(settings, tmp_path)
    with on(PAY_DAY):
        published(MORE)
        run = plan_first(settings)
    with on(PAY_DAY + timedelta(minutes=5)):
        came_back(settings, payment)
        execute("UPDATE claims_claim SET run_id = NULL WHERE customer_id = %s", [FIRST])
        checked = check_run(settings, run.run_id)
        assert checked.state is RunState.CHECKED, checked.finding


def plan_first(settings):
    [found] = [e for e in top_ups(settings, relief.NAME) if e.facts_day == relief.AS_OF]
    return plan_run(settings, relief.NAME, found.due, "console:root")


@pytest.mark.parametrize(
    ("column", "finding"),
    [
        ("customer_id", "the item brings 10000, but 0 is lacking"),
        ("account_id", "the item goes to another account than what it adds to"),
    ],
)
def test_an_item_for_another_person_stops_the_run(settings, tmp_path, column, finding):
    """Whoever planned it took the other's: their claims are exchanged after it."""
    payment = paid(settings, tmp_path)
    with on(PAY_DAY):
        published(MORE)
        run = plan_first(settings)
        exchanged(settings, payment, column)
        stopped = check_run(settings, run.run_id)
        assert stopped.state is RunState.STOPPED
        assert finding in stopped.finding


def exchanged(settings, run, column):
    """In the items of a run two persons' columns are exchanged."""
    [path] = item_files(settings, run)
    table = pq.read_table(path)
    values = table.column(column).to_pylist()[::-1]
    place = table.column_names.index(column)
    path.chmod(0o644)
    pq.write_table(table.set_column(place, column, [values]), path)
