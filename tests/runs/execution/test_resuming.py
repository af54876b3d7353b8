"""A run that was stopped in the middle goes on once what was wrong is put right."""

import shutil

import pytest

from makegood.channels import Outcome
from makegood.kernel import MakegoodError
from makegood.runs import (
    RunKind,
    RunState,
    ShardState,
    close_finished,
    go_on,
    list_troubles,
    pause,
    run_of,
    send_due,
    show_run,
    take_in,
    work,
)
from makegood.runs.folders import folder_of, items_file
from makegood.runs.releasing import release_if_ready
from makegood.runs.rows import execute, shards_of
from makegood.trust.access import Refused
from makegood.trust.policy import Role
from tests.runs.execution.hand_made import amend, hand_made, key_of
from tests.runs.execution.outside import Outside
from tests.trust.access.visitors import agent, entries, later


def officer():
    return agent("sujin", Role.PAYMENT_OFFICER)


def send(settings, outside):
    return send_due(settings, "worker-1", channels=outside)


def states(run):
    return [shard.state for shard in shards_of(run.run_id)]


def items_of(settings, run, number=2):
    return items_file(folder_of(settings, run.run_id), number)


def amended_in_the_middle(settings, outside, **named):
    """The first shard has left; somebody had written into the second."""
    run = hand_made(settings, **named)
    shutil.copy(items_of(settings, run), settings.home / "copy")
    amend(items_of(settings, run))
    send(settings, outside)
    assert run_of(run.run_id).state is RunState.STOPPED
    return run


def put_back(settings, run):
    shutil.copy(settings.home / "copy", items_of(settings, run))


def test_a_file_that_is_away_for_a_moment_stops_nothing(settings):
    outside, run = Outside(), hand_made(settings)
    path = items_of(settings, run)
    shutil.move(path, settings.home / "away")
    work(settings, channels=outside)
    assert run_of(run.run_id).state is RunState.SENDING
    assert states(run) == [ShardState.SENT, ShardState.PENDING, ShardState.SENT]
    assert any("MG866" in each.words for each in list_troubles(officer()))
    shutil.move(settings.home / "away", path)
    with later(minutes=1):
        work(settings, until_idle=True, channels=outside)
    assert run_of(run.run_id).state is RunState.SENT
    assert set(outside.items.values()) == {1}


def test_a_disk_that_fails_in_the_middle_of_a_look_is_no_mistake_of_the_program(
    settings, monkeypatch
):
    def failing(_path, _shard):
        raise OSError(5, "a name of somebody")

    outside, run = Outside(), hand_made(settings)
    monkeypatch.setattr("makegood.runs.sending.expect_unchanged", failing)
    done = send(settings, outside)
    assert [words.rpartition(": ")[2] for words in done.troubles] == ["OSError"] * 3
    assert states(run) == [ShardState.PENDING] * 3
    monkeypatch.undo()
    with later(minutes=1):
        assert send(settings, outside).sent == 3


def test_a_release_waits_for_a_file_that_is_away(settings):
    run = hand_made(settings, state=RunState.CHECKED)
    path = items_of(settings, run)
    shutil.move(path, settings.home / "away")
    with pytest.raises(MakegoodError, match="MG866"):
        release_if_ready(settings, run_of(run.run_id))
    assert run_of(run.run_id).state is RunState.CHECKED
    shutil.move(settings.home / "away", path)
    assert release_if_ready(settings, run_of(run.run_id))


def test_what_has_left_of_a_stopped_run_is_asked_about_and_answered(settings):
    outside = Outside()
    run = amended_in_the_middle(settings, outside)
    with later(hours=60):
        work(settings, until_idle=True, channels=outside)
    assert {message for message, _ in outside.asked} == set(outside.taken_messages)
    outside.answer_all()
    take_in(settings, channels=outside)
    assert states(run) == [ShardState.ANSWERED, ShardState.PENDING, ShardState.PENDING]
    assert run_of(run.run_id).done == 4


def test_it_goes_on_when_its_files_are_back_and_not_before(settings):
    outside = Outside()
    run = amended_in_the_middle(settings, outside)
    assert "makegood run resume" in show_run(officer(), run.run_id).next_step
    with pytest.raises(MakegoodError, match="MG873"):
        go_on(settings, officer(), run.run_id, "put back")
    put_back(settings, run)
    with pytest.raises(Refused):
        go_on(settings, agent(), run.run_id, "put back")
    found = go_on(settings, officer(), run.run_id, "put back")
    assert (found.state, found.finding) == (RunState.SENDING, "")
    [entry] = entries("run.resumed")
    assert entry["details"]["reason"] == "put back"
    with later(minutes=1):
        work(settings, until_idle=True, channels=outside)
    outside.answer_all()
    with later(minutes=2):
        work(settings, until_idle=True, channels=outside)
    assert run_of(run.run_id).state is RunState.CLOSED
    assert set(outside.items.values()) == {1}
    assert len(outside.items) == 10
    with pytest.raises(MakegoodError, match="MG878"):
        go_on(settings, officer(), run.run_id, "once more")


@pytest.mark.parametrize("state", [RunState.CHECKED, RunState.RELEASED])
def test_what_was_stopped_before_it_left_goes_on_where_it_was(settings, state):
    run = hand_made(settings, state=state)
    execute("UPDATE runs_run SET checked_at = planned_at, finding = 'MG873 items'")
    if state is RunState.RELEASED:
        execute("UPDATE runs_run SET released_at = planned_at")
    execute("UPDATE runs_run SET state = 'stopped'")
    assert go_on(settings, officer(), run.run_id, "put back").state is state


def test_a_held_run_that_was_stopped_goes_on_at_once(settings):
    outside = Outside()
    run = amended_in_the_middle(settings, outside)
    pause(officer(), run.run_id, "wait")
    put_back(settings, run)
    found = go_on(settings, officer(), run.run_id, "put back")
    assert (found.state, found.paused_at) == (RunState.SENDING, None)


@pytest.mark.parametrize("finding", ["MG877 totals", "MG868 another amount"])
def test_what_was_planned_wrong_or_does_not_agree_goes_on_for_nobody(settings, finding):
    run = hand_made(settings, state=RunState.STOPPED)
    execute("UPDATE runs_run SET finding = %s", [finding])
    with pytest.raises(MakegoodError, match="MG878"):
        go_on(settings, officer(), run.run_id, "all is well")


def test_what_contradicts_itself_is_told_as_such(settings):
    outside, run = Outside(), hand_made(settings, range(1, 4))
    send(settings, outside)
    outside.answer_all()
    outside.answer([(key_of(2), Outcome.FAILED)])
    take_in(settings, channels=outside)
    words = show_run(officer(), run.run_id).next_step
    assert words.startswith("1 items contradict themselves")
    assert "makegood run resolve" in words
    assert "wait for an answer" not in words


def test_a_closed_run_that_contradicts_itself_is_resolved_and_not_resumed(settings):
    outside, run = Outside(), hand_made(settings, range(1, 4), kind=RunKind.GRANT)
    send(settings, outside)
    outside.answer_all()
    take_in(settings, channels=outside)
    close_finished()
    outside.answer([(key_of(2), Outcome.FAILED)])
    take_in(settings, channels=outside)
    close_finished()
    with pytest.raises(MakegoodError, match=r"MG878[\s\S]*contradict"):
        go_on(settings, officer(), run.run_id, "so be it")
    assert run_of(run.run_id).state is RunState.STOPPED
