"""Released by two persons, held, given up, and tried again: each by who may, each in the log."""

import pytest

from makegood.channels import PartlySent, Taken
from makegood.kernel import Finding, MakegoodError
from makegood.ledger import Account, amount_in, balances
from makegood.runs import (
    RunKind,
    RunState,
    cancel,
    list_runs,
    not_sent,
    pause,
    propose_release,
    release,
    release_ready,
    resume,
    run_named,
    run_of,
    send_due,
    show_run,
)
from makegood.runs.folders import folder_of, items_file
from makegood.runs.rows import execute
from makegood.trust.access import Refused
from makegood.trust.policy import Role
from makegood.trust.proposals import approve, hash_of
from tests.runs.execution.hand_made import PROGRAMME, amend, hand_made
from tests.runs.execution.outside import Outside
from tests.trust.access.visitors import agent, entries, later

OFFICER, APPROVER = "sujin", "minho"


def officer():
    return agent(OFFICER, Role.PAYMENT_OFFICER)


def checked_bill(settings, **named):
    return hand_made(
        settings,
        kind=RunKind.BILL,
        amount=1_000,
        measure="credit",
        state=RunState.CHECKED,
        **named,
    )


def short(run):
    return str(run.run_id)[:8]


def agreed(run):
    made = propose_release(officer(), run.run_id, "totals as agreed")
    approve(made.proposal_id, by=agent(APPROVER, Role.REMEDIATION_APPROVER).actor)
    return made


def test_two_persons_release_a_run(settings):
    run = checked_bill(settings)
    made = agreed(run)
    assert made.contents == {
        "total": 10_000,
        "items": 10,
        "shards": 3,
        "sha256": run.items_sha256,
    }
    released = release(settings, officer(), run.run_id)
    assert released.state is RunState.RELEASED
    assert released.proposal_id == made.proposal_id
    assert released.released_by == officer().actor
    assert amount_in(balances(PROGRAMME), Account.APPROVED) == 10_000
    (entry,) = entries("run.released")
    assert entry["details"]["sha256"] == run.items_sha256


def test_nobody_releases_alone(settings):
    run = checked_bill(settings)
    with pytest.raises(MakegoodError, match="MG769") as none:
        release(settings, officer(), run.run_id)
    assert (
        none.value.findings[0].hint
        == f"propose it: 'makegood run release {short(run)} --reason TEXT'"
    )
    made = propose_release(officer(), run.run_id, "totals as agreed")
    with pytest.raises(MakegoodError, match="MG769") as waits:
        release(settings, officer(), run.run_id)
    assert f"'makegood proposal approve {made.proposal_id}'" in waits.value.findings[0].hint
    assert [entry["details"]["policies"] for entry in entries("access.refused")] == [
        ["two_persons_agreed"],
        ["two_persons_agreed"],
    ]
    assert release_ready(settings) == 0
    assert run_of(run.run_id).state is RunState.CHECKED


def test_who_may_not_release_is_told_so_whatever_was_proposed(settings):
    run = checked_bill(settings)
    propose_release(officer(), run.run_id, "totals as agreed")
    with pytest.raises(Refused) as refused:
        release(settings, agent(), run.run_id)
    assert "proposal approve" not in str(refused.value)


@pytest.mark.parametrize(
    ("state", "why"),
    [(RunState.CLOSED, "it is closed"), (RunState.CHECKED, "it holds nothing to release")],
)
def test_a_run_without_items_waits_for_nobody(settings, state, why):
    run = checked_bill(settings)
    execute("UPDATE runs_run SET needs_release = false, items = 0, state = %s", [state.value])
    with pytest.raises(MakegoodError, match=f"MG871.*: {why}"):
        propose_release(officer(), run.run_id, "totals as agreed")


def test_the_worker_carries_out_what_two_persons_agreed_on(settings):
    run = checked_bill(settings)
    made = agreed(run)
    assert release_ready(settings) == 1
    released = run_of(run.run_id)
    assert (released.state, released.released_by) == (RunState.RELEASED, "system:worker")
    assert released.proposal_id == made.proposal_id
    with pytest.raises(MakegoodError, match="MG871"):
        release(settings, officer(), run.run_id)


def test_an_approval_is_for_these_items_alone(settings):
    run = checked_bill(settings)
    agreed(run)
    execute("UPDATE runs_run SET total = total + 1")
    assert release_ready(settings) == 0
    with pytest.raises(MakegoodError, match=r"MG769.*nobody has proposed it"):
        release(settings, officer(), run.run_id)


def test_amended_items_are_not_released(settings):
    run = checked_bill(settings)
    agreed(run)
    amend(items_file(folder_of(settings, run.run_id), 1))
    with pytest.raises(MakegoodError, match="MG873"):
        release(settings, officer(), run.run_id)
    assert release_ready(settings) == 0
    assert run_of(run.run_id).state is RunState.STOPPED


def test_a_late_approval_counts_no_more(settings):
    run = checked_bill(settings)
    agreed(run)
    with later(hours=13):
        assert release_ready(settings) == 0


