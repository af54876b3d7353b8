"""Grants that an amended programme makes larger; each line by the facts that decided it then."""

from datetime import date, timedelta

import pyarrow.parquet as pq
import pytest

from makegood.channels import ChannelName
from makegood.configuration import Settings
from makegood.ledger import balances
from makegood.programmes import load_text
from makegood.publication.kept import hash_of_text
from makegood.runs import (
    NotToppedUp,
    RunKind,
    RunState,
    check_run,
    demands,
    index_runs,
    month_of,
    not_topped_up,
    plan_follow_up,
    plan_run,
    propose_release,
    release_ready,
    top_ups,
    work,
)
from makegood.runs.books import verify_ledger
from makegood.runs.line_index import places_of
from makegood.runs.rows import execute, run_of, runs, shards_of
from makegood.runs.shipments import shipment_of
from makegood.trust.policy import Role
from makegood.trust.proposals import approve
from tests.programme_text import changed
from tests.redress.outage_lines import published
from tests.runs.execution.outside import Outside
from tests.runs.planning.gift import (
    FROZEN,
    NAME,
    TEXT,
    at,
    entry,
    in_force,
    items,
    left_out,
    lines,
    on,
    planned,
)
from tests.runs.planning.test_amended import LESS_FOR_SOME, MORE_MONEY, MORE_PEOPLE, close
from tests.trust.access.visitors import agent

GRANTED = ("L01", "L06", "L07", "L08")
HUNDRED = "grant: {quantity: 100, unit: {ko: GB, en: GB}, first_month: 2026-02, months: 3}"
_CREDIT = "    discount: {amount: 'prorate(fee, 50, 100, down)', bill: 2026-03}\n"
_OF_OWN_BRAND = """\
    except:
      other_brand:
        when: brand = 'other'
        because: {ko: 알뜰폰 회선입니다, en: another brand}
"""
MORE_DATA = changed("quantity: 100", "quantity: 120", TEXT)
LESS_DATA = changed("quantity: 100", "quantity: 80", TEXT)
MOST_DATA = changed("quantity: 100", "quantity: 130", TEXT)


@pytest.fixture(autouse=True)
def _march():
    with on(at(3, 10, 14)):
        yield


def two_months(settings: Settings, tmp_path, failed: tuple[str, ...] = ()):
    """February and March were granted, each by the facts of the end of the month before."""
    in_force(tmp_path)
    lines(tmp_path, date(2026, 1, 31))
    lines(tmp_path, date(2026, 2, 28), L06={"status": "left"})
    months = [planned(settings, RunKind.GRANT, "data", month) for month in ("2026-02", "2026-03")]
    for run in months:
        assert check_run(settings, run.run_id).state is RunState.CHECKED
        close(settings, run, failed)
    return months


def of_data(settings: Settings):
    return [each for each in top_ups(settings, NAME) if each.due.measure == "data"]


def told(found):
    """Of each month: lines that get more, how much in all; lines that got too much, how much."""
    return {
        each.month: (each.heads, each.quantity, each.difference.worse, each.difference.worse_by)
        for each in found
    }


def started(settings: Settings, found):
    return [
        plan_run(settings, NAME, each.due, "console:root", again=True)
        for each in found
        if each.heads
    ]


def released(settings: Settings, run, *, checked: bool = False):
    """Two persons let it go, after it was checked where that is still to be done."""
    if checked:
        assert check_run(settings, run.run_id).state is RunState.CHECKED
    made = propose_release(agent("sujin", Role.PAYMENT_OFFICER), run.run_id, "120 GB as agreed")
    approve(made.proposal_id, by=agent("minho", Role.PAYMENT_OFFICER).actor)
    assert release_ready(settings) == 1
    return run_of(run.run_id)


