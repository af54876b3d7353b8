"""A line with two claims on the same facts, paid on different days: each lacks what is added, once.

The second is paid after a top-up has brought what the first lacked, so there are two top-ups of one
family for the line.
"""

from datetime import date, timedelta

import pyarrow.parquet as pq
import pytest

from makegood.kernel import ONCE, MakegoodError, pay_once_key
from makegood.programmes import load_text
from makegood.redress.claims import claim_of
from makegood.redress.serving import register
from makegood.runs import RunKind, RunState, cancel, check_run, due, plan_run, retry, top_ups
from makegood.runs.planning.earlier import item_files
from makegood.runs.planning.top_up_keys import further_keys
from makegood.runs.rows import execute, run_of
from makegood.trust.clock import now
from tests.programme_text import changed
from tests.redress.claims import relief
from tests.redress.claims.relief import advanced, applied, opened
from tests.redress.outage_lines import console, published, snapshot
from tests.runs.planning.gift import at, on
from tests.runs.planning.test_amended import close
from tests.runs.planning.test_claims_first import answered, supervisor_of_runs
from tests.staff_people import installed

MORE = changed("amount: penalty\n", "amount: penalty + 10000\n", relief.TEXT)
NEXT_CONTRACT = date(2025, 6, 1)
PAY_DAY, NEXT_PAY_DAY = at(1, 22, 10), at(2, 5, 10)


@pytest.fixture(autouse=True)
def settings(database, monkeypatch):
    with installed(database, monkeypatch):
        yield database.settings


@pytest.fixture
def topped_up(settings, tmp_path):
    """L0001's first claim is paid and topped up; its next contract's waits for the next pay-out."""
    with on(relief.IN_TIME):
        opened(tmp_path)
        first = applied().receipt_number
        lines = relief.LINES | {"L0001": relief.LINES["L0001"] | {"contracted_on": NEXT_CONTRACT}}
        again = snapshot(tmp_path / "again", lines, date(2026, 1, 15), relief.TEXT)
        register(console(), again, relief.NAME)
        advanced()
    with on(at(1, 20, 10)):
        second = applied().receipt_number
        advanced()
    facts = {claim_of(each).snapshot_sha256 for each in (first, second)}
    assert (len({first, second}), len(facts)) == (2, 1)
    with on(PAY_DAY):
        paid_out(settings)
        published(MORE)
        return added(settings)


def paid_out(settings):
    """The pay-out of the day is planned, carried out and closed."""
    found = due(load_text(relief.TEXT), now())
    entry = [each for each in found if each.kind is RunKind.PAY_OUT][-1]
    run = check_run(settings, plan_run(settings, relief.NAME, entry, "console:root").run_id)
    assert (run.state, run.total) == (RunState.CHECKED, 120_000)
    answered(run)
    close(settings, run)


def added(settings):
    """What is to be added now is planned and checked."""
    [found] = [each for each in top_ups(settings, relief.NAME) if each.heads]
    assert found.amount == 10_000
    run = plan_run(settings, relief.NAME, found.due, "console:root")
    assert (run.items, run.total) == (1, 10_000)
    run = check_run(settings, run.run_id)
    assert run.state is RunState.CHECKED, run.finding
    return run


def key(settings, run):
    """The pay-once key of a run's only item."""
    [path] = item_files(settings, run)
    [item] = pq.read_table(path).to_pylist()
    assert item["line_id"] == "L0001"
    return item["key"]


def nothing_is_missing(settings):
    return not any(each.heads for each in top_ups(settings, relief.NAME))


def test_both_are_topped_up_and_neither_twice(settings, topped_up):
    contract = NEXT_CONTRACT.isoformat()
    named = (relief.NAME, "waiver", "L0001")
    own = pay_once_key(*named, contract, topped_up.period)
    assert key(settings, topped_up) == own
    with on(PAY_DAY):
        close(settings, topped_up)
        assert nothing_is_missing(settings)
    with on(NEXT_PAY_DAY):
        paid_out(settings)
        again = added(settings)
        assert again.period == topped_up.period
        further = further_keys(*named, topped_up.period, 1)
        assert (key(settings, again),) == further
        assert own not in {*further, pay_once_key(*named, contract, ONCE)}
        assert nothing_is_missing(settings)
        close(settings, again)
        assert nothing_is_missing(settings)


def test_what_failed_of_the_first_is_tried_again_beside_the_second(settings, topped_up):
    with on(PAY_DAY):
        close(settings, topped_up, failed=("L0001",))
    with on(NEXT_PAY_DAY):
        paid_out(settings)
        again = added(settings)
        tried = retry(settings, supervisor_of_runs(), topped_up.run_id, "the account is right now")
        assert check_run(settings, tried.run_id).state is RunState.CHECKED
        assert key(settings, tried) == key(settings, topped_up) != key(settings, again)
        assert nothing_is_missing(settings)


def test_a_further_key_of_a_line_that_has_no_first_stops_it(settings, topped_up):
    with on(PAY_DAY):
        close(settings, topped_up)
    with on(NEXT_PAY_DAY):
        paid_out(settings)
        again = added(settings)
        execute("UPDATE runs_run SET state = 'planned' WHERE run_id = %s", [again.run_id])
        for table in ("runs_run", "runs_shard"):
            execute(f"DELETE FROM {table} WHERE run_id = %s", [topped_up.run_id])
        stopped = check_run(settings, again.run_id)
        assert stopped.state is RunState.STOPPED
        assert "the item's key is not the line's" in stopped.finding


# --- Cancelled, and planned anew by a person ---


def test_who_names_a_cancelled_one_gets_what_it_brought_and_not_what_came_beside_it(
    settings, topped_up
):
    with on(NEXT_PAY_DAY):
        paid_out(settings)
        beside = added(settings)
    with on(NEXT_PAY_DAY + timedelta(minutes=5)):
        cancel(settings, supervisor_of_runs(), topped_up.run_id, "it was too early")
    with on(NEXT_PAY_DAY + timedelta(minutes=9)):
        anew = retry(settings, supervisor_of_runs(), topped_up.run_id, "once more, please")
        assert anew.run_id not in {beside.run_id, topped_up.run_id}
        # The first of the line's keys is nobody's now.
        assert key(settings, anew) == key(settings, topped_up)
        assert check_run(settings, anew.run_id).state is RunState.CHECKED
        assert (
            retry(settings, supervisor_of_runs(), topped_up.run_id, "again").run_id == anew.run_id
        )
        assert nothing_is_missing(settings)


def test_one_in_whose_place_a_later_one_brought_all_is_that_one(settings, topped_up):
    with on(NEXT_PAY_DAY):
        cancel(settings, supervisor_of_runs(), topped_up.run_id, "it was too early")
        anew = retry(settings, supervisor_of_runs(), topped_up.run_id, "once more, please")
        paid_out(settings)
        beside = added(settings)
        found = retry(settings, supervisor_of_runs(), topped_up.run_id, "once more, please")
        assert found.run_id == anew.run_id != beside.run_id


def test_a_follow_up_that_was_cancelled_names_the_run_that_it_followed(settings, topped_up):
    with on(PAY_DAY):
        close(settings, topped_up, failed=("L0001",))
        tried = retry(settings, supervisor_of_runs(), topped_up.run_id, "the account is right now")
        cancel(settings, supervisor_of_runs(), tried.run_id, "not yet")
        named = f"makegood run retry {str(topped_up.run_id)[:8]}"
        with pytest.raises(MakegoodError, match=named):
            retry(settings, supervisor_of_runs(), tried.run_id, "once more, please")
        assert run_of(tried.run_id).state is RunState.CANCELLED
