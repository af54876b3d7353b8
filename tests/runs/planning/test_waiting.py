"""Pay-outs of claims, enrolments, passes: what waits goes into one run and no other."""

from datetime import date

import pyarrow.parquet as pq
import pytest
from django.db import transaction

from makegood.programmes import load_text
from makegood.redress.claims import claim_of, claims_of, correct_account, settle, stop_paying
from makegood.runs import (
    RunKind,
    RunState,
    cancel,
    check_run,
    demands,
    due,
    plan_follow_up,
    plan_run,
    retry,
)
from makegood.runs.planning.earlier import item_files
from makegood.runs.rows import execute
from makegood.trust.access import Visitor
from tests.redress.claims.relief import (
    LINES,
    NAME,
    TEXT,
    EveryAccount,
    advanced,
    agreed,
    applied,
    call_centre,
    number_of,
    open_in_time,
    second_supervisor,
)
from tests.redress.outage_lines import snapshot
from tests.runs.planning.gift import at as moment
from tests.runs.planning.gift import items, left_out, on
from tests.runs.planning.waiver import PAY_DAY, paid_by, pay_out


@pytest.fixture(autouse=True)
def settings(database, tmp_path, monkeypatch):
    with open_in_time(database, tmp_path, monkeypatch) as settings:
        yield settings


def test_a_pay_out_takes_the_claims_whose_day_has_come(settings):
    for line in ("L0001", "L0002"):
        applied(line)
    advanced()
    with on(PAY_DAY):
        run = plan_run(settings, NAME, pay_out(), "system:worker")
        assert paid_by(settings, run) == {"L0001": 120_000, "L0002": 75_500}
        [claim] = claims_of("L0001")
        assert (claim.state.value, claim.run_id) == ("paying", run.run_id)
        [path] = item_files(settings, run)
        row = pq.read_table(path).to_pylist()[0]
        assert (row["key"], row["account_id"]) == (claim.key, claim.account_id)
        reasons = left_out(settings, run)
        assert {line: why for line, why in reasons.items() if line.startswith("L")} == {
            "L0003": "excluded:other_brand",
            "L0004": "undetermined",
            "L0006": "with_document",
            "L0011": "with_document",
            "L0007": "not_in_scope",
        } | dict.fromkeys(("L0005", "L0008", "L0009", "L0010"), "on_application")
        assert run.needs_release is True
        assert check_run(settings, run.run_id).state is RunState.CHECKED


def test_a_claim_whose_amount_no_decision_says_stops_the_run(settings):
    applied("L0001")
    advanced()
    execute("UPDATE claims_claim SET amount = 120001")
    with on(PAY_DAY):
        run = plan_run(settings, NAME, pay_out(), "system:worker")
        stopped = check_run(settings, run.run_id)
    assert stopped.state is RunState.STOPPED
    assert (
        stopped.finding == "MG868 line L0001: the claim's amount is 120001, and no decision says so"
    )


def test_what_a_claim_was_approved_on_counts_when_facts_change_later(settings, tmp_path):
    applied("L0001")
    advanced()
    from makegood.redress.serving import register
    from tests.redress.outage_lines import console

    changed = LINES | {"L0001": LINES["L0001"] | {"penalty": 1}}
    register(console(), snapshot(tmp_path / "later", changed, date(2026, 1, 20), TEXT), NAME)
    with on(PAY_DAY):
        run = plan_run(settings, NAME, pay_out(), "system:worker")
        assert paid_by(settings, run) == {"L0001": 120_000}
        assert check_run(settings, run.run_id).state is RunState.CHECKED


def test_what_two_persons_agreed_on_is_paid(settings):
    from makegood.redress.claims import grant_exception

    receipt = applied("L0001")
    advanced()
    agreed(receipt.receipt_number, 130_000)
    grant_exception(second_supervisor(), receipt.receipt_number, case="CASE-7")
    with on(PAY_DAY):
        run = plan_run(settings, NAME, pay_out(), "system:worker")
        assert paid_by(settings, run) == {"L0001": 130_000}
        assert check_run(settings, run.run_id).state is RunState.CHECKED