def test_twenty_more_a_month_are_proposed_for_each_month_that_was_granted(settings, tmp_path):
    two_months(settings, tmp_path)
    published(MORE_DATA)
    found = of_data(settings)
    # L06 has left by March: it was granted February alone.
    assert told(found) == {"2026-02": (4, 80, 0, 0), "2026-03": (3, 60, 0, 0)}
    assert [(each.unit, each.facts_day, each.amount) for each in found] == [
        ("GB", date(2026, 1, 31), 0),
        ("GB", date(2026, 2, 28), 0),
    ]
    runs = started(settings, found)
    assert [month_of(run.period) for run in runs] == ["2026-02", "2026-03"]
    assert items(settings, runs[0]) == dict.fromkeys(GRANTED, (0, 20))
    assert items(settings, runs[1]) == dict.fromkeys(("L01", "L07", "L08"), (0, 20))
    assert left_out(settings, runs[0])["L02"] == "excluded:suspended"
    for run in runs:
        assert (run.channel, run.total, run.needs_release) == (ChannelName.PROVISIONING, 0, True)
        assert check_run(settings, run.run_id).state is RunState.CHECKED
    assert release_ready(settings) == 0, "nothing leaves without a second person"
    run = released(settings, runs[0])
    assert run.state is RunState.RELEASED
    shipment = shipment_of(settings, run, shards_of(run.run_id)[0])
    assert (shipment.texts["month"], shipment.texts["unit"]) == ("2026-02", "GB")
    assert verify_ledger(NAME).findings == ()


def test_it_is_carried_out_once_and_a_second_call_proposes_nothing(settings, tmp_path):
    two_months(settings, tmp_path)
    published(MORE_DATA)
    runs = started(settings, of_data(settings))
    # What is planned counts: nobody plans it a second time while it is under way.
    found = of_data(settings)
    assert told(found) == {"2026-02": (0, 0, 0, 0), "2026-03": (0, 0, 0, 0)}
    assert [(each.unfinished, each.runs[0].run_id) for each in found] == [
        (1, runs[0].run_id),
        (1, runs[1].run_id),
    ]
    for run in runs:
        close(settings, run)
    with on(at(3, 20)):
        assert [each.heads for each in of_data(settings)] == [0, 0]
        again = plan_run(settings, NAME, found[0].due, "console:root")
        assert again.run_id == runs[0].run_id


def test_it_leaves_once_and_its_run_is_closed(settings, tmp_path):
    in_force(tmp_path)
    lines(tmp_path, date(2026, 2, 28))
    outside = {name: Outside(name) for name in ChannelName}
    provisioning = outside[ChannelName.PROVISIONING]

    def at_work():
        work(settings, until_idle=True, channels=lambda name, _settings: outside[name])
        provisioning.answer_all()
        work(settings, until_idle=True, channels=lambda name, _settings: outside[name])

    at_work()
    published(MORE_DATA)
    run = started(settings, of_data(settings))[0]
    at_work()
    assert run_of(run.run_id).state is RunState.CHECKED
    assert released(settings, run).state is RunState.RELEASED
    at_work()
    assert run_of(run.run_id).state is RunState.CLOSED
    [shipment] = [s for s in provisioning.taken_messages.values() if s.run_id == str(run.run_id)]
    left = pq.read_table(shipment.items).select(["line_id", "amount", "quantity"]).to_pylist()
    assert left == [{"line_id": line, "amount": 0, "quantity": 20} for line in GRANTED]
    at_work()
    assert set(provisioning.items.values()) == {1}
    found = of_data(settings)[0]
    assert (found.heads, found.unfinished) == (0, 0)
    assert verify_ledger(NAME).findings == ()


def test_it_counts_for_the_month_in_which_it_leaves(settings, tmp_path):
    two_months(settings, tmp_path)
    published(MORE_DATA)
    run = started(settings, of_data(settings))[0]
    with on(at(4, 1, 10)):
        run = released(settings, run, checked=True)
    shipment = shipment_of(settings, run, shards_of(run.run_id)[0])
    assert (run.due_on, shipment.due_on) == (date(2026, 3, 10), date(2026, 4, 1))
    assert shipment.texts["month"] == "2026-02"


