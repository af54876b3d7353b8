"""What of all runs somebody has to do something about."""

from makegood.channels import Outcome
from makegood.runs import RunKind, RunState, attention, close_finished, pause, send_due, take_in
from makegood.trust.access import Visitor
from tests.runs.execution.hand_made import hand_made, key_of
from tests.runs.execution.outside import Outside


def test_runs_and_items_that_wait_for_somebody_are_counted(settings):
    assert attention().to_release == 0
    hand_made(settings, kind=RunKind.BILL, state=RunState.CHECKED, measure="credit")
    held = hand_made(settings, state=RunState.PLANNED, measure="held")
    pause(Visitor.console("root"), held.run_id, "somebody looks at it")
    outside = Outside()
    hand_made(settings, range(1, 5))
    send_due(settings, "worker-1", channels=outside)
    outside.answer([(key_of(1), Outcome.DONE), (key_of(2), Outcome.FAILED)])
    take_in(settings, channels=outside)
    close_finished()
    found = attention()
    assert (found.to_release, found.stopped, found.paused) == (1, 0, 1)
    assert (found.failed_items, found.open_items) == (1, 2)
