"""A claim that was paid after all while a run has it again is paid once, and holds nobody up."""

import pytest
from django.db import transaction

from makegood.channels import ChannelName, Outcome
from makegood.kernel import MakegoodError
from makegood.ledger import balances
from makegood.programmes import load_text
from makegood.redress.claims import (
    ClaimState,
    any_payable,
    claim_of,
    correct_account,
    history_of,
    payable,
    resolve,
)
from makegood.runs import (
    RunState,
    cancel,
    check_run,
    close_finished,
    demands,
    go_on,
    plan_run,
    retry,
    run_of,
    send_due,
    show_run,
    take_in,
    take_over_found_out,
    verify_ledger,
)
from makegood.runs.own_answers import answer_applied
from makegood.runs.releasing import propose_release, release_ready
from makegood.runs.rows import execute
from makegood.trust.access import Visitor
from makegood.trust.policy import Role
from makegood.trust.proposals import approve
from tests.redress.claims.relief import (
    NAME,
    PERSONS,
    TEXT,
    advanced,
    applied,
    call_centre,
    number_of,
    open_in_time,
    supervisor,
)
from tests.runs.execution.outside import Outside
from tests.runs.planning.gift import at as moment
from tests.runs.planning.gift import on
from tests.runs.planning.waiver import PAY_DAY, paid_by, pay_out
from tests.trust.access.visitors import agent, entries

CONSOLE = Visitor.console("root")
SECOND_DAY = moment(2, 6, 9)
WHY = "the bank looked it up"


@pytest.fixture(autouse=True)
def settings(database, tmp_path, monkeypatch):
    with open_in_time(database, tmp_path, monkeypatch) as settings:
        yield settings


@pytest.fixture
def bank():
    return Outside(ChannelName.BANK)


def officer():
    return agent("jisoo", Role.PAYMENT_OFFICER)


def released(settings, run):
    made = propose_release(officer(), run.run_id, "it is the day")
    approve(made.proposal_id, by="console:other")
    release_ready(settings)


def says(settings, bank, receipt, outcome, attempt=1):
    bank.answer([(claim_of(receipt.receipt_number).key, outcome)], attempt=attempt)
    take_in(settings, channels=bank)
    close_finished()


def planned(settings):
    """The pay-out of all that waits by now."""
    [entry] = demands(load_text(TEXT), SECOND_DAY)
    run = plan_run(settings, NAME, entry, "system:worker")
    assert check_run(settings, run.run_id).state is RunState.CHECKED
    return run


def mended_and_taken_again(settings, bank):
    """A claim that failed in a first run and is in a second one, beside one of somebody else."""
    first, other = applied("L0001"), applied("L0002")
    advanced()
    # The other one's day is that of the second run.
    execute("UPDATE claims_claim SET pay_on = '2026-02-05' WHERE line_id = 'L0002'")
    with on(PAY_DAY):
        run = plan_run(settings, NAME, pay_out(), "system:worker")
        assert paid_by(settings, run) == {"L0001": 120_000}
        check_run(settings, run.run_id)
        released(settings, run)
        send_due(settings, "worker-1", channels=bank)
        says(settings, bank, first, Outcome.FAILED)
        account = ("004", number_of("L0001"), PERSONS["L0001"])
        correct_account(call_centre(), first.receipt_number, *account, case="CALL-1")
        advanced()
    with on(SECOND_DAY):
        again = planned(settings)
        assert paid_by(settings, again) == {"L0001": 120_000, "L0002": 75_500}
        assert claim_of(first.receipt_number).attempt == 2
    return run, again, first, other


def found_paid(settings, bank, first, again):
    """The bank says that the first attempt was done, and so does a person."""
    says(settings, bank, first, Outcome.DONE)
    assert run_of(again.run_id).state is RunState.STOPPED
    resolve(supervisor(), first.receipt_number, was_paid=True, words=WHY)
    assert take_over_found_out(settings) == 1