def test_a_claim_that_waits_on_a_day_without_a_row_is_a_demand_once(settings):
    applied("L0001")
    advanced()
    programme = load_text(TEXT)
    with on(moment(1, 23, 10)):
        [entry] = demands(programme, moment(1, 23, 10))
        assert (entry.kind, entry.measure, entry.due_at) == (
            RunKind.PAY_OUT,
            "waiver",
            moment(1, 23, 9),
        )
        assert demands(programme, moment(1, 23, 8)) == ()
        run = plan_run(settings, NAME, entry, "system:worker")
        assert paid_by(settings, run) == {"L0001": 120_000}
        assert demands(programme, moment(1, 23, 10)) == ()


def test_a_returned_claim_is_paid_again_only_when_it_is_mended(settings):
    receipt = applied("L0001")
    advanced()
    with on(PAY_DAY):
        first = plan_run(settings, NAME, pay_out(), "system:worker")
        said = pq.read_table(item_files(settings, first)[0], columns=["key", "attempt", "amount"])
        import pyarrow as pa

        answers = said.append_column("outcome", pa.array(["returned"])).append_column(
            "code", pa.array(["AC04"])
        )
        with transaction.atomic():
            settle(first.run_id, date(2026, 1, 22), answers)
            execute(
                "INSERT INTO runs_exception (run_id, item_key, item, shard, line_id, attempt,"
                " amount, outcome, code, told_at)"
                " VALUES (%s, %s, 1, 1, 'L0001', 1, 120000, 'returned', '', %s)",
                [first.run_id, claim_of(receipt.receipt_number).key, PAY_DAY],
            )
        assert plan_follow_up(settings, first.run_id, "console:root") is None
        correct_account(
            call_centre(),
            receipt.receipt_number,
            "004",
            number_of("M0001"),
            "김민수",
            case="CALL-1",
        )
        bank = EveryAccount()
        bank.holders[number_of("M0001")] = "김민수"
        advanced(bank)
    with on(moment(2, 6, 9)):
        [entry] = demands(load_text(TEXT), moment(2, 6, 9))
        second = plan_run(settings, NAME, entry, "system:worker")
        [row] = pq.read_table(item_files(settings, second)[0]).to_pylist()
        assert (row["line_id"], row["attempt"], second.sequence) == ("L0001", 2, 1)
        # The failure of the first run is in the second one's hands.
        assert plan_follow_up(settings, first.run_id, "console:root") is None


def test_a_cancelled_run_gives_its_claims_back(settings):
    applied("L0001")
    advanced()
    with on(PAY_DAY):
        run = plan_run(settings, NAME, pay_out(), "system:worker")
        with transaction.atomic():
            execute("UPDATE runs_run SET state = 'cancelled'")
            stop_paying(run.run_id)
        assert plan_run(settings, NAME, pay_out(), "system:worker").run_id == run.run_id
        again = plan_run(settings, NAME, pay_out(), "console:root", again=True)
        assert paid_by(settings, again) == {"L0001": 120_000}
        assert check_run(settings, again.run_id).state is RunState.CHECKED


def test_a_cancelled_run_is_planned_anew_once_when_a_person_says_so(settings):
    applied("L0001")
    advanced()
    console = Visitor.console("root")
    with on(PAY_DAY):
        run = plan_run(settings, NAME, pay_out(), "system:worker")
        cancel(settings, console, run.run_id, "planned from the wrong text")
        again = retry(settings, console, run.run_id, "the text was put right")
        assert again.run_id != run.run_id
        assert paid_by(settings, again) == {"L0001": 120_000}
        assert retry(settings, console, run.run_id, "asked twice").run_id == again.run_id