def test_what_failed_of_a_top_up_is_tried_again_by_itself_and_not_proposed_anew(settings, tmp_path):
    two_months(settings, tmp_path)
    published(MORE_DATA)
    run = started(settings, of_data(settings))[0]
    close(settings, run, failed=("L01",))
    assert of_data(settings)[0].heads == 0
    follow_up = plan_follow_up(settings, run.run_id, "console:root")
    assert follow_up
    assert items(settings, follow_up) == {"L01": (0, 20)}
    assert check_run(settings, follow_up.run_id).state is RunState.CHECKED
    close(settings, follow_up)
    # Another version adds to what both brought together.
    published(MOST_DATA)
    assert told(of_data(settings))["2026-02"] == (4, 40, 0, 0)


def test_each_line_gets_what_it_lacks_itself(settings, tmp_path):
    """L01 got February late, after the first top-up had gone to the others."""
    february, _ = two_months(settings, tmp_path, failed=("L01",))
    published(MORE_DATA)
    close(settings, started(settings, of_data(settings))[0])
    late = plan_follow_up(settings, february.run_id, "console:root")
    assert late
    close(settings, late)
    published(MOST_DATA)
    run = started(settings, of_data(settings))[0]
    lacking = {"L01": 30, "L06": 10, "L07": 10, "L08": 10}
    assert items(settings, run) == {line: (0, quantity) for line, quantity in lacking.items()}
    assert check_run(settings, run.run_id).state is RunState.CHECKED

    def found(line):
        return [
            (place.item, place.amount, place.quantity) for place in places_of(settings, run, line)
        ]

    by_files = [found(line) for line in lacking]
    index_runs(settings)
    assert [found(line) for line in lacking] == by_files
    assert by_files[:2] == [[(1, 0, 30)], [(2, 0, 10)]]


def test_a_cancelled_top_up_is_proposed_again(settings, tmp_path):
    two_months(settings, tmp_path)
    published(MORE_DATA)
    found = of_data(settings)
    run = started(settings, found)[0]
    execute("UPDATE runs_run SET state = 'cancelled' WHERE run_id = %s", [run.run_id])
    assert of_data(settings)[0].heads == 4
    assert started(settings, of_data(settings))[0].run_id != run.run_id


def test_what_failed_then_is_no_top_up(settings, tmp_path):
    """It comes by the run's follow-up, with the quantity of its own version."""
    two_months(settings, tmp_path, failed=("L08",))
    published(MORE_DATA)
    found = of_data(settings)
    assert told(found) == {"2026-02": (3, 60, 0, 0), "2026-03": (2, 40, 0, 0)}


def test_a_month_that_goes_on_is_told_and_not_counted(settings, tmp_path):
    in_force(tmp_path)
    planned(settings, RunKind.GRANT, "data", "2026-02")
    published(MORE_DATA)
    [found] = of_data(settings)
    assert (found.month, found.heads, found.unfinished) == ("2026-02", 0, 1)


def test_less_than_before_is_told_and_nothing_is_taken_back(settings, tmp_path):
    two_months(settings, tmp_path)
    published(LESS_DATA)
    found = of_data(settings)
    assert told(found) == {"2026-02": (0, 0, 4, 80), "2026-03": (0, 0, 3, 60)}
    assert started(settings, found) == []


def test_months_that_the_amended_version_has_no_more_are_told_as_too_much(settings, tmp_path):
    two_months(settings, tmp_path)
    published(changed("first_month: 2026-02", "first_month: 2026-03", TEXT))
    assert told(of_data(settings)) == {"2026-02": (0, 0, 4, 400), "2026-03": (0, 0, 0, 0)}