def ledger():
    """Where the money of both claims stands; what no claim is about is left out."""
    found = {each.account.value: each.amount for each in balances(NAME) if each.amount}
    assert sum(found.values()) == 0
    return {word: amount for word, amount in found.items() if word not in {"promised", "budget"}}


def told(receipt):
    """What the claim came to since it was tried again, as its customer is told."""
    events = history_of(claim_of(receipt.receipt_number))
    last = max(at for at, each in enumerate(events) if each.after is ClaimState.PAYING)
    while events[last].before is ClaimState.PAYING:
        last -= 1
    return [
        each.after.value for each in events[last + 1 :] if each.before and each.after != each.before
    ]


def paid_on(settings, bank, run):
    released(settings, run)
    send_due(settings, "worker-1", channels=bank)


def test_a_run_that_is_cancelled_leaves_it_paid_and_the_others_are_paid(settings, bank):
    run, again, first, other = mended_and_taken_again(settings, bank)
    with on(SECOND_DAY):
        found_paid(settings, bank, first, again)
        with pytest.raises(MakegoodError, match=r"MG878[\s\S]*cancel it"):
            go_on(settings, officer(), again.run_id, WHY)
        cancel(settings, officer(), again.run_id, "one was paid before", channels=bank)
        claim = claim_of(first.receipt_number)
        assert (claim.state, claim.is_contradictory) == (ClaimState.PAID, False)
        assert claim.run_id == run.run_id
        assert told(first) == ["paid"]
        assert claim_of(other.receipt_number).state is ClaimState.SCHEDULED
        third = retry(settings, CONSOLE, again.run_id, "for the others")
        assert paid_by(settings, third) == {"L0002": 75_500}
        assert check_run(settings, third.run_id).state is RunState.CHECKED
        paid_on(settings, bank, third)
        says(settings, bank, other, Outcome.DONE)
        assert ledger() == {"paid": 195_500}
        assert verify_ledger(NAME).findings == ()
    assert sorted(bank.items.values()) == [1, 1]
    assert [each["details"] for each in entries("claim.changed")].count(
        {"state": "paid", "claims": 1, "amount": 120_000, "why": "resolved"}
    ) == 1


def test_a_claim_that_no_run_may_take_holds_no_other_one_up(settings, bank):
    """As one was left by what once cancelled its run."""
    _, again, first, other = mended_and_taken_again(settings, bank)
    with on(SECOND_DAY):
        found_paid(settings, bank, first, again)
        execute("UPDATE claims_payment SET resolved = '' WHERE attempt = 1")
        cancel(settings, officer(), again.run_id, "one was paid before", channels=bank)
        execute("UPDATE claims_payment SET resolved = 'done' WHERE attempt = 1")
        assert claim_of(first.receipt_number).state is ClaimState.SCHEDULED
        third = retry(settings, CONSOLE, again.run_id, "for the others")
        assert paid_by(settings, third) == {"L0002": 75_500}
        assert not any_payable(NAME, "waiver", SECOND_DAY.date())
        assert payable(NAME, "waiver", SECOND_DAY.date()).num_rows == 0
        assert claim_of(other.receipt_number).state is ClaimState.PAYING


def goes_on_without_it(settings, bank):
    """The second run was released before the bank said so, and leaves without the claim."""
    run, again, first, other = mended_and_taken_again(settings, bank)
    with on(SECOND_DAY):
        released(settings, again)
        found_paid(settings, bank, first, again)
        go_on(settings, officer(), again.run_id, WHY)
        send_due(settings, "worker-1", channels=bank)
    return run, again, first, other


