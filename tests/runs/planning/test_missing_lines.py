"""A line is gone from the facts: its claim is left out with its reason, and the others are paid."""

from datetime import date

import pytest

from makegood.kernel import MakegoodError
from makegood.programmes import load_text
from makegood.redress.claims import claim_of, claims, grant_exception, history_of, open_counts
from makegood.redress.serving import register, serve
from makegood.runs import RunKind, RunState, check_run, demands, missing_lines, plan_run, work
from makegood.runs.folders import folder_of
from makegood.runs.planning.manifest import read_manifest
from makegood.runs.planning.missing import let_go_on
from makegood.runs.rows import execute, runs
from tests.redress.claims.relief import (
    LINES,
    NAME,
    TEXT,
    EveryAccount,
    advanced,
    agreed,
    applied,
    open_in_time,
    second_supervisor,
)
from tests.redress.outage_lines import console, snapshot
from tests.runs.planning.gift import at as moment
from tests.runs.planning.gift import left_out, on
from tests.runs.planning.waiver import PAY_DAY, calendar_entry, paid_by, pay_out


@pytest.fixture(autouse=True)
def settings(database, tmp_path, monkeypatch):
    with open_in_time(database, tmp_path, monkeypatch) as settings:
        yield settings


def facts(tmp_path, day: int, *gone: str) -> None:
    """The facts of a day in January are registered, without these lines."""
    rest = {name: facts for name, facts in LINES.items() if name not in gone}
    as_of = date(2026, 1, day)
    register(console(), snapshot(tmp_path / f"facts-{day}", rest, as_of, TEXT), NAME)


def receipts(*lines: str) -> dict[str, str]:
    found = {line: applied(line).receipt_number for line in lines}
    advanced(EveryAccount())
    return found


@pytest.mark.parametrize("gone", ["L0001", "L0002", "L0011"])
def test_one_missing_line_stops_nobody_else(settings, tmp_path, gone):
    """Wherever it stood among the others, first, within or last."""
    made = receipts("L0001", "L0002")
    if gone == "L0011":
        execute("UPDATE claims_claim SET line_id = 'L9999', reason = '' WHERE line_id = 'L0001'")
        gone, made = "L9999", {"L9999": made["L0001"], "L0002": made["L0002"]}
    facts(tmp_path, 20, gone)
    with on(PAY_DAY):
        run = plan_run(settings, NAME, pay_out(), "system:worker")
        [paid] = made.keys() - {gone}
        assert paid_by(settings, run).keys() == {paid}
        assert left_out(settings, run)[gone] == "line_missing"
        assert run.decided == len(LINES) + (gone not in LINES) == run.items + run.left_out
        assert check_run(settings, run.run_id).finding == ""
    assert claim_of(made[paid]).state == "paying"
    held = claim_of(made[gone])
    assert (held.state, held.reason, held.run_id) == ("scheduled", "line_missing", None)
    [*_, told] = history_of(held)
    assert (told.after, told.reason, told.run_id) == ("scheduled", "line_missing", run.run_id)


@pytest.mark.parametrize("gone", ["M0000", "M0001", "M0002"])
def test_a_missing_line_is_left_out_where_the_facts_lie_in_many_files(
    settings, tmp_path, monkeypatch, gone
):
    """Within a part, or between two of them."""
    kept = [line for line in ("M0000", "M0001", "M0002", "M0003") if line != gone]
    receipts(gone, *kept)
    monkeypatch.setattr("makegood.population.writer.PART_ROWS", 3)
    facts(tmp_path, 20, gone)
    with on(PAY_DAY):
        run = plan_run(settings, NAME, pay_out(), "system:worker")
        assert sorted(paid_by(settings, run)) == kept
        reasons = left_out(settings, run)
        assert (reasons[gone], list(reasons)) == ("line_missing", sorted(reasons))
        assert check_run(settings, run.run_id).finding == ""


def test_who_looks_sees_how_many_are_held_and_which(settings, tmp_path):
    made = receipts("L0001", "L0002")
    facts(tmp_path, 20, "L0001")
    with on(PAY_DAY):
        run = plan_run(settings, NAME, pay_out(), "system:worker")
    assert open_counts(NAME).held == 1
    assert [each.receipt_number for each in claims(NAME, is_held=True)] == [made["L0001"]]
    manifest = read_manifest(folder_of(settings, run.run_id), run.run_id)
    assert manifest["left_out"]["per_reason"]["line_missing"] == 1
    with on(PAY_DAY):
        [line] = missing_lines(settings, console(), run.run_id)
    assert (line.line_id, line.receipt_numbers) == ("L0001", (made["L0001"],))


def test_nothing_is_planned_again_for_a_line_that_is_still_missing(settings, tmp_path):
    receipts("L0001")
    facts(tmp_path, 20, "L0001")
    with on(PAY_DAY):
        plan_run(settings, NAME, pay_out(), "system:worker")
    for day in (23, 24):
        with on(moment(1, day, 10)):
            assert let_go_on(NAME) == 0
            assert demands(load_text(TEXT), moment(1, day, 10)) == ()


