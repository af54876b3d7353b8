"""What a run pays is held against what its lines were shown; the better reaches the line once."""

import json
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import uuid4

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.db import transaction

from makegood.kernel import MakegoodError
from makegood.ledger import balances
from makegood.programmes import load_text
from makegood.redress.claims import claim_of, grant_exception
from makegood.redress.quotes import deviations, give_quote, open_promises, propose_exceptions
from makegood.redress.serving import programme_in_force, register
from makegood.runs import (
    Deviating,
    RunKind,
    RunState,
    WorkDone,
    cancel,
    check_run,
    contents_of,
    deviating_lines,
    deviating_words,
    due,
    not_proposable,
    plan_run,
    prepare,
    propose_release,
    propose_shown,
    release_ready,
    retry,
    show_run,
    top_ups,
)
from makegood.runs.books import verify_ledger
from makegood.runs.folders import DEVIATIONS, folder_of
from makegood.runs.planning import upheld_due
from makegood.runs.planning.upholding import uphold_agreed
from makegood.runs.planning.waiting import waiting_table
from makegood.runs.rows import execute, insert, items_sha256_of, run_of, runs
from makegood.trust.clock import now
from makegood.trust.policy import Role
from makegood.trust.proposals import State, approve, proposals
from tests.programme_text import changed
from tests.redress.claims import relief
from tests.redress.claims.holding import named
from tests.redress.claims.relief import advanced, applied, opened, supervisor
from tests.redress.outage_lines import console, published, snapshot
from tests.redress.test_commands import answered, said
from tests.runs.planning import gift
from tests.runs.planning.gift import items
from tests.runs.planning.test_amended import close
from tests.runs.planning.test_claims_first import answered as all_answered
from tests.runs.planning.test_claims_first import standing, supervisor_of_runs
from tests.staff_people import installed
from tests.trust.access.visitors import agent
from tests.trust.access.visitors import at as on

# A month's reduction of the fee, up to 50,000 won, that nobody applies for.
_OTHERS = gift.TEXT[gift.TEXT.index("  data:\n") : gift.TEXT.index("  credit:\n")]
_COVER = gift.TEXT[gift.TEXT.index("  cover:\n") : gift.TEXT.index("notices:")]
TEXT = changed(
    "prorate(fee, 50, 100, down)",
    "least(fee, 50000)",
    changed(_COVER, "", changed(_OTHERS, "", gift.TEXT)),
)
# As it is, but that the bill leaves out lines of other brands.
WITHOUT_OTHERS = changed(
    "    discount: {amount",
    "    except:\n      other_brand:\n        when: brand = 'other'\n"
    "        because: {ko: 알뜰폰 회선입니다, en: another brand}\n    discount: {amount",
    TEXT,
)
SHOWN_AT = gift.at(2, 10)
BILL_DAY = gift.at(3, 1, 9, 30)
NEXT_DAY = gift.at(3, 2, 9, 30)


@pytest.fixture(autouse=True)
def settings(database, monkeypatch):
    with installed(database, monkeypatch):
        yield database.settings


def shown(line, name=gift.NAME, language="ko"):
    return give_quote(agent(), name, line, language, "call_centre", case="CALL-1")


def billed(settings, text=TEXT):
    """The run of the bill, checked."""
    [entry] = [each for each in due(load_text(text), BILL_DAY) if each.kind is RunKind.BILL]
    run = plan_run(settings, gift.NAME, entry, "console:root")
    return check_run(settings, run.run_id)


def corrected(tmp_path):
    """L01's fee was wrong: it is 40,000 won; L08's, too, and it is more than was thought."""
    gift.lines(tmp_path, date(2026, 2, 25), TEXT, L01={"fee": 40_000}, L08={"fee": 45_000})


def upheld_by_two(settings, run):
    made = propose_shown(settings, agent("dana", Role.SUPERVISOR), run.run_id, "as was shown")
    for each in made:
        approve(each.proposal_id, by=agent("minho").actor)
    return made