def test_a_run_that_goes_on_without_it_leaves_it_paid(settings, bank):
    run, again, first, other = goes_on_without_it(settings, bank)
    with on(SECOND_DAY):
        assert answer_applied(settings) == 1
        claim = claim_of(first.receipt_number)
        assert (claim.state, claim.is_contradictory) == (ClaimState.PAID, False)
        assert claim.run_id == run.run_id
        assert told(first) == ["paid"]
        with pytest.raises(MakegoodError, match="MG848"):
            resolve(supervisor(), first.receipt_number, was_paid=True, words=WHY)
        says(settings, bank, other, Outcome.DONE)
        found = run_of(again.run_id)
        assert (found.state, found.done, found.failed) == (RunState.CLOSED, 1, 1)
        assert run_of(run.run_id).state is RunState.CLOSED
        assert "contradict" not in show_run(officer(), again.run_id).next_step
        assert ledger() == {"paid": 195_500}
        assert verify_ledger(NAME).findings == ()
        assert demands(load_text(TEXT), SECOND_DAY) == ()
    assert bank.items.total() == 2


def test_who_dies_while_it_ends_has_ended_nothing(settings, bank, monkeypatch):
    _, _, first, _ = goes_on_without_it(settings, bank)

    def dies(*_given):
        raise SystemExit

    with on(SECOND_DAY):
        monkeypatch.setattr("makegood.runs.settling.settle_claims", dies)
        with pytest.raises(SystemExit):
            answer_applied(settings)
        monkeypatch.undo()
        assert claim_of(first.receipt_number).state is ClaimState.PAYING


def test_what_came_back_before_the_run_went_on_is_returned(settings, bank):
    _, again, first, _ = goes_on_without_it(settings, bank)
    with on(SECOND_DAY):
        says(settings, bank, first, Outcome.RETURNED)
        answer_applied(settings)
        claim = claim_of(first.receipt_number)
        assert (claim.state, claim.is_contradictory) == (ClaimState.RETURNED, False)
        assert run_of(again.run_id).failed == 1
        assert ledger() == {"approved": 75_500, "returned": 120_000}


@pytest.mark.parametrize("is_cancelled", [True, False])
def test_what_comes_back_after_it_was_found_paid_is_mended_and_paid_again(
    settings, bank, is_cancelled
):
    if is_cancelled:
        _, again, first, _ = mended_and_taken_again(settings, bank)
    else:
        _, again, first, _ = goes_on_without_it(settings, bank)
    with on(SECOND_DAY):
        if is_cancelled:
            found_paid(settings, bank, first, again)
            cancel(settings, officer(), again.run_id, "one was paid before", channels=bank)
        else:
            answer_applied(settings)
        says(settings, bank, first, Outcome.RETURNED)
        claim = claim_of(first.receipt_number)
        assert (claim.state, claim.is_contradictory) == (ClaimState.RETURNED, False)
        assert told(first) == ["paid", "returned"]
        assert ledger() == {"approved": 75_500, "returned": 120_000}
        account = ("004", number_of("L0001"), PERSONS["L0001"])
        correct_account(call_centre(), first.receipt_number, *account, case="CALL-1")
        advanced()
        claim = claim_of(first.receipt_number)
        assert (claim.state, claim.attempt) == (ClaimState.SCHEDULED, 3)
        assert claim.pay_on
        rows = payable(NAME, "waiver", claim.pay_on).to_pylist()
        assert (claim.key, 3) in {(row["key"], row["attempt"]) for row in rows}


def test_the_text_of_a_run_that_is_given_up_need_not_be_read(settings, bank, monkeypatch):
    from makegood.kernel import Finding
    from makegood.redress.claims import stop_paying

    _, again, first, _ = mended_and_taken_again(settings, bank)

    def gone(_claim):
        raise MakegoodError(Finding("MG625", "the text is gone"))

    with on(SECOND_DAY):
        found_paid(settings, bank, first, again)
        monkeypatch.setattr("makegood.redress.claims.giving_up.day_of", gone)
        with transaction.atomic():
            assert stop_paying(again.run_id) == 2
            assert stop_paying(again.run_id) == 0
        assert claim_of(first.receipt_number).state is ClaimState.PAID
