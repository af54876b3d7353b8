"""A shard leaves once, whoever sends it and whatever happens on the way."""

from datetime import timedelta

import pytest
from django.db import connection

from makegood.channels import ChannelName, NotSent, Taken
from makegood.kernel import Finding, MakegoodError
from makegood.runs import RunKind, RunState, ShardState, close_finished, run_of, send_due
from makegood.runs.folders import folder_of, items_file
from makegood.runs.locks import locks, shard_lock
from makegood.runs.rows import execute, shards_of
from makegood.runs.shipments import expect_unchanged
from makegood.trust import clock
from tests.runs.execution.hand_made import amend, hand_made
from tests.runs.execution.outside import Outside
from tests.trust.access.visitors import entries, later


def send(settings, outside):
    return send_due(settings, "worker-1", channels=outside)


def taking(_shipment):
    """The other side takes it, and nothing goes wrong."""


def states(run):
    return [shard.state for shard in shards_of(run.run_id)]


def test_every_shard_leaves_once_and_the_log_says_so(settings):
    outside, run = Outside(), hand_made(settings)
    assert send(settings, outside).sent == 3
    assert send(settings, outside).sent == 0
    assert states(run) == [ShardState.SENT] * 3
    assert run_of(run.run_id).state is RunState.SENT
    assert set(outside.items.values()) == {1}
    assert sum(outside.items.values()) == 10
    shipped = [entry["details"] for entry in entries("run.shard_sent")]
    assert [entry["items"] for entry in shipped] == [4, 4, 2]
    assert {entry["message"] for entry in shipped} == set(outside.taken_messages)


def test_no_transaction_is_open_while_something_leaves(settings):
    def look(_shipment):
        assert not connection.in_atomic_block

    hand_made(settings)
    assert send(settings, Outside(before=look)).sent == 3


@pytest.mark.parametrize(
    "state", [RunState.PLANNED, RunState.CHECKED, RunState.STOPPED, RunState.CANCELLED]
)
def test_nothing_leaves_before_its_run_is_released(settings, state):
    outside = Outside()
    hand_made(settings, state=state)
    assert send(settings, outside).sent == 0
    assert not outside.items


def test_nothing_leaves_before_its_time(settings):
    outside, run = Outside(), hand_made(settings)
    execute("UPDATE runs_run SET due_at = %s", [clock.now() + timedelta(hours=1)])
    assert send(settings, outside).sent == 0
    with later(hours=1):
        assert send(settings, outside).sent == 3
    assert run_of(run.run_id).state is RunState.SENT


def test_nothing_leaves_while_its_run_is_paused(settings):
    outside, run = Outside(), hand_made(settings)
    execute("UPDATE runs_run SET paused_at = %s", [clock.now()])
    assert send(settings, outside).sent == 0
    execute("UPDATE runs_run SET paused_at = NULL")
    assert send(settings, outside).sent == 3
    assert run_of(run.run_id).state is RunState.SENT


def test_amended_items_are_refused_and_stop_the_run(settings):
    outside, run = Outside(), hand_made(settings)
    amend(items_file(folder_of(settings, run.run_id), 2))
    done = send(settings, outside)
    stopped = run_of(run.run_id)
    assert stopped.state is RunState.STOPPED
    assert "MG873" in stopped.finding
    assert "MG873" in done.troubles[0]
    assert len(outside.taken_messages) == 1
    assert entries("run.stopped")[0]["details"]["codes"] == ["MG873"]


def test_what_was_not_sent_is_tried_again_later(settings):
    def closed(_shipment):
        raise NotSent(Finding("MG800", "the folder is not there"))

    outside, run = Outside(before=closed), hand_made(settings, shard_items=10)
    assert send(settings, outside).postponed == 1
    (shard,) = shards_of(run.run_id)
    assert (shard.state, shard.tries) == (ShardState.PENDING, 1)
    assert "MG800" in shard.trouble
    outside.before = taking
    assert send(settings, outside).sent == 0
    with later(seconds=5):
        assert send(settings, outside).sent == 1


def test_the_wait_grows_with_each_failure(settings):
    def closed(_shipment):
        raise NotSent(Finding("MG800", "the folder is not there"))

    outside, run = Outside(before=closed), hand_made(settings, shard_items=10)
    waits: list[float] = []
    for _ in range(12):
        with later(seconds=sum(waits)):
            before = clock.now()
            send(settings, outside)
            (shard,) = shards_of(run.run_id)
            assert shard.retry_at is not None
            waits.append((shard.retry_at - before).total_seconds())
    assert waits[:4] == [5, 10, 20, 40]
    assert waits[-1] == 900


def test_a_failure_after_the_other_side_took_it_sends_nothing_twice(settings):
    def broken(_shipment):
        raise ConnectionError("the line went dead: 010-1234-5678")

    outside, run = Outside(after=broken), hand_made(settings, shard_items=10)
    done = send(settings, outside)
    assert done.sent == 1
    assert set(outside.items.values()) == {1}
    assert entries("run.shard_sent")[0]["details"]["how"] == "found outside"
    assert "1234" not in str(done) + str(shards_of(run.run_id))