def paid_to(settings, line):
    """All amounts of a line's items that were not cancelled, in the order of runs."""
    found = runs("WHERE state <> 'cancelled' AND kind IN ('bill', 'pay_out', 'top_up')"
                 " ORDER BY due_at, sequence")  # fmt: skip
    return [items(settings, run)[line][0] for run in found if line in items(settings, run)]


def worked(settings):
    """A round of work up to sending."""
    done = WorkDone()
    prepare(settings, done)
    assert not done.troubles, done.troubles
    return done


def upheld_and_closed(settings, run):
    """On the bill's day two persons agree on what was shown, and the run comes to its end."""
    with on(BILL_DAY):
        upheld_by_two(settings, run)
        worked(settings)
        close(settings, run)


def top_ups_of_quotes():
    return runs("WHERE kind = 'top_up' AND period = 'once' ORDER BY due_at, sequence")


def added_next_day(settings):
    """The one top-up that the worker plans on the day after."""
    with on(NEXT_DAY):
        worked(settings)
        [added] = top_ups_of_quotes()
        return added


def billed_after_it_was_shown(settings, tmp_path, *lines):
    """These lines were shown their credit; then facts were corrected, and the bill was planned."""
    with on(SHOWN_AT):
        published(TEXT)
        gift.lines(tmp_path, text=TEXT)
        for line in lines:
            shown(line)
    with on(BILL_DAY):
        corrected(tmp_path)
        return billed(settings)


@pytest.fixture
def bill(settings, tmp_path):
    """L01 was shown 50,000 won and gets 40,000; L08 30,001 and gets 45,000; L07 what it gets."""
    return billed_after_it_was_shown(settings, tmp_path, "L01", "L08", "L07")


@pytest.fixture
def added(settings, bill):
    """The top-up of what was upheld of that bill."""
    upheld_and_closed(settings, bill)
    return added_next_day(settings)


@pytest.fixture
def leaving_out(settings, tmp_path):
    """L04 was shown 50,000 won; then another version left it out, and the bill was planned."""
    with on(SHOWN_AT):
        published(TEXT)
        gift.lines(tmp_path, text=TEXT)
        shown("L04")
    with on(BILL_DAY):
        published(WITHOUT_OTHERS)
        return billed(settings, WITHOUT_OTHERS)


@pytest.fixture
def left_out(settings, leaving_out):
    """The bill left L04 out, and two persons agreed on what was shown."""
    upheld_and_closed(settings, leaving_out)
    return leaving_out


def test_a_bill_tells_who_gets_less_than_shown_and_who_gets_more(settings, bill):
    view = show_run(supervisor_of_runs(), bill.run_id)
    assert view.deviating == Deviating(3, 1, 10_000, 1, 14_999)
    short = str(bill.run_id)[:8]
    assert deviating_words(bill) == (
        f"run {short}: 1 line gets less than shown, by 10,000 KRW;"
        " 1 line gets more than shown, by 14,999 KRW"
    )
    less, more = deviating_lines(settings, supervisor_of_runs(), bill.run_id)
    assert (less.line_id, less.quoted, less.comes_to, less.item) == ("L01", 50_000, 40_000, 40_000)
    assert (less.is_less, less.way, less.shown_at) == (True, "automatic", SHOWN_AT)
    assert (more.line_id, more.quoted, more.comes_to, more.is_less) == (
        *("L08", 30_001, 45_000),
        False,
    )


def test_nobody_releases_it_without_having_been_told(settings, bill):
    with on(BILL_DAY):
        made = propose_release(supervisor_of_runs(), bill.run_id, "the bill of March")
        told = {"less_lines": 1, "less": 10_000, "more_lines": 1, "more": 14_999}
        assert told.items() <= dict(made.contents).items()
        assert contents_of(run_of(bill.run_id)) == dict(made.contents)
        approve(made.proposal_id, by="console:other")
        assert release_ready(settings) == 1


