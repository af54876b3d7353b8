"""No fault of one run is another's: it is told with the run's name, and the others go on."""

from datetime import timedelta

import django.db
import pytest

from makegood.channels import ChannelName, Outcome
from makegood.runs import RunState, close_finished, index_runs, run_of, send_due, take_in, work
from makegood.runs.closing import expect_agreeing
from makegood.runs.faults import run_named
from makegood.runs.folders import folder_of, items_file, leaving_file
from makegood.runs.line_index import index_file
from makegood.runs.rows import execute
from makegood.trust import clock
from tests.runs.execution.hand_made import hand_made, key_of
from tests.runs.execution.outside import Outside
from tests.runs.execution.test_reminders import apply_for, reminders
from tests.trust.access.visitors import later


@pytest.fixture
def outside():
    return Outside()


@pytest.fixture
def both(settings, outside):
    """Two runs that were sent, of which the first has lost its items."""
    lost, whole = hand_made(settings, measure="data"), hand_made(settings, measure="other")
    # The one that is lost comes first in every step.
    execute(
        "UPDATE runs_run SET due_at = %s WHERE run_id = %s",
        [clock.now() - timedelta(days=1), lost.run_id],
    )
    send_due(settings, "worker-1", channels=outside)
    items_file(folder_of(settings, lost.run_id), 1).unlink()
    return lost, whole


def of(run, outside):
    """The messages of a run that were taken outside."""
    return {name for name, each in outside.taken_messages.items() if each.run_id == str(run.run_id)}


def test_what_waits_of_the_other_run_is_asked_about(settings, outside, both):
    lost, whole = both
    with later(hours=7):
        done = work(settings, channels=outside)
    asked = {name for name, _ in outside.asked}
    assert of(whole, outside) <= asked
    assert len(of(lost, outside) & asked) == 2
    assert f"shard 1 of run {lost.run_id} could not be asked about: IOException" in done.troubles
    # A file that is gone is no mistake of the program, whoever reads it.
    assert done.faults == []
    with later(hours=14):
        work(settings, channels=outside)
    assert sum(name in of(whole, outside) for name, _ in outside.asked) == 6


def test_the_lines_of_the_other_run_are_indexed(settings, both):
    lost, whole = both
    told: list[str] = []
    assert index_runs(settings, told.append) == 1
    assert index_file(folder_of(settings, whole.run_id)).exists()
    [words] = told
    assert words == f"{run_named(lost.run_id)}: FileNotFoundError"


@pytest.mark.parametrize("names", [True, False])
def test_the_other_run_is_answered_and_closed(settings, outside, both, names):
    """An answer that names no message is looked for in all that left by its channel."""
    lost, whole = both
    outside.answer([(key_of(n, "other"), Outcome.DONE) for n in range(1, 11)], names=names)
    done = work(settings, until_idle=True, channels=outside)
    assert run_of(whole.run_id).state is RunState.CLOSED
    # What may be about the lost one waits, and says of which it is.
    outside.answer([(key_of(1, "data"), Outcome.DONE)], names=names)
    done = work(settings, until_idle=True, channels=outside)
    assert len(outside.inbox) == 1
    assert [words for words in done.troubles if f"MG866: {run_named(lost.run_id)}" in words]


def test_a_fault_while_one_run_is_closed_keeps_no_other_open(settings, outside, monkeypatch):
    one, other = hand_made(settings, measure="data"), hand_made(settings, measure="other")
    send_due(settings, "worker-1", channels=outside)
    outside.answer_all(Outcome.DONE)
    take_in(settings, channels=outside)

    def broken(run):
        if run.run_id == one.run_id:
            raise ArithmeticError("a secret of somebody")
        expect_agreeing(run)

    monkeypatch.setattr("makegood.runs.closing.expect_agreeing", broken)
    told: list[str] = []
    assert close_finished(told.append) == 1
    assert run_of(other.run_id).state is RunState.CLOSED
    [words] = told
    assert words.startswith(f"{run_named(one.run_id)}: a fault of the program")
    assert "secret" not in words
    monkeypatch.undo()
    assert close_finished(told.append) == 1
    assert len(told) == 1


def test_answers_come_in_though_nobody_knows_who_was_taken_off_a_reminder(settings):
    outside = Outside(ChannelName.SMS)
    lost = reminders(settings, range(1, 5))
    apply_for(2)
    send_due(settings, "worker-1", channels=outside)
    folder = folder_of(settings, lost.run_id)
    assert leaving_file(folder, 1).exists()
    items_file(folder, 1).rename(folder / "away")
    whole = hand_made(settings, range(11, 15), channel=ChannelName.SMS, measure="other")
    send_due(settings, "worker-1", channels=outside)
    about = {name for name, each in outside.taken_messages.items() if each.measure == "other"}
    outside.taken_messages = {name: outside.taken_messages[name] for name in about}
    outside.answer([(each, Outcome.DONE) for each, _ in list(outside.items)[-4:]])
    taken = take_in(settings, channels=outside)
    assert run_of(whole.run_id).done == 4
    [words] = taken.troubles
    assert words == f"shard 1 of run {lost.run_id}: FileNotFoundError"


def test_what_was_wrongly_asked_of_the_database_is_a_fault_and_what_it_lost_is_none(
    settings, monkeypatch
):
    def failing(error):
        def fails(*_: object) -> None:
            raise error

        return fails

    wrongly = django.db.IntegrityError("Hong Gil-dong is there already")
    monkeypatch.setattr("makegood.runs.working.checked_runs", failing(wrongly))
    done = work(settings)
    assert done.faults == done.troubles
    assert "Hong" not in done.troubles[0]
    assert not done.is_broken
    away = django.db.OperationalError("the connection was lost")
    monkeypatch.setattr("makegood.runs.working.checked_runs", failing(away))
    done = work(settings)
    assert done.troubles == ["the database failed: OperationalError"]
    assert (done.faults, done.is_broken) == ([], True)


def test_a_fault_of_a_round_is_known_after_the_last(settings, monkeypatch, outside):
    """What was put off after it is not tried again by the next round."""
    hand_made(settings)

    def broken(_path, shard):
        if shard.number == 2:
            raise ArithmeticError

    monkeypatch.setattr("makegood.runs.sending.expect_unchanged", broken)
    done = work(settings, until_idle=True, channels=outside)
    assert done.troubles == []
    [words] = done.faults
    assert words.endswith(": ArithmeticError")