def test_who_comes_to_qualify_gets_the_whole_month_and_the_others_the_rest(settings, tmp_path):
    both = changed("quantity: 100", "quantity: 120", MORE_PEOPLE)
    two_months(settings, tmp_path)
    published(both)
    assert told(of_data(settings))["2026-02"] == (4, 80, 0, 0)
    again = [each for each in demands(load_text(both), at(3, 10, 14)) if each.period == "2026-02"]
    run = plan_run(settings, NAME, again[0], "system:worker")
    # The month is planned once more for whoever got nothing, with all that is due now.
    assert items(settings, run) == dict.fromkeys(("L04", "L05"), (0, 120))
    close(settings, run)
    assert told(of_data(settings))["2026-02"] == (4, 80, 0, 0)


def test_another_unit_cannot_be_compared_and_the_lines_are_counted(settings, tmp_path):
    two_months(settings, tmp_path)
    published(changed(HUNDRED, HUNDRED.replace("100", "102400").replace("GB", "MB"), TEXT))
    found = of_data(settings)
    assert told(found) == {"2026-02": (0, 0, 0, 0), "2026-03": (0, 0, 0, 0)}
    assert [each.difference.unreckoned for each in found] == [4, 3]
    assert not_topped_up(NAME) == (
        NotToppedUp("data", ("grant.quantity", "grant.unit.en", "grant.unit.ko")),
    )


def test_lines_of_facts_that_are_not_there_any_more_are_counted(settings, tmp_path):
    two_months(settings, tmp_path)
    published(MORE_DATA)
    (tmp_path / f"{NAME}-2026-01-31").rename(tmp_path / "elsewhere")
    found = of_data(settings)
    assert [(each.month, each.heads, each.difference.unreckoned) for each in found] == [
        ("2026-02", 0, 4),
        ("2026-03", 3, 0),
    ]


def test_a_line_that_is_in_no_newer_lines_gets_its_rest(settings, tmp_path):
    start, end = TEXT.index("bases:\n"), TEXT.index("measures:\n")
    everybody = (TEXT[:start] + TEXT[end:]).replace("    base: customers\n", "")
    in_force(tmp_path, everybody)
    bill, month = (
        plan_run(settings, NAME, entry(*each, everybody), "console:root")
        for each in ((RunKind.BILL, "credit", "once"), (RunKind.GRANT, "data", "2026-02"))
    )
    close(settings, bill)
    close(settings, month)
    lines(tmp_path, date(2026, 3, 5), everybody, L01=None)
    published(everybody.replace("quantity: 100", "quantity: 120").replace("fee, 50", "fee, 60"))
    found = top_ups(settings, NAME)
    assert [each.due.measure for each in found] == ["data", "credit"]
    for run in started(settings, found):
        assert run.snapshot_sha256 == bill.snapshot_sha256
        assert "L01" in items(settings, run)
        assert check_run(settings, run.run_id).state is RunState.CHECKED
        assert released(settings, run).state is RunState.RELEASED


def test_each_credit_is_reckoned_by_the_facts_of_its_own_run(settings, tmp_path):
    """A second bill takes those who came to qualify, by lines in which fees have doubled."""
    own_brand = changed(_CREDIT, _OF_OWN_BRAND + _CREDIT, TEXT)
    published(own_brand)
    lines(tmp_path, text=own_brand)
    first = planned(settings, RunKind.BILL, "credit")
    assert set(items(settings, first)) == {"L01", "L02", "L07", "L08"}
    lines(tmp_path, date(2026, 2, 20), L01={"fee": 100_000}, L04={"fee": 100_000})
    published(TEXT)
    [again] = [each for each in demands(load_text(TEXT), at(3, 10, 14)) if each.measure == "credit"]
    second = plan_run(settings, NAME, again, "system:worker")
    assert {line: amount for line, (amount, _) in items(settings, second).items()} == {
        "L04": 50_000,
        "L05": 25_000,
    }
    close(settings, first)
    close(settings, second)
    published(MORE_MONEY)
    found = [each for each in top_ups(settings, NAME) if each.due.measure == "credit"]
    assert [(each.facts_day, each.heads, each.amount) for each in found] == [
        (FROZEN, 4, 3 * 5_000 + 3_000),
        (date(2026, 2, 20), 2, 10_000 + 5_000),
    ]
    runs = started(settings, found)
    assert [run.snapshot_sha256 for run in runs] == [first.snapshot_sha256, second.snapshot_sha256]
    # L01 was reckoned by the fee it had then, whatever it has come to since.
    assert items(settings, runs[0])["L01"] == (5_000, 0)
    assert items(settings, runs[1]) == {"L04": (10_000, 0), "L05": (5_000, 0)}
    for run in runs:
        assert check_run(settings, run.run_id).state is RunState.CHECKED