@pytest.mark.parametrize("state", [RunState.PLANNED, RunState.RELEASED, RunState.STOPPED])
def test_only_a_checked_run_waits_for_a_release(settings, state):
    run = hand_made(settings, kind=RunKind.BILL, state=state)
    with pytest.raises(MakegoodError, match="MG871"):
        propose_release(officer(), run.run_id, "totals as agreed")


def test_grants_are_released_by_the_system(settings):
    run = hand_made(settings, state=RunState.CHECKED)
    with pytest.raises(MakegoodError, match="MG871"):
        propose_release(officer(), run.run_id, "because")
    assert release_ready(settings) == 1
    assert run_of(run.run_id).released_by == "system:worker"


def test_an_agent_steers_nothing(settings):
    run = checked_bill(settings)
    for act in (
        lambda: propose_release(agent(), run.run_id, "because"),
        lambda: pause(agent(), run.run_id, "because"),
        lambda: cancel(settings, agent(), run.run_id, "because"),
        lambda: show_run(agent(), run.run_id),
        lambda: list_runs(agent()),
    ):
        with pytest.raises(Refused):
            act()


def test_a_paused_run_keeps_what_has_not_left(settings):
    run, outside = hand_made(settings), Outside()
    assert pause(officer(), run.run_id, "the partner has called") == 0
    assert send_due(settings, "worker-1", channels=outside).sent == 0
    assert "resume" in show_run(officer(), run.run_id).next_step
    resume(officer(), run.run_id, "settled")
    assert send_due(settings, "worker-1", channels=outside).sent == 3
    assert [entry["kind"] for entry in entries() if entry["kind"].startswith("run.p")] == [
        "run.paused"
    ]
    with pytest.raises(MakegoodError, match="MG878"):
        resume(officer(), run.run_id, "again")


def test_a_run_of_which_everything_left_has_nothing_to_pause(settings):
    run, outside = hand_made(settings), Outside()
    assert show_run(officer(), run.run_id).not_sent == run.items
    assert not_sent([run_of(run.run_id)]) == {run.run_id: run.items}
    send_due(settings, "worker-1", channels=outside)
    assert show_run(officer(), run.run_id).not_sent == 0
    assert not_sent([run_of(run.run_id)]) == {}
    with pytest.raises(MakegoodError, match=r"MG878: .*everything of it has left already"):
        pause(officer(), run.run_id, "the partner has called")
    assert run_of(run.run_id).paused_at is None


def test_a_run_is_cancelled_before_anything_left(settings):
    run = checked_bill(settings)
    agreed(run)
    release(settings, officer(), run.run_id)
    cancelled = cancel(settings, officer(), run.run_id, "from the wrong snapshot")
    assert cancelled.state is RunState.CANCELLED
    found = balances(PROGRAMME)
    assert amount_in(found, Account.APPROVED) == amount_in(found, Account.PROMISED) == 0
    assert send_due(settings, "worker-1", channels=Outside()).sent == 0
    with pytest.raises(MakegoodError, match="MG878"):
        pause(officer(), run.run_id, "again")


@pytest.mark.parametrize("state", ["sending", "sent"])
def test_what_may_have_left_is_not_cancelled(settings, state):
    run = hand_made(settings)
    execute("UPDATE runs_shard SET state = %s WHERE number = 2", [state])
    with pytest.raises(MakegoodError, match="MG878"):
        cancel(settings, officer(), run.run_id, "too late")


@pytest.mark.parametrize(
    ("says", "may"), [(Taken.NO, True), (Taken.PARTLY, False), (Taken.UNSURE, False)]
)
def test_what_was_tried_is_cancelled_only_where_nothing_of_it_left(settings, says, may):
    """A shard waits again after a break in the middle, as if nothing had left."""

    def breaks(_shipment):
        raise PartlySent(Finding("MG822", "the connection broke"))

    outside = Outside(before=breaks)
    run = hand_made(settings, shard_items=10)
    assert send_due(settings, "worker-1", channels=outside).postponed == 1
    outside.says = says
    if may:
        cancelled = cancel(settings, officer(), run.run_id, "by mistake", channels=outside)
        assert cancelled.state is RunState.CANCELLED
        return
    with pytest.raises(MakegoodError, match="MG878"):
        cancel(settings, officer(), run.run_id, "by mistake", channels=outside)
    assert run_of(run.run_id).state is not RunState.CANCELLED


def test_a_run_is_named_by_its_beginning(settings):
    run = hand_made(settings)
    assert run_named(str(run.run_id)[:8]).run_id == run.run_id
    for word in ("", "0000", "%%%%%%%%", "kt-2025x", "ffffffff"):
        with pytest.raises(MakegoodError, match="MG870"):
            run_named(word)


def test_what_happens_next_is_told(settings):
    run = checked_bill(settings)

    def told():
        return show_run(officer(), run.run_id).next_step

    assert "run release" in told()
    made = propose_release(officer(), run.run_id, "totals as agreed")
    assert "another person" in told()
    approve(made.proposal_id, by=agent(APPROVER, Role.REMEDIATION_APPROVER).actor)
    assert "next round" in told()
    release_ready(settings)
    assert "it is sent from 2026-02-01" in told()
    assert hash_of(made.contents) == made.contents_hash