def test_a_run_that_brings_what_was_shown_is_proposed_as_ever(settings, tmp_path):
    with on(BILL_DAY):
        published(TEXT)
        gift.lines(tmp_path, text=TEXT)
        shown("L01")
        run = billed(settings)
        assert show_run(supervisor_of_runs(), run.run_id).deviating == Deviating(1, 0, 0, 0, 0)
        assert set(contents_of(run)) == {"total", "items", "shards", "sha256"}
        assert deviating_words(run) == ""
        assert deviating_lines(settings, supervisor_of_runs(), run.run_id) == []


def test_the_better_is_proposed_agreed_on_and_billed_once(settings, bill):
    with on(BILL_DAY):
        [made] = upheld_by_two(settings, bill)
        assert (made.contents["line"], made.contents["amount"]) == ("L01", 50_000)
        done = worked(settings)
        # The bill has not come to its end: nothing is reckoned against what may still fail.
        assert (done.upheld, top_ups_of_quotes()) == (1, [])
        [used] = proposals(State.USED, made.kind)
        assert used.proposal_id == made.proposal_id
        close(settings, bill)
    added = added_next_day(settings)
    with on(NEXT_DAY):
        assert (added.items, added.total, added.state) == (1, 10_000, RunState.CHECKED)
        assert added.needs_release is True
        close(settings, added)
        assert paid_to(settings, "L01") == [40_000, 10_000]
        # Once more, and on every day after it: nothing.
        worked(settings)
    for day in range(3, 6):
        with on(gift.at(3, day, 9, 30)):
            worked(settings)
            assert propose_shown(settings, agent("d", Role.SUPERVISOR), bill.run_id, "again") == []
    assert paid_to(settings, "L01") == [40_000, 10_000]
    assert paid_to(settings, "L08") == [45_000]
    found = {each.line_id: each for each in deviations(gift.NAME, "credit")}
    assert (found["L01"].is_upheld, found["L01"].may_be_proposed) == (True, False)


def test_a_line_that_the_bill_leaves_out_gets_under_its_own_key_what_it_was_shown(
    settings, leaving_out
):
    with on(BILL_DAY):
        view = show_run(supervisor_of_runs(), leaving_out.run_id)
        assert view.deviating == Deviating(1, 1, 50_000, 0, 0)
    upheld_and_closed(settings, leaving_out)
    added = added_next_day(settings)
    with on(NEXT_DAY):
        [row] = pq.read_table(folder_of(settings, added.run_id) / "items").to_pylist()
        assert (row["line_id"], row["amount"]) == ("L04", 50_000)
        close(settings, added)
        # Were the bill planned once more with the line in it, its key is taken.
        published(TEXT)
        worked(settings)
        again = [run for run in runs("WHERE kind = 'bill' ORDER BY sequence") if run.sequence]
        assert all("L04" not in items(settings, run) for run in again)
        assert paid_to(settings, "L04") == [50_000]


def test_what_an_amended_version_adds_is_not_paid_twice_beside_it(settings, bill):
    more = changed("least(fee, 50000)", "least(fee + 10000, 50000)", TEXT)
    upheld_and_closed(settings, bill)
    with on(NEXT_DAY):
        published(more)
        worked(settings)
        [added] = top_ups_of_quotes()
        assert added.total == 10_000
        for state in ("checked", "closed"):
            execute("UPDATE runs_run SET state = %s WHERE run_id = %s", [state, added.run_id])
            [found] = top_ups(settings, gift.NAME)
            run = plan_run(settings, gift.NAME, found.due, "console:root")
            assert "L01" not in items(settings, run)
            execute("DELETE FROM runs_run WHERE run_id = %s", [run.run_id])
            execute("DELETE FROM runs_shard WHERE run_id = %s", [run.run_id])


