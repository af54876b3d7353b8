"""Items without an end by their keys; who failed; who was left out."""

from uuid import uuid4

import pytest

from makegood.channels import Outcome
from makegood.kernel import MakegoodError
from makegood.runs import failed_items, open_items, open_runs, send_due, take_in
from makegood.trust.access import Refused, Visitor
from tests.runs.execution.hand_made import hand_made, key_of
from tests.runs.execution.outside import Outside
from tests.trust.access.visitors import agent

CONSOLE = Visitor.console("root")
DONE, FAILED = Outcome.DONE, Outcome.FAILED


def test_open_items_are_what_contradicts_itself_and_then_what_nobody_answered(settings):
    outside, run = Outside(), hand_made(settings)
    assert open_items(settings, CONSOLE, run.run_id) == []
    send_due(settings, "worker-1", channels=outside)
    outside.answer([(key_of(1), DONE), (key_of(2), FAILED), (key_of(3), DONE)])
    outside.answer([(key_of(1), FAILED)])
    take_in(settings, channels=outside)
    found = open_items(settings, CONSOLE, run.run_id)
    assert [(each.key, each.outcome) for each in found[:1]] == [(key_of(1), "contradictory")]
    assert {each.outcome for each in found[1:]} == {"unknown"}
    assert {each.key for each in found[1:]} == {key_of(number) for number in range(4, 11)}
    assert len(open_items(settings, CONSOLE, run.run_id, 3)) == 3
    failed = failed_items(CONSOLE, run.run_id)
    assert [(each.line_id, each.code) for each in failed] == [("L00001", "E7"), ("L00002", "E7")]
    assert len(failed_items(CONSOLE, run.run_id, "failed")) == 1
    assert failed_items(CONSOLE, run.run_id, "", 1, 1) == failed[1:]
    assert [each.run_id for each in open_runs(CONSOLE)] == [run.run_id]


def test_an_agent_reads_none_and_a_run_that_is_not_there_has_none(settings):
    run = hand_made(settings)
    for ask in (
        lambda: open_items(settings, agent(), run.run_id),
        lambda: failed_items(agent(), run.run_id),
        lambda: open_runs(agent()),
    ):
        with pytest.raises(Refused):
            ask()
    with pytest.raises(MakegoodError, match="MG870"):
        open_items(settings, CONSOLE, uuid4())