def test_what_was_credited_too_much_stays_promised(settings, tmp_path):
    """The ledger holds where an amended version gives some more and others less."""
    in_force(tmp_path)
    outside = {name: Outside(name) for name in ChannelName}

    def at_work():
        for _ in range(2):
            work(settings, until_idle=True, channels=lambda name, _settings: outside[name])
            outside[ChannelName.BILLING].answer_all()

    def standing():
        found = {b.account.value: b.amount for b in balances(NAME) if b.measure == "credit"}
        assert verify_ledger(NAME).findings == ()
        return {name: amount for name, amount in found.items() if amount}

    released(settings, planned(settings, RunKind.BILL, "credit"), checked=True)
    at_work()
    assert standing() == {"budget": -140_000, "paid": 140_000}
    published(LESS_FOR_SOME)
    at_work()
    # 25,000 more for L08 and 40,000 for L06, who had nothing; five lines got 5,000 too much.
    assert standing() == {"budget": -205_000, "paid": 140_000, "promised": 65_000}
    again, added = (
        [run for run in runs("ORDER BY planned_at") if run.kind is RunKind.BILL][-1],
        started(settings, [e for e in top_ups(settings, NAME) if e.due.measure == "credit"])[0],
    )
    assert (again.total, added.total) == (40_000, 25_000)
    for run in (again, added):
        released(settings, run, checked=run is added)
    at_work()
    assert standing() == {"budget": -205_000, "paid": 205_000}


def test_an_item_that_brings_another_difference_stops_the_run(settings, tmp_path):
    two_months(settings, tmp_path)
    published(MORE_DATA)
    run = started(settings, of_data(settings))[0]
    # What was done turns out to have ended after it was planned: so nothing was lacking then.
    later = "closed_at = planned_at + interval '30 days'"
    execute(f"UPDATE runs_run SET {later} WHERE kind = 'grant' AND period = '2026-02'")
    checked = check_run(settings, run.run_id)
    assert checked.state is RunState.STOPPED
    assert "line L01: the item brings 20, but 0 is lacking" in checked.finding


def test_what_becomes_no_top_up_is_named(settings, tmp_path):
    in_force(tmp_path)
    close(settings, planned(settings, RunKind.UPLIFT_START, "roaming", "start"))
    planned(settings, RunKind.GRANT, "data", "2026-02")
    amended = changed("percent: 50", "percent: 60", MORE_DATA)
    amended = changed("50% 더", "60% 더", amended)
    published(changed("months: 24", "months: 36", amended))
    # Nobody has a cover yet: what is amended of it is no matter of top-ups.
    assert not_topped_up(NAME) == (NotToppedUp("roaming", ("promise.ko", "uplift.percent")),)


def test_a_measure_that_is_gone_is_named(settings, tmp_path):
    two_months(settings, tmp_path)
    start, end = TEXT.index("  data:\n"), TEXT.index("  roaming:\n")
    published(TEXT[:start] + TEXT[end:])
    assert top_ups(settings, NAME) == ()
    assert not_topped_up(NAME) == (NotToppedUp("data", (), is_gone=True),)