def test_an_item_of_it_that_two_persons_did_not_agree_on_stops_it(settings, bill):
    upheld_and_closed(settings, bill)
    with on(NEXT_DAY):
        assert worked(settings).checked == 1
        [added] = top_ups_of_quotes()
        execute("UPDATE runs_run SET state = 'planned' WHERE run_id = %s", [added.run_id])
        execute("UPDATE quotes_upheld SET amount = 45000, settled_at = NULL")
        stopped = check_run(settings, added.run_id)
        assert stopped.state is RunState.STOPPED
        assert "MG868" in stopped.finding


def test_a_credit_for_who_had_the_line_is_not_put_on_the_next_ones_bill(settings, bill):
    upheld_and_closed(settings, bill)
    with on(NEXT_DAY):
        # What was shown when nobody held the line is C001's.
        for holder in ("C001", "C002"):
            named("L01", holder)
        worked(settings)
        assert top_ups_of_quotes() == []
        assert paid_to(settings, "L01") == [40_000]
        named("L01", "C001")
        worked(settings)
        [added] = top_ups_of_quotes()
        assert (added.state, paid_to(settings, "L01")) == (RunState.CHECKED, [40_000, 10_000])


def test_what_failed_of_it_is_tried_again_and_not_planned_anew(settings, added):
    with on(NEXT_DAY):
        close(settings, added, failed=("L01",))
    with on(NEXT_DAY + timedelta(days=1)):
        worked(settings)
        assert top_ups_of_quotes() == [run_of(added.run_id)]


def test_what_failed_of_it_waits_while_somebody_else_has_the_line(settings, added):
    with on(NEXT_DAY):
        named("L01", "C001")
        close(settings, added, failed=("L01",))
        named("L01", "C002")
        with pytest.raises(MakegoodError) as told:
            retry(settings, supervisor_of_runs(), added.run_id, "once more, please")
        [finding] = told.value.findings
        assert (finding.code, "somebody else has line L01" in finding.hint) == ("MG879", True)
        assert top_ups_of_quotes() == [run_of(added.run_id)]
        # It is theirs again, and is tried again; what follows that, too.
        named("L01", "C001")
        again = retry(settings, supervisor_of_runs(), added.run_id, "once more, please")
        again = check_run(settings, again.run_id)
        assert (again.total, again.state) == (10_000, RunState.CHECKED)
        close(settings, again, failed=("L01",))
        named("L01", "C002")
        with pytest.raises(MakegoodError, match="MG879"):
            retry(settings, supervisor_of_runs(), again.run_id, "once more, please")
        [promise] = open_promises(gift.NAME, "credit")
        assert promise.owner_id == "C001"


def test_what_failed_of_it_is_tried_again_though_a_later_run_has_its_promise(settings, added):
    with on(NEXT_DAY):
        close(settings, added, failed=("L01",))
        execute("UPDATE quotes_upheld SET run_id = %s", [uuid4()])
        again = retry(settings, supervisor_of_runs(), added.run_id, "once more, please")
        assert (again.follows, again.total) == (added.run_id, 10_000)


def test_what_is_tried_again_is_stopped_where_the_line_was_handed_on_meanwhile(settings, added):
    with on(NEXT_DAY):
        named("L01", "C001")
        close(settings, added, failed=("L01",))
        again = retry(settings, supervisor_of_runs(), added.run_id, "once more, please")
        named("L01", "C002")
        stopped = check_run(settings, again.run_id)
        assert stopped.state is RunState.STOPPED
        assert "line L01: the item would be on the bill of who has the line now" in stopped.finding
        cancel(settings, supervisor_of_runs(), again.run_id, "it is not theirs")
        named("L01", "C001")
        third = retry(settings, supervisor_of_runs(), added.run_id, "once more, please")
        assert check_run(settings, third.run_id).state is RunState.CHECKED