def test_what_no_date_brings_is_planned_anew_as_well_once_it_was_cancelled(settings):
    applied("L0001")
    advanced()
    console = Visitor.console("root")
    with on(moment(1, 23, 10)):
        [entry] = demands(load_text(TEXT), moment(1, 23, 10))
        run = plan_run(settings, NAME, entry, "system:worker")
        cancel(settings, console, run.run_id, "on second thoughts")
        again = retry(settings, console, run.run_id, "planned once more")
        assert paid_by(settings, again) == {"L0001": 120_000}
        assert retry(settings, console, run.run_id, "asked twice").run_id == again.run_id


def test_a_cover_enrols_who_is_old_enough_and_who_applied(settings):
    with on(moment(2, 2, 10)):
        applied("L0002", "cover")
        advanced()
    with on(moment(3, 1, 9)):
        entry = next(e for e in due(load_text(TEXT), moment(3, 1, 9)) if e.kind is RunKind.COVER)
        run = plan_run(settings, NAME, entry, "system:worker")
        assert set(items(settings, run)) == {"L0002", "L0010"}
        assert check_run(settings, run.run_id).state is RunState.CHECKED
    with on(moment(3, 2, 9)):
        assert claims_of("L0002")[0].run_id == run.run_id


def failed(settings, run, outcome="failed"):
    """The other side says this of every item of a run, and it is closed."""
    import pyarrow as pa

    for path in item_files(settings, run):
        said = pq.read_table(path)
        count = said.num_rows
        answers = said.append_column("outcome", pa.array([outcome] * count))
        with transaction.atomic():
            settle(run.run_id, run.due_on, answers.append_column("code", pa.array(["X"] * count)))
            for place, row in enumerate(said.to_pylist()):
                execute(
                    "INSERT INTO runs_exception (run_id, item_key, item, shard, line_id, attempt,"
                    " amount, outcome, code, told_at) VALUES (%s, %s, %s, 1, %s, %s, %s, %s, '',"
                    " %s)",
                    [
                        *(run.run_id, row["key"], place + 1, row["line_id"], row["attempt"]),
                        *(row["amount"], outcome, PAY_DAY),
                    ],
                )


def test_a_cover_that_failed_is_tried_again_by_the_follow_up_alone(settings):
    with on(moment(2, 2, 10)):
        made = applied("L0002", "cover")
        advanced()
    with on(moment(3, 1, 9)):
        entry = next(e for e in due(load_text(TEXT), moment(3, 1, 9)) if e.kind is RunKind.COVER)
        run = plan_run(settings, NAME, entry, "system:worker")
        failed(settings, run)
        assert claim_of(made.receipt_number).state == "returned"
        again = plan_follow_up(settings, run.run_id, "console:root")
        assert again
        assert set(items(settings, again)) == {"L0002", "L0010"}
        claim = claim_of(made.receipt_number)
        assert (claim.state, claim.attempt, claim.run_id) == ("paying", 2, again.run_id)
        assert check_run(settings, again.run_id).state is RunState.CHECKED


def test_a_follow_up_pays_the_amount_that_the_claim_has_now(settings):
    from makegood.redress.claims import grant_exception
    from tests.redress.claims.relief import PERSONS

    made = applied("L0001")
    advanced()
    with on(PAY_DAY):
        run = plan_run(settings, NAME, pay_out(), "system:worker")
        failed(settings, run, "returned")
        account = ("004", number_of("L0001"), PERSONS["L0001"])
        correct_account(call_centre(), made.receipt_number, *account, case="CALL-1")
        advanced()
        agreed(made.receipt_number, 150_000)
        grant_exception(second_supervisor(), made.receipt_number, case="CASE-7")
        execute("UPDATE claims_claim SET pay_on = %s", [PAY_DAY.date()])
        again = plan_follow_up(settings, run.run_id, "console:root")
        assert again
        assert paid_by(settings, again) == {"L0001": 150_000}
        assert again.total == 150_000
        assert check_run(settings, again.run_id).state is RunState.CHECKED