def test_when_the_line_is_back_a_later_pay_out_pays_it(settings, tmp_path):
    made = receipts("L0001", "L0002")
    facts(tmp_path, 20, "L0001")
    with on(PAY_DAY):
        plan_run(settings, NAME, pay_out(), "system:worker")
    facts(tmp_path, 23)
    with on(moment(1, 23, 10)):
        assert let_go_on(NAME) == 1
        [wanted] = demands(load_text(TEXT), moment(1, 23, 10))
        run = plan_run(settings, NAME, wanted, "system:worker")
        assert paid_by(settings, run) == {"L0001": 120_000}
        assert check_run(settings, run.run_id).finding == ""
    assert open_counts(NAME).held == 0
    claim = claim_of(made["L0001"])
    assert (claim.state, claim.reason, claim.attempt) == ("paying", "", 1)
    assert [each.reason for each in history_of(claim)][-3:] == ["line_missing", "line_back", ""]


def registered_with_a_round_in_between(tmp_path, monkeypatch, day: int) -> list[int]:
    """Facts are registered; while they are copied, a round of the worker asks for held claims."""
    let_go = []

    def slow(*arguments, **options):
        let_go.append(let_go_on(NAME))
        return serve(*arguments, **options)

    with monkeypatch.context() as patched:
        patched.setattr("makegood.redress.serving.registering.serve", slow)
        facts(tmp_path, day)
    return let_go


def test_a_round_while_the_facts_with_the_line_are_being_loaded_strands_nobody(
    settings, tmp_path, monkeypatch
):
    made = receipts("L0001", "L0002")
    facts(tmp_path, 20, "L0001")
    with on(PAY_DAY):
        plan_run(settings, NAME, pay_out(), "system:worker")
    with on(moment(1, 23, 10)):
        assert let_go_on(NAME) == 0
        assert registered_with_a_round_in_between(tmp_path, monkeypatch, 23) == [0]
        assert let_go_on(NAME) == 1
        [wanted] = demands(load_text(TEXT), moment(1, 23, 10))
        assert paid_by(settings, plan_run(settings, NAME, wanted, "x")) == {"L0001": 120_000}
    assert claim_of(made["L0001"]).state == "paying"


def test_a_copy_of_older_facts_lets_nobody_go_on(settings, tmp_path):
    """The line is in the copy that still answers, and gone from the facts that are loaded."""
    receipts("L0001")
    facts(tmp_path, 20, "L0001")
    with on(PAY_DAY):
        plan_run(settings, NAME, pay_out(), "system:worker")
    execute("UPDATE serving_current SET content_sha256 = 'of older facts'")
    assert let_go_on(NAME) == 0
    execute("UPDATE claims_claim SET line_id = 'L0003', reason = 'line_missing'")
    assert let_go_on(NAME) == 0
    assert serve(NAME)
    assert let_go_on(NAME) == 1


def test_the_worker_does_all_of_it_by_itself(settings, tmp_path):
    made = receipts("L0001", "L0002")
    facts(tmp_path, 20, "L0001")
    with on(PAY_DAY):
        assert not work(settings, until_idle=True).troubles
    assert [run.left_out for run in runs("WHERE kind = 'pay_out'")] != []
    facts(tmp_path, 23)
    with on(moment(1, 23, 10)):
        assert not work(settings, until_idle=True).troubles
    assert claim_of(made["L0001"]).state == "paying"


def test_two_persons_may_agree_that_it_is_paid_all_the_same(settings, tmp_path):
    made = receipts("L0001", "L0002")
    facts(tmp_path, 20, "L0001")
    with on(PAY_DAY):
        plan_run(settings, NAME, pay_out(), "system:worker")
    with on(moment(1, 22, 15)):
        agreed(made["L0001"], 120_000)
        grant_exception(second_supervisor(), made["L0001"], case="CASE-7")
    assert open_counts(NAME).held == 0
    with on(moment(1, 23, 10)):
        [wanted] = demands(load_text(TEXT), moment(1, 23, 10))
        run = plan_run(settings, NAME, wanted, "system:worker")
        assert paid_by(settings, run) == {"L0001": 120_000}
        assert run.decided == len(LINES) == run.items + run.left_out
        assert check_run(settings, run.run_id).finding == ""


def test_less_than_what_was_approved_is_agreed_on_for_no_line(tmp_path):
    made = receipts("L0001")
    facts(tmp_path, 20, "L0001")
    with on(PAY_DAY):
        agreed(made["L0001"], 119_999)
        with pytest.raises(MakegoodError, match="MG850"):
            grant_exception(second_supervisor(), made["L0001"], case="CASE-7")


def test_an_item_of_a_missing_line_on_which_nobody_agreed_stops_the_run(settings, tmp_path):
    made = receipts("L0001")
    facts(tmp_path, 20, "L0001")
    with on(PAY_DAY):
        agreed(made["L0001"], 120_000)
        grant_exception(second_supervisor(), made["L0001"], case="CASE-7")
        run = plan_run(settings, NAME, pay_out(), "system:worker")
        execute("UPDATE claims_claim SET amount = 120001")
        stopped = check_run(settings, run.run_id)
    assert stopped.state is RunState.STOPPED
    assert "L0001: the item is not what its claim says" in stopped.finding


def test_a_missing_line_is_left_out_of_the_enrolments_too(settings, tmp_path):
    with on(moment(2, 2, 10)):
        made = applied("L0002", "cover")
        advanced()
    facts(tmp_path, 20, "L0002")
    with on(moment(3, 1, 9)):
        entry = calendar_entry(RunKind.COVER, moment(3, 1, 0, 5))
        run = plan_run(settings, NAME, entry, "x")
        assert left_out(settings, run)["L0002"] == "line_missing"
        assert check_run(settings, run.run_id).finding == ""
    assert claim_of(made.receipt_number).reason == "line_missing"