def test_a_failure_before_it_sends_again_under_the_same_message(settings):
    def broken(_shipment):
        raise ConnectionError

    outside, run = Outside(before=broken), hand_made(settings, shard_items=10)
    assert send(settings, outside).sent == 0
    assert states(run) == [ShardState.PENDING]
    outside.before = taking
    with later(minutes=1):
        assert send(settings, outside).sent == 1
    assert list(outside.taken_messages) == [shards_of(run.run_id)[0].message_id]


def test_while_the_other_side_is_unsure_nothing_is_sent(settings):
    def broken(_shipment):
        raise MakegoodError(Finding("MG802", "no answer"))

    outside = Outside(before=broken, says=Taken.UNSURE)
    run = hand_made(settings, shard_items=10)
    assert send(settings, outside).doubtful == 1
    outside.before = taking
    for hours in range(1, 4):
        with later(hours=hours):
            assert send(settings, outside).doubtful == 1
            assert shards_of(run.run_id)[0].doubtful_at is not None
    assert not outside.items
    outside.says = Taken.NO
    with later(hours=5):
        send(settings, outside)
    with later(hours=6):
        assert send(settings, outside).sent == 1


@pytest.mark.parametrize("was_taken", [True, False])
def test_the_shard_of_a_dead_worker_is_asked_about(settings, was_taken):
    outside, run = Outside(), hand_made(settings, shard_items=10)
    if was_taken:
        send(settings, outside)
    execute("UPDATE runs_shard SET state = 'sending', tries = 1, sender = 'gone', sent_at = NULL")
    execute("UPDATE runs_run SET state = 'sending'")
    for _ in range(2):
        send(settings, outside)
    assert states(run) == [ShardState.SENT]
    assert set(outside.items.values()) == {1}


def test_the_shard_in_a_living_workers_hands_is_left_alone(settings):
    outside, run = Outside(), hand_made(settings, shard_items=10)
    execute("UPDATE runs_shard SET state = 'sending', tries = 1")
    execute("UPDATE runs_run SET state = 'sending'")
    with locks() as other, other.held(*shard_lock(run.run_id, 1)) as got:
        assert got
        assert send(settings, outside).sent == 0
    assert states(run) == [ShardState.SENDING]
    assert not outside.items


def test_quiet_hours_postpone(settings):
    outside = Outside(ChannelName.SMS, waits_until=clock.now() + timedelta(hours=10))
    run = hand_made(settings, kind=RunKind.NOTICE, shard_items=10)
    assert send(settings, outside).postponed == 1
    with later(hours=9):
        assert send(settings, outside).postponed == 0
    with later(hours=10):
        assert send(settings, outside).sent == 1
    assert shards_of(run.run_id)[0].tries == 1


def test_the_use_of_personal_data_stands_in_the_log(settings):
    hand_made(settings, kind=RunKind.NOTICE, shard_items=10)
    send(settings, Outside(ChannelName.SMS))
    (entry,) = entries("personal_data.used_by_run")
    assert entry["details"] == {"shard": 1, "items": 10, "channel": "sms"}


def test_a_run_without_items_closes(settings):
    run = hand_made(settings, range(0))
    assert close_finished() == 1
    assert run_of(run.run_id).state is RunState.CLOSED


def test_a_channel_that_is_not_set_up_holds_no_other(settings):
    def channels(name, given):
        if name is ChannelName.SMS:
            raise MakegoodError(Finding("MG801", "a setting is missing"))
        return outside(name, given)

    outside = Outside()
    waiting = hand_made(settings, kind=RunKind.NOTICE, shard_items=10)
    run = hand_made(settings, measure="more")
    done = send_due(settings, "worker-1", channels=channels)
    assert done.sent == 3
    assert states(run) == [ShardState.SENT] * 3
    (shard,) = shards_of(waiting.run_id)
    assert (shard.state, shard.tries) == (ShardState.PENDING, 0)
    assert "MG801" in shard.trouble
    assert "MG801" in done.troubles[0]


def test_a_fault_of_the_program_about_one_shard_keeps_no_other_back(settings, monkeypatch):
    run, whole = hand_made(settings), expect_unchanged

    def broken(path, shard):
        if shard.number == 2:
            raise ArithmeticError("a secret of somebody")
        whole(path, shard)

    monkeypatch.setattr("makegood.runs.sending.expect_unchanged", broken)
    outside = Outside()
    done = send(settings, outside)
    assert (done.sent, sum(outside.items.values())) == (2, 6)
    [words] = done.troubles
    assert words.startswith(f"shard 2 of run {run.run_id}: a fault of the program, in the log")
    assert states(run) == [ShardState.SENT, ShardState.PENDING, ShardState.SENT]
    monkeypatch.undo()
    with later(minutes=1):
        assert send(settings, outside).sent == 1