def test_one_that_was_cancelled_is_planned_again_on_the_next_day(settings, added):
    with on(NEXT_DAY):
        execute("UPDATE runs_run SET state = 'cancelled' WHERE run_id = %s", [added.run_id])
        worked(settings)
        assert len(top_ups_of_quotes()) == 1
    with on(NEXT_DAY + timedelta(days=1)):
        worked(settings)
        first, second = top_ups_of_quotes()
        assert (first.state, second.total) == (RunState.CANCELLED, 10_000)


def test_the_list_behind_it_is_whole_or_refused(settings, bill):
    path = folder_of(settings, bill.run_id) / DEVIATIONS
    path.write_bytes(path.read_bytes() + b"x")
    with pytest.raises(MakegoodError, match="MG866"):
        deviating_lines(settings, supervisor_of_runs(), bill.run_id)


def test_the_ledger_stands_with_what_was_upheld(settings, bill):
    with on(BILL_DAY):
        before = money()
        upheld_by_two(settings, bill)
        worked(settings)
        assert money()["promised"] == before["promised"] + 10_000
        close(settings, bill)
    added = added_next_day(settings)
    with on(NEXT_DAY):
        made = propose_release(supervisor_of_runs(), added.run_id, "what was shown")
        approve(made.proposal_id, by="console:other")
        release_ready(settings)
        assert money()["approved"] == 10_000


def money():
    return {b.account.value: b.amount for b in balances(gift.NAME) if b.measure == "credit"}


def test_commands_tell_it(bill, database, monkeypatch):
    for name, value in database.environment.items():
        monkeypatch.setenv(name, value)
    run = str(bill.run_id)
    with on(BILL_DAY):
        shown_run = json.loads(said("run", "show", run, "--json"))
        counts = {"shown_lines": 3, "less_lines": 1, "less": 10_000, "more_lines": 1}
        assert shown_run["deviating"] == {**counts, "more": 14_999}
        assert "1 line, by 10,000 KRW" in said("run", "show", run)
        found = answered("run deviations", run)
        assert [each["line"] for each in found["deviations"]] == ["L01", "L08"]
        assert found["deviations"][0]["comes_to"] == 40_000
        assert "1 line gets less than shown, by 10,000 KRW" in said("run", "deviations", run)
        proposed = said("run", "release", run, "--reason", "the bill of March")
        assert "1 line gets less than shown, by 10,000 KRW" in proposed


# --- Of claims ---


@pytest.fixture
def less_than_shown(settings, tmp_path):  # noqa: ARG001 - it comes first
    """L0001 was shown 120,000 won and applied; then its penalty turned out to be 100,000."""
    lines = relief.LINES | {"L0001": relief.LINES["L0001"] | {"penalty": 100_000}}
    with on(relief.IN_TIME):
        opened(tmp_path)
        quote = shown("L0001", relief.NAME)
        again = snapshot(tmp_path / "again", lines, date(2026, 1, 14), relief.TEXT)
        register(console(), again, relief.NAME)
        receipt = applied().receipt_number
        advanced()
    return quote, receipt


PAY_DAY = datetime(2026, 1, 22, 10, tzinfo=relief.SEOUL)


def pay_out(settings):
    """The pay-out of the day, checked."""
    found = [each for each in due(load_text(relief.TEXT), PAY_DAY) if each.kind is RunKind.PAY_OUT]
    run = plan_run(settings, relief.NAME, found[0], "console:root")
    return check_run(settings, run.run_id)


def test_a_claim_that_waits_gets_the_better_by_itself_and_the_run_deviates_no_more(
    settings, less_than_shown
):
    _quote, receipt = less_than_shown
    with on(PAY_DAY - timedelta(days=2)):
        found = deviations(relief.NAME, "waiver")
        [made] = propose_exceptions(supervisor(), "waiver", found, "as was shown")
        approve(made.proposal_id, by=agent("minho").actor)
        # A claim that can use it is left to do so.
        assert uphold_agreed(settings) == (0, [])
        assert grant_exception(supervisor(), receipt, case="CASE-1").amount == 120_000
    with on(PAY_DAY):
        run = pay_out(settings)
        assert (run.total, deviating_words(run)) == (120_000, "")
        assert uphold_agreed(settings) == (0, [])