def test_words_alone_add_nothing(settings, tmp_path):
    two_months(settings, tmp_path)
    close(settings, planned(settings, RunKind.BILL, "credit"))
    for text in (TEXT + "\n# a comment\n", changed("100 GB a month.", "A hundred GB.", TEXT)):
        published(text)
        assert top_ups(settings, NAME) == ()


def test_lines_that_the_version_leaves_open_are_told_as_not_reckoned(settings, tmp_path):
    """L05 is of an unknown brand: whether it is excluded now, nobody can say."""
    in_force(tmp_path)
    close(settings, planned(settings, RunKind.BILL, "credit"))
    published(changed(_CREDIT, _OF_OWN_BRAND + _CREDIT, TEXT))
    [found] = [each for each in top_ups(settings, NAME) if each.due.measure == "credit"]
    told_of = found.difference
    assert (told_of.heads, told_of.worse, told_of.unreckoned) == (0, 1, 1)


def test_what_is_more_on_the_same_day_is_planned_on_the_same_day(settings, tmp_path):
    """February came to L07 by a follow-up after the others had got their top-up."""
    february, _ = two_months(settings, tmp_path, failed=("L07",))
    published(MORE_DATA)
    found = of_data(settings)
    first = started(settings, found)
    assert started(settings, of_data(settings)) == []
    with on(at(3, 10, 15)):
        late = plan_follow_up(settings, february.run_id, "console:root")
        assert late
        close(settings, late)
        [again] = started(settings, of_data(settings))
        assert again.run_id not in {run.run_id for run in first}
        assert items(settings, again) == {"L07": (0, 20)}
        assert check_run(settings, again.run_id).state is RunState.CHECKED
        assert [each.heads for each in of_data(settings)] == [0, 0]
        assert started(settings, of_data(settings)) == []


def test_the_minute_of_one_that_was_cancelled_is_planned_and_not_that_of_another(
    settings, tmp_path
):
    """One at 09:00 is cancelled, one at 09:01 stands: what is missing now is due at 09:00."""
    february, _ = two_months(settings, tmp_path, failed=("L07",))
    published(MORE_DATA)
    first = started(settings, of_data(settings))[0]
    with on(at(3, 10, 15)):
        close(settings, plan_follow_up(settings, february.run_id, "console:root"))
        [beside] = started(settings, of_data(settings))
        assert beside.due_at - first.due_at == timedelta(minutes=1)
        execute("UPDATE runs_run SET state = 'cancelled' WHERE run_id = %s", [first.run_id])
        [made] = started(settings, of_data(settings))
        assert made.run_id not in {first.run_id, beside.run_id}
        assert (made.due_at, set(items(settings, made))) == (first.due_at, {"L01", "L06", "L08"})
        assert [each.heads for each in of_data(settings)] == [0, 0]
        assert started(settings, of_data(settings)) == []


def test_one_without_items_has_its_minute(settings, tmp_path):
    two_months(settings, tmp_path)
    published(MORE_DATA)
    first = started(settings, of_data(settings))[0]
    execute("UPDATE runs_run SET items = 0, state = 'closed' WHERE run_id = %s", [first.run_id])
    [made] = started(settings, of_data(settings))
    assert made.due_at - first.due_at == timedelta(minutes=1)
    assert made.items == 4


def test_a_version_that_cannot_be_read_any_more_decides_nothing_alike(settings, lasting, tmp_path):
    two_months(settings, tmp_path)
    published(TEXT + "\n# a comment\n")
    assert of_data(settings) == []
    old = "makegood: 0\n"
    changes = {
        "publication_version SET text = %s, sha256 = %s WHERE sha256 = %s": [old],
        "runs_run SET programme_sha256 = %s WHERE programme_sha256 = %s": [],
    }
    with lasting.superuser.connect(autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        for change, values in changes.items():
            hashes = [hash_of_text(old), load_text(TEXT).sha256]
            connection.execute(f"UPDATE {change}", [*values, *hashes])
    assert [each.heads for each in of_data(settings)] == [0, 0]
