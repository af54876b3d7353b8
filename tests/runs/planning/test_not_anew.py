"""Who asks for something to be tried again, and gets nothing, is told what there is to do."""

from datetime import timedelta

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.db import transaction

from makegood.kernel import MakegoodError
from makegood.programmes import load_text
from makegood.redress.choices import choice_of, choose, settle_choices
from makegood.redress.serving import load_holders, register
from makegood.runs import RunKind, cancel, demands, plan_run, retry
from makegood.runs.planning.earlier import item_files
from makegood.runs.planning.problems import SHORT
from makegood.runs.rows import execute, runs
from tests.redress.claims import relief
from tests.redress.claims.relief import advanced, applied, opened
from tests.redress.outage_lines import TEXT, console, published, snapshot
from tests.runs.planning import gift
from tests.runs.planning import test_quoted as quoted
from tests.runs.planning.gift import at, items
from tests.runs.planning.test_amended import close
from tests.runs.planning.test_claims_first import answered, supervisor_of_runs
from tests.runs.planning.test_messages_and_passes import LINES, NAME, in_force
from tests.runs.planning.test_quoted import BILL_DAY, NEXT_DAY, PAY_DAY, billed, pay_out, worked
from tests.staff_people import installed
from tests.trust.access.visitors import agent
from tests.trust.access.visitors import at as on

ACCOUNT = "account must be put right"


@pytest.fixture(autouse=True)
def settings(database, monkeypatch):
    with installed(database, monkeypatch):
        yield database.settings


def told(settings, run):
    """What is told to who wants it tried again."""
    with pytest.raises(MakegoodError) as failed:
        retry(settings, supervisor_of_runs(), run.run_id, "once more, please")
    [finding] = failed.value.findings
    assert finding.code == "MG879"
    return finding.hint


@pytest.fixture
def passes(settings, tmp_path):
    """A run that gives A1 what it has chosen."""
    with on(at(3, 6, 14)):
        in_force(TEXT)
        register(console(), snapshot(tmp_path / "lines", LINES, text=TEXT), NAME)
        holders = tmp_path / "holders.csv"
        holders.write_text("line_id,customer_id\nA1,C0001\n")
        load_holders(console(), holders)
        choose(agent("bora"), NAME, "pass", "A1", "music", "call_centre", case="CALL-1")
    with on(at(3, 7, 10)):
        [due] = [e for e in demands(load_text(TEXT), at(3, 7, 10)) if e.kind is RunKind.PASSES]
        return plan_run(settings, NAME, due, "system:worker")


def stands():
    chosen = choice_of(NAME, "pass", "A1")
    assert chosen
    return chosen.state.value


def test_a_pass_that_failed_goes_into_the_next_run_by_itself(settings, passes):
    with on(at(3, 7, 12)):
        said = pq.read_table(item_files(settings, passes)[0]).select(["key"])
        for name, value in (("outcome", "failed"), ("code", "")):
            said = said.append_column(name, pa.array([value]))
        with transaction.atomic():
            settle_choices(passes.run_id, said)
        close(settings, passes, failed=("A1",))
        assert stands() == "chosen"
        hint = told(settings, passes)
        assert "its choice is open again" in hint
        assert ACCOUNT not in hint
    with on(at(3, 8, 10)):
        [due] = [e for e in demands(load_text(TEXT), at(3, 8, 10)) if e.kind is RunKind.PASSES]
        again = plan_run(settings, NAME, due, "system:worker")
        assert (again.items, stands()) == (1, "granting")


def test_passes_of_a_day_that_is_over_go_into_the_next_run_once_they_were_cancelled(
    settings, passes
):
    with on(at(3, 7, 12)):
        cancel(settings, supervisor_of_runs(), passes.run_id, "on second thoughts")
    with on(at(3, 8, 1)):
        hint = told(settings, passes)
        assert hint.startswith("what it was to bring was given back, and goes into the next run")


def test_of_a_stopped_grant_nobody_is_sent_to_put_an_account_right(settings, tmp_path):
    with on(gift.at(2, 2)):
        gift.in_force(tmp_path)
        grant = gift.planned(settings, RunKind.GRANT, "data", "2026-02")
        execute(
            "UPDATE runs_run SET state = 'stopped', finding = 'MG866 lost' WHERE run_id = %s",
            [grant.run_id],
        )
        hint = told(settings, grant)
        short = str(grant.run_id)[:SHORT]
        assert f"'makegood run show {short}' says why" in hint
        assert f"'makegood run resume {short}' goes on with it once they are whole" in hint
        assert ACCOUNT not in hint


def test_of_a_closed_grant_without_failures_nobody_is_sent_to_put_an_account_right(
    settings, tmp_path
):
    with on(gift.at(2, 2)):
        gift.in_force(tmp_path)
        grant = gift.planned(settings, RunKind.GRANT, "data", "2026-02")
        close(settings, grant)
        assert told(settings, grant).endswith("lists what failed and who has it")


def test_a_claim_whose_payment_failed_needs_its_account_put_right(settings, tmp_path):
    with on(relief.IN_TIME):
        opened(tmp_path)
        applied()
        advanced()
    with on(PAY_DAY):
        run = pay_out(settings)
        answered(run, "failed")
        close(settings, run, failed=("L0001",))
        assert ACCOUNT in told(settings, run)


def test_a_pay_out_of_a_day_that_is_over_goes_into_the_next_once_it_was_cancelled(
    settings, tmp_path
):
    with on(relief.IN_TIME):
        opened(tmp_path)
        applied()
        advanced()
    day = PAY_DAY + timedelta(days=1)
    with on(day):
        [due] = [e for e in demands(load_text(relief.TEXT), day) if e.kind is RunKind.PAY_OUT]
        run = plan_run(settings, relief.NAME, due, "console:root")
        cancel(settings, supervisor_of_runs(), run.run_id, "on second thoughts")
    with on(day + timedelta(hours=15)):
        hint = told(settings, run)
        assert hint.startswith("what it was to bring was given back, and goes into the next run")
    day += timedelta(days=1)
    with on(day):
        [due] = [e for e in demands(load_text(relief.TEXT), day) if e.kind is RunKind.PAY_OUT]
        assert plan_run(settings, relief.NAME, due, "console:root").total == run.total


def test_a_bill_that_an_amendment_brought_is_planned_again_once_it_was_cancelled(
    settings, tmp_path
):
    with on(BILL_DAY):
        published(quoted.WITHOUT_OTHERS)
        gift.lines(tmp_path, text=quoted.WITHOUT_OTHERS)
        close(settings, billed(settings, quoted.WITHOUT_OTHERS))
    with on(NEXT_DAY):
        published(quoted.TEXT)
        worked(settings)
        [brought] = runs("WHERE kind = 'bill' AND sequence = 1")
        cancel(settings, supervisor_of_runs(), brought.run_id, "on second thoughts")
        again = retry(settings, supervisor_of_runs(), brought.run_id, "after all")
    with on(NEXT_DAY + timedelta(days=1)):
        cancel(settings, supervisor_of_runs(), again.run_id, "on second thoughts")
        later = retry(settings, supervisor_of_runs(), again.run_id, "after all")
    assert {each.due_at for each in (brought, again, later)} == {brought.due_at}
    assert items(settings, later).keys() == items(settings, brought).keys() >= {"L04"}
