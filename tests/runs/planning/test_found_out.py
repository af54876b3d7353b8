"""What a person found out about a claim lets the run that paid it be closed."""

from datetime import timedelta

import pytest

from makegood.channels import ChannelName, Outcome
from makegood.redress.claims import claim_of, resolve
from makegood.runs import (
    RunKind,
    RunState,
    check_run,
    close_finished,
    plan_run,
    run_of,
    send_due,
    take_in,
    take_over_found_out,
    verify_ledger,
)
from makegood.runs.releasing import propose_release, release_ready
from makegood.trust.proposals import approve
from tests.redress.claims.relief import IN_TIME, NAME, at, supervisor
from tests.runs.execution.outside import Outside
from tests.runs.planning.test_claims_first import (
    MARCH,
    ON_THE_BILL,
    bill_opened,
    claimed,
    entries,
    standing,
    supervisor_of_runs,
)
from tests.staff_people import installed
from tests.trust.access.visitors import entries as logged


@pytest.fixture(autouse=True)
def settings(database, monkeypatch):
    with installed(database, monkeypatch):
        yield database.settings


def paid_both_ways(settings):
    """A pay-out of two claims: of one the other side says that it failed and that it is done."""
    [entry] = entries(RunKind.PAY_OUT, ON_THE_BILL)
    run = plan_run(settings, NAME, entry, "console:root")
    check_run(settings, run.run_id)
    made = propose_release(supervisor_of_runs(), run.run_id, "the bill of March")
    approve(made.proposal_id, by="console:other")
    release_ready(settings)
    outside = Outside(ChannelName.BILLING)
    send_due(settings, "worker-1", channels=outside)
    outside.answer_all()
    take_in(settings, channels=outside)
    first = claim_key()
    outside.answer([(first, Outcome.FAILED)])
    take_in(settings, channels=outside)
    close_finished()
    return run


def claim_key():
    from makegood.redress.claims import claims

    return min(claims(NAME), key=lambda claim: claim.line_id).key


@pytest.mark.parametrize(("was_paid", "done", "failed"), [(True, 2, 0), (False, 1, 1)])
def test_a_resolved_claim_ends_its_item_and_the_pay_out_closes(
    settings, tmp_path, was_paid, done, failed
):
    with at(IN_TIME):
        bill_opened(tmp_path, ON_THE_BILL)
        first = claimed("L0001")
        claimed("L0004", 50_000)
    with at(MARCH):
        run = paid_both_ways(settings)
        assert claim_of(first.receipt_number).is_contradictory
        assert run_of(run.run_id).state is not RunState.CLOSED
        assert run_of(run.run_id).unknown == 1
        assert take_over_found_out(settings) == 0
        # What is contradictory is not compared.
        assert verify_ledger(NAME).findings == ()
    with at(MARCH + timedelta(hours=1)):
        resolve(supervisor(), first.receipt_number, was_paid=was_paid, words="asked the billing")
        assert take_over_found_out(settings) == 1
        assert take_over_found_out(settings) == 0
        close_finished()
        found = run_of(run.run_id)
        assert (found.state, found.done, found.failed) == (RunState.CLOSED, done, failed)
        assert verify_ledger(NAME).findings == ()
        assert standing()["paid"] == (170_000 if was_paid else 50_000)
    [entry] = logged("run.item_resolved")
    assert entry["details"]["was"] == ("done" if was_paid else "failed")


def test_the_ledger_must_say_what_is_claimed_and_approved_too(tmp_path):
    from makegood.runs.rows import execute

    with at(IN_TIME):
        bill_opened(tmp_path, ON_THE_BILL)
        claimed("L0001")
        compared = [each for each in verify_ledger(NAME).findings if each.code == "MG894"]
        assert compared == []
        execute("UPDATE claims_claim SET amount = amount + 1")
        [finding] = [each for each in verify_ledger(NAME).findings if each.code == "MG894"]
        assert "approved is 120,000 in the ledger and 120,001 by its claims" in finding.message
