"""A person ends what contradicts itself, or what nobody will ever answer."""

import pytest

from makegood.channels import ChannelName, Outcome
from makegood.kernel import MakegoodError
from makegood.ledger import balances
from makegood.runs import (
    RunKind,
    RunState,
    close_finished,
    propose_end,
    resolve_item,
    run_of,
    send_due,
    show_run,
    take_in,
)
from makegood.runs.rows import select
from makegood.trust.access import Refused, Visitor
from makegood.trust.policy import Role
from makegood.trust.proposals import approve
from tests.runs.execution.hand_made import hand_made, key_of
from tests.runs.execution.outside import Outside
from tests.trust.access.visitors import agent, entries

CONSOLE = Visitor.console("root")
WHY = "its owner has the message"


def end(settings, run, number, was="done"):
    return resolve_item(settings, CONSOLE, run.run_id, key_of(number), was, WHY)


def sent(settings, outside, **changes):
    run = hand_made(settings, range(1, 5), **changes)
    send_due(settings, "worker-1", channels=outside)
    return run


def test_a_message_that_nobody_will_answer_is_ended_and_the_run_closes(settings):
    outside = Outside(ChannelName.MAIL)
    run = sent(settings, outside, kind=RunKind.NOTICE, channel=ChannelName.MAIL)
    outside.answer([(key_of(number), Outcome.DONE) for number in (1, 2)])
    take_in(settings, channels=outside)
    assert end(settings, run, 3).unknown == 1
    assert end(settings, run, 4, "failed").unknown == 0
    close_finished()
    found = run_of(run.run_id)
    assert (found.state, found.done, found.failed) == (RunState.CLOSED, 3, 1)
    details = [entry["details"] for entry in entries("run.item_resolved")]
    assert [(each["before"], each["was"]) for each in details] == [
        ("unknown", "done"),
        ("unknown", "failed"),
    ]


@pytest.mark.parametrize(("was", "done", "failed"), [("done", 4, 0), ("failed", 3, 1)])
def test_a_contradiction_is_ended_and_the_stopped_run_closes(settings, was, done, failed):
    outside = Outside()
    run = sent(settings, outside)
    outside.answer_all()
    take_in(settings, channels=outside)
    close_finished()
    outside.answer([(key_of(2), Outcome.FAILED)])
    take_in(settings, channels=outside)
    close_finished()
    assert run_of(run.run_id).state is RunState.STOPPED
    [shown] = show_run(CONSOLE, run.run_id).failures
    assert (shown.outcome, shown.items, shown.not_taken) == ("contradictory", 1, 0)
    assert end(settings, run, 2, was).state is RunState.SENT
    close_finished()
    found = run_of(run.run_id)
    assert (found.state, found.done, found.failed) == (RunState.CLOSED, done, failed)
    kept = select("SELECT outcome FROM runs_exception WHERE run_id = %s", [run.run_id])
    assert [row[0] for row in kept] == ["failed"] * failed
    # The same once more from outside changes nothing.
    outside.answer([(key_of(2), Outcome.DONE), (key_of(2), Outcome.FAILED)], code="E8")
    take_in(settings, channels=outside)
    assert run_of(run.run_id).done == done


def test_what_has_an_end_or_has_not_left_or_is_not_there_waits_for_nobody(settings):
    outside = Outside()
    run = hand_made(settings, range(1, 5))
    with pytest.raises(MakegoodError, match=r"MG882[\s\S]*has not left"):
        end(settings, run, 1)
    send_due(settings, "worker-1", channels=outside)
    outside.answer([(key_of(1), Outcome.DONE), (key_of(2), Outcome.FAILED)])
    take_in(settings, channels=outside)
    for number in (1, 2, 99):
        with pytest.raises(MakegoodError, match="MG882"):
            end(settings, run, number)
    with pytest.raises(MakegoodError, match="MG884"):
        end(settings, run, 3, "lost")
    assert run_of(run.run_id).unknown == 2


def both_said(settings, outside):
    """A credit of which the billing system says that it failed and that it is done."""
    run = sent(settings, outside, kind=RunKind.BILL, amount=1_000)
    outside.answer_all()
    outside.answer([(key_of(2), Outcome.FAILED)])
    take_in(settings, channels=outside)
    close_finished()
    assert run_of(run.run_id).unknown == 1
    return run


def officer(name):
    return agent(name, Role.PAYMENT_OFFICER)


@pytest.mark.parametrize(("was", "done"), [("done", 4_000), ("failed", 3_000)])
def test_money_is_ended_by_two_persons(settings, was, done):
    outside = Outside(ChannelName.BILLING)
    run = both_said(settings, outside)
    with pytest.raises(Refused, match="two_persons_agreed"):
        resolve_item(settings, officer("jisoo"), run.run_id, key_of(2), was, WHY)
    made = propose_end(settings, officer("jisoo"), run.run_id, key_of(2), was, WHY)
    approve(made.proposal_id, by="staff:minho")
    other = "failed" if was == "done" else "done"
    with pytest.raises(Refused, match="two_persons_agreed"):
        resolve_item(settings, officer("jisoo"), run.run_id, key_of(2), other, WHY)
    resolve_item(settings, officer("jisoo"), run.run_id, key_of(2), was, WHY)
    close_finished()
    found = run_of(run.run_id)
    assert (found.state, found.done_total) == (RunState.CLOSED, done)
    paid = {b.account.value: b.amount for b in balances(run.programme)}
    assert paid["paid"] == done
    assert paid.get("returned", 0) == 4_000 - done
    [entry] = entries("run.item_resolved")
    assert entry["details"]["proposal"] == str(made.proposal_id)
    with pytest.raises(MakegoodError, match="MG882"):
        propose_end(settings, officer("jisoo"), run.run_id, key_of(2), was, WHY)


def test_what_brings_no_money_needs_no_proposal_and_claims_are_ended_as_claims(settings):
    outside = Outside()
    run = sent(settings, outside)
    with pytest.raises(MakegoodError, match="MG885"):
        propose_end(settings, officer("jisoo"), run.run_id, key_of(1), "done", WHY)
    bank = Outside(ChannelName.BANK)
    paid = sent(settings, bank, kind=RunKind.PAY_OUT, amount=1_000, measure="waiver")
    for act in (resolve_item, propose_end):
        with pytest.raises(MakegoodError, match="MG883"):
            act(settings, officer("jisoo"), paid.run_id, key_of(1, "waiver"), "done", WHY)