def test_a_claim_that_was_paid_less_than_shown_gets_the_rest_once(settings, less_than_shown):
    _quote, receipt = less_than_shown
    with on(PAY_DAY):
        run = pay_out(settings)
        assert show_run(supervisor_of_runs(), run.run_id).deviating == Deviating(1, 1, 20_000, 0, 0)
        [made] = upheld_by_two(settings, run)
        assert made.contents["amount"] == 120_000
        assert uphold_agreed(settings) == (1, [])
        assert worked(settings).planned == 0
        all_answered(run)
        close(settings, run)
        assert claim_of(receipt).state.value == "paid"
        worked(settings)
        [added] = top_ups_of_quotes()
        [row] = pq.read_table(folder_of(settings, added.run_id) / "items").to_pylist()
        assert (row["amount"], row["account_id"]) == (20_000, f"{row['customer_id']}#{receipt}")
        assert deviating_words(added) == ""
        close(settings, added)
    with on(PAY_DAY + timedelta(days=1)):
        worked(settings)
        assert paid_to(settings, "L0001") == [100_000, 20_000]
        assert standing()["promised"] >= 0
        assert verify_ledger(relief.NAME) is not None


def test_an_approval_that_a_claim_did_not_use_in_time_is_taken_up(settings, less_than_shown):
    _quote, receipt = less_than_shown
    with on(PAY_DAY - timedelta(days=6, hours=20)):
        found = deviations(relief.NAME, "waiver")
        [made] = propose_exceptions(supervisor(), "waiver", found, "as was shown")
        approve(made.proposal_id, by=agent("minho").actor)
        assert uphold_agreed(settings) == (0, [])
    with on(PAY_DAY - timedelta(hours=10)):
        assert uphold_agreed(settings) == (1, [])
        assert claim_of(receipt).amount == 100_000


# --- Beside a bill that is planned once more ---


def test_where_the_bill_comes_once_more_and_brings_it_no_top_up_uses_the_day_up(settings, left_out):  # noqa: ARG001 - it comes first
    with on(NEXT_DAY):
        published(TEXT)
        worked(settings)
        assert top_ups_of_quotes() == []
        [again] = [run for run in runs("WHERE kind = 'bill'") if run.sequence]
        assert (again.state, items(settings, again)["L04"][0]) == (RunState.CHECKED, 50_000)
        close(settings, again)
        worked(settings)
        assert top_ups_of_quotes() == []
        assert paid_to(settings, "L04") == [50_000]


def test_who_asks_for_it_when_nothing_is_missing_any_more_is_told(settings, bill):
    upheld_and_closed(settings, bill)
    with on(NEXT_DAY):
        [entry] = list(upheld_due(settings, programme_in_force(gift.NAME), now()))
        close(settings, bill, failed=("L01",))
        with pytest.raises(MakegoodError, match="MG887"):
            plan_run(settings, gift.NAME, entry, "console:root")
        worked(settings)
        assert top_ups_of_quotes() == []


def test_an_upheld_run_without_items_stops_nobody(settings, added):
    with on(NEXT_DAY):
        # As one was that an earlier version of the program planned.
        execute("UPDATE runs_run SET state = 'cancelled' WHERE run_id = %s", [added.run_id])
        with replaced_missing():
            run = retry(settings, supervisor_of_runs(), added.run_id, "as it was before")
        assert (run.items, run.state) == (0, RunState.PLANNED)
        assert check_run(settings, run.run_id).state is RunState.CHECKED


