"""A person ends what contradicts itself, or what nobody will ever answer."""

import pytest

from makegood.channels import ChannelName, Outcome
from makegood.kernel import MakegoodError
from makegood.runs import (
    RunKind,
    RunState,
    close_finished,
    resolve_item,
    run_of,
    send_due,
    take_in,
)
from makegood.runs.rows import select
from makegood.trust.access import Visitor
from tests.runs.execution.hand_made import hand_made, key_of
from tests.runs.execution.outside import Outside
from tests.trust.access.visitors import entries

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


def test_money_is_not_ended_by_one_persons_word(settings):
    outside = Outside(ChannelName.BILLING)
    run = sent(settings, outside, kind=RunKind.BILL, amount=1_000)
    with pytest.raises(MakegoodError, match="MG883"):
        end(settings, run, 1)
    assert run_of(run.run_id).unknown == 4