@contextmanager
def replaced_missing():
    """What is missing is of a line that the facts leave without an item."""
    name = "makegood.runs.planning.plan.missing_table"
    amount = pa.array([0], pa.int64())
    line = pa.array(["L01"])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(name, lambda *_: waiting_table(
            line_id=pa.chunked_array([line]), amount=pa.chunked_array([amount])))  # fmt: skip
        yield


def test_what_a_version_adds_reaches_a_line_that_had_it_under_its_own_key(settings, left_out):  # noqa: ARG001 - it comes first
    more = changed("least(fee, 50000)", "least(fee + 10000, 60000)", TEXT)
    added = added_next_day(settings)
    with on(NEXT_DAY):
        close(settings, added)
        published(more)
        worked(settings)
        for run in runs("WHERE kind = 'bill'"):
            if run.sequence:
                close(settings, run)
        for found in top_ups(settings, gift.NAME):
            run = check_run(
                settings, plan_run(settings, gift.NAME, found.due, "console:root").run_id
            )
            assert run.state is RunState.CHECKED, run.finding
            close(settings, run)
        assert sorted(paid_to(settings, "L04")) == [10_000, 50_000]
        assert sum(found.heads for found in top_ups(settings, gift.NAME)) == 0


# --- Cancelled, and planned anew by a person ---


def test_one_that_was_cancelled_is_planned_anew_once(settings, added):
    with on(NEXT_DAY):
        cancel(settings, supervisor_of_runs(), added.run_id, "it was too early")
        again = retry(settings, supervisor_of_runs(), added.run_id, "once more, please")
        assert (again.total, again.state) == (10_000, RunState.PLANNED)
        assert retry(settings, supervisor_of_runs(), added.run_id, "and once more") == again
        cancel(settings, supervisor_of_runs(), again.run_id, "it was too early")
    with on(NEXT_DAY + timedelta(days=1)):
        # On another day, too: then it is due on that.
        later = retry(settings, supervisor_of_runs(), added.run_id, "once more, please")
        assert (later.total, later.due_at > again.due_at) == (10_000, True)
        assert retry(settings, supervisor_of_runs(), again.run_id, "and the other") == later


def test_before_nine_who_asks_for_it_is_told_when_it_comes(settings, added):
    with on(NEXT_DAY):
        cancel(settings, supervisor_of_runs(), added.run_id, "it was too early")
    with on(gift.at(3, 3, 8, 30)), pytest.raises(MakegoodError, match="each day at 09:00"):
        retry(settings, supervisor_of_runs(), added.run_id, "once more, please")


def cancelled_and_asked_for(settings, added):
    """What is told to who wants a cancelled one planned anew, and gets none."""
    with pytest.raises(MakegoodError) as told:
        retry(settings, supervisor_of_runs(), added.run_id, "once more, please")
    [finding] = told.value.findings
    assert finding.code == "MG879"
    return finding.hint


def test_who_asks_for_one_of_a_measure_that_is_gone_is_told_so(settings, added):
    with on(NEXT_DAY):
        cancel(settings, supervisor_of_runs(), added.run_id, "it was too early")
        published(changed("  credit:\n", "  reduction:\n", TEXT))
        hint = cancelled_and_asked_for(settings, added)
        assert "the version in force pays nothing of credit" in hint
        assert "09:00" not in hint


def test_who_asks_for_one_of_which_all_has_come_is_told_so(settings, added):
    with on(NEXT_DAY):
        cancel(settings, supervisor_of_runs(), added.run_id, "it was too early")
        published(changed("least(fee, 50000)", "50000", TEXT))
        for found in top_ups(settings, gift.NAME):
            close(settings, plan_run(settings, gift.NAME, found.due, "console:root"))
        hint = cancelled_and_asked_for(settings, added)
        assert hint == "nothing of what was upheld of credit is missing now"


def test_who_asks_for_one_while_something_else_is_on_its_way_is_told_so(settings, added):
    with on(NEXT_DAY):
        cancel(settings, supervisor_of_runs(), added.run_id, "it was too early")
        execute("UPDATE runs_run SET state = 'sent' WHERE kind = 'bill'")
        assert "has to arrive first" in cancelled_and_asked_for(settings, added)


def test_a_top_up_of_an_amendment_is_planned_anew_on_another_day(settings, bill):
    more = changed("least(fee, 50000)", "least(fee + 10000, 50000)", TEXT)
    with on(BILL_DAY):
        close(settings, bill)
    with on(NEXT_DAY):
        published(more)
        [found] = top_ups(settings, gift.NAME)
        run = plan_run(settings, gift.NAME, found.due, "console:root")
        cancel(settings, supervisor_of_runs(), run.run_id, "it was too early")
    with on(NEXT_DAY + timedelta(days=1)):
        again = retry(settings, supervisor_of_runs(), run.run_id, "once more, please")
        assert (again.period, again.total) == (run.period, run.total)
        assert again.due_at == run.due_at + timedelta(days=1)
        cancel(settings, supervisor_of_runs(), again.run_id, "not at all")
        published(TEXT)
        with pytest.raises(MakegoodError, match="--top-ups --start"):
            retry(settings, supervisor_of_runs(), run.run_id, "once more, please")


# --- Shown to who held the line before ---


def test_what_was_shown_to_who_held_the_line_before_is_counted_and_not_proposed(
    settings, tmp_path, database, monkeypatch
):
    for name, value in database.environment.items():
        monkeypatch.setenv(name, value)
    with on(SHOWN_AT):
        published(TEXT)
        gift.lines(tmp_path, text=TEXT)
        held_by("C001")
        shown("L01")
    with on(BILL_DAY):
        corrected(tmp_path)
        run = billed(settings)
        assert not_proposable(settings, run.run_id) == 0
        held_by("C002")
        assert not_proposable(settings, run.run_id) == 1
        assert "cannot be proposed: 1 line" in said("run", "deviations", str(run.run_id))
        assert propose_shown(settings, supervisor(), run.run_id, "as was shown") == []
        cancel(settings, supervisor_of_runs(), run.run_id, "it is planned anew")
        assert not_proposable(settings, run.run_id) == 0


def held_by(customer):
    execute(
        "INSERT INTO serving_holder (line_id, customer_id) VALUES ('L01', %s)"
        " ON CONFLICT (line_id) DO UPDATE SET customer_id = excluded.customer_id",
        [customer],
    )


# --- A fault of the program in one run's step ---


def test_a_fault_in_one_runs_check_is_told_and_the_others_go_on(
    settings, bill, monkeypatch, caplog
):
    other = replace(bill, run_id=uuid4(), period="other", items=0, shards=0, needs_release=False)
    other = replace(other, items_sha256=items_sha256_of([]))
    with transaction.atomic():
        insert(other, [])
    execute("UPDATE runs_run SET state = 'planned'")
    monkeypatch.setattr("makegood.runs.working.check_run", broken_for(bill.run_id))
    with on(BILL_DAY):
        done, again = WorkDone(), WorkDone()
        prepare(settings, done)
        prepare(settings, again)
    [words] = done.troubles
    short = str(bill.run_id)[:8]
    number = words.rpartition(":")[0].rpartition(" ")[2]
    said_of_it = f"a fault of the program, in the log under the number {number}: ArithmeticError"
    assert words == f"run {short}: {said_of_it}"
    assert again.troubles == [words]
    assert sum(f"fault {number}" in message for message in caplog.messages) == 1
    assert (done.checked, run_of(bill.run_id).state) == (1, RunState.PLANNED)
    assert run_of(other.run_id).state is RunState.RELEASED


def broken_for(run_id):
    def checked(settings, each, progress):  # noqa: ARG001 - as check_run is called
        if each == run_id:
            raise ArithmeticError("a secret of somebody")
        execute("UPDATE runs_run SET state = 'checked' WHERE run_id = %s", [each])
        return run_of(each)

    return checked
