"""Answers come late, twice and out of order, and come to the same."""

from datetime import timedelta
from itertools import permutations

import pytest

from makegood.channels import ChannelName, Outcome
from makegood.kernel import Finding
from makegood.ledger import Account, amount_in, balances
from makegood.runs import (
    RunKind,
    RunState,
    ShardState,
    ask_about_unanswered,
    channel_findings,
    close_finished,
    matching,
    release_ready,
    run_of,
    send_due,
    take_in,
    taking_in,
)
from makegood.runs.folders import answers_of, folder_of
from makegood.runs.rows import execute, select, shards_of
from makegood.trust import clock
from tests.runs.execution.hand_made import PROGRAMME, hand_made, key_of
from tests.runs.execution.outside import Outside
from tests.trust.access.visitors import entries, later

DONE, FAILED, RETURNED = Outcome.DONE, Outcome.FAILED, Outcome.RETURNED


def sent(settings, outside=None, **named):
    outside = outside or Outside()
    run = hand_made(settings, **named)
    send_due(settings, "worker-1", channels=outside)
    return outside, run


def counts(run):
    found = run_of(run.run_id)
    return (found.done, found.failed, found.returned, found.unknown)


def exceptions(run):
    return select(
        "SELECT item_key, outcome, code FROM runs_exception WHERE run_id = %s ORDER BY item",
        [run.run_id],
    )


def test_all_answers_close_the_run(settings):
    outside, run = sent(settings)
    outside.answer_all()
    taken = take_in(settings, channels=outside)
    assert (taken.sources, taken.answers, taken.new) == (1, 10, 10)
    assert counts(run) == (10, 0, 0, 0)
    assert {shard.state for shard in shards_of(run.run_id)} == {ShardState.ANSWERED}
    assert outside.inbox == []
    assert close_finished() == 1
    assert run_of(run.run_id).state is RunState.CLOSED
    (entry,) = entries("run.closed")
    assert entry["details"]["items"] == entry["details"]["done"] == 10


def test_the_same_twice_counts_once(settings):
    outside, run = sent(settings)
    first = outside.answer_all()
    take_in(settings, channels=outside)
    outside.inbox.append(first)
    assert take_in(settings, channels=outside).sources == 0
    assert outside.inbox == []
    assert counts(run) == (10, 0, 0, 0)


def test_the_same_said_again_in_other_words_is_no_news(settings):
    outside, run = sent(settings)
    outside.answer_all()
    take_in(settings, channels=outside)
    outside.answer([(key_of(1), DONE), (key_of(2), DONE)])
    assert take_in(settings, channels=outside).new == 0
    assert counts(run) == (10, 0, 0, 0)


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        ((DONE, RETURNED), "returned"),
        ((FAILED, RETURNED), "returned"),
        ((DONE, FAILED), "contradictory"),
        ((DONE, FAILED, RETURNED), "returned"),
    ],
    ids=str,
)
def test_answers_about_an_item_merge_without_order(settings, said, outcome):
    orders = list(permutations(said))
    runs = []
    for sequence, order in enumerate(orders):
        outside, run = sent(settings, lines=range(1, 3), period=f"month {sequence}")
        key = key_of(1, period=f"month {sequence}")
        for each in order:
            outside.answer([(key, each)])
            take_in(settings, channels=outside)
        runs.append(run)
    found = {(counts(run), exceptions(run)[0][1:]) for run in runs}
    assert len(found) == 1, dict(zip(orders, map(counts, runs), strict=True))
    ((_, (kept, code)),) = found
    assert (kept, code) == (outcome, "E7")


def test_all_at_once_comes_to_the_same_as_one_by_one(settings):
    outside, run = sent(settings)
    keys = [key_of(number) for number in range(1, 11)]
    outside.answer([(keys[0], DONE), (keys[1], FAILED)])
    outside.answer([(keys[0], RETURNED), (keys[2], DONE)])
    outside.answer([(key, DONE) for key in keys[2:]])
    taken = take_in(settings, channels=outside)
    assert counts(run) == (8, 1, 1, 0)
    rows = select("SELECT new FROM runs_applied ORDER BY name")
    assert taken.sources == len(rows) == 3
    assert sum(row[0] for row in rows) == taken.new == 10


def test_contradictory_answers_block_the_closing_and_are_told(settings):
    outside, run = sent(settings, lines=range(1, 3))
    outside.answer([(key_of(1), DONE), (key_of(2), DONE)])
    outside.answer([(key_of(2), FAILED)])
    assert take_in(settings, channels=outside).contradictory == 1
    assert close_finished() == 0
    assert counts(run) == (1, 0, 0, 1)
    assert run_of(run.run_id).state is RunState.SENT


def test_a_closed_run_of_which_an_item_is_contradicted_is_stopped(settings):
    outside, run = sent(settings)
    outside.answer_all()
    take_in(settings, channels=outside)
    close_finished()
    outside.answer([(key_of(3), FAILED)])
    take_in(settings, channels=outside)
    close_finished()
    stopped = run_of(run.run_id)
    assert stopped.state is RunState.STOPPED
    assert "MG876" in stopped.finding


def test_what_is_returned_after_closing_is_applied_too(settings):
    outside, run = sent(settings, amount=5)
    outside.answer_all()
    take_in(settings, channels=outside)
    close_finished()
    outside.answer([(key_of(4), RETURNED)], code="AC04", names=False)
    take_in(settings, channels=outside)
    found = run_of(run.run_id)
    assert found.state is RunState.CLOSED
    assert counts(run) == (9, 0, 1, 0)
    assert found.done_total == 45
    assert exceptions(run) == [(key_of(4), "returned", "AC04")]


def test_answers_that_name_no_message_are_found_by_their_keys(settings):
    outside, run = sent(settings)
    _, other = sent(settings, outside, period="2026-03")
    keys = [key_of(7), key_of(2, period="2026-03")]
    outside.answer([(key, DONE) for key in keys], names=False)
    take_in(settings, channels=outside)
    assert counts(run) == counts(other) == (1, 0, 0, 9)


def test_answers_about_nothing_here_are_kept_aside_and_told(settings):
    outside, run = sent(settings)
    outside.answer([(key_of(1), DONE), (key_of(999), DONE), (key_of(1), DONE)])
    outside.answer([(key_of(2), DONE)], attempt=2)
    taken = take_in(settings, channels=outside)
    assert taken.unmatched == 2
    assert "about nothing" in taken.findings[0]
    assert taken.troubles == []
    assert counts(run) == (1, 0, 0, 9)
    assert len(list((settings.runs_folder / "unmatched").iterdir())) == 2
    assert outside.inbox == []


def test_unknown_is_no_answer(settings):
    outside, run = sent(settings)
    outside.answer_all(Outcome.UNKNOWN)
    take_in(settings, channels=outside)
    assert counts(run) == (0, 0, 0, 10)
    assert close_finished() == 0


def test_an_answer_proves_that_a_doubtful_shard_was_taken(settings):
    outside, run = sent(settings, shard_items=10)
    execute(
        "UPDATE runs_shard SET state = 'sending', sent_at = NULL, doubtful_at = %s", [clock.now()]
    )
    execute("UPDATE runs_run SET state = 'sending'")
    outside.answer([(key_of(1), DONE)])
    take_in(settings, channels=outside)
    (shard,) = shards_of(run.run_id)
    assert (shard.state, shard.doubtful_at) == (ShardState.SENT, None)
    assert shard.sent_at is not None


def test_an_answer_to_what_is_thought_not_to_have_left_is_believed(settings):
    """A store put back from yesterday's copy must not send today's messages again."""
    outside, run = sent(settings, shard_items=10)
    execute("UPDATE runs_shard SET state = 'pending', sent_at = NULL")
    execute("UPDATE runs_run SET state = 'released'")
    outside.answer([(key_of(1), DONE)])
    take_in(settings, channels=outside)
    assert send_due(settings, "worker-1", channels=outside).sent == 0
    assert shards_of(run.run_id)[0].state is ShardState.SENT


def test_answers_are_kept_before_they_are_applied(settings):
    outside, run = sent(settings)
    made = outside.answer_all()

    class Cut(BaseException):
        """The process ends here."""

    def cut(_incoming):
        raise Cut

    outside.put_away = cut
    with pytest.raises(Cut):
        take_in(settings, channels=outside)
    del outside.put_away
    assert made.source_id in answers_of(folder_of(settings, run.run_id), 1)
    assert counts(run) == (10, 0, 0, 0)
    assert take_in(settings, channels=outside).sources == 0
    assert outside.inbox == []
    assert counts(run) == (10, 0, 0, 0)


def test_answers_that_were_kept_and_not_applied_count_when_they_are(settings):
    """What a killed process had written is not mistaken for something that was applied."""
    outside, run = sent(settings)
    first = outside.answer([(key_of(1), DONE)])
    take_in(settings, channels=outside)
    execute("UPDATE runs_run SET done = 0, unknown = 10")
    execute("UPDATE runs_shard SET done = 0")
    execute("DELETE FROM runs_applied")
    outside.answer([(key_of(2), DONE)])
    take_in(settings, channels=outside)
    assert counts(run) == (1, 0, 0, 9)
    outside.inbox.append(first)
    take_in(settings, channels=outside)
    assert counts(run) == (2, 0, 0, 8)


def test_kept_answers_that_are_gone_are_noticed(settings):
    outside, run = sent(settings)
    first = outside.answer([(key_of(1), DONE)])
    take_in(settings, channels=outside)
    answers_of(folder_of(settings, run.run_id), 1)[first.source_id].unlink()
    outside.answer([(key_of(2), DONE)])
    taken = take_in(settings, channels=outside)
    assert "MG874" in taken.troubles[0]
    assert counts(run) == (1, 0, 0, 9)


def test_what_is_not_answered_in_time_is_asked_about_and_not_sent_again(settings):
    outside, _ = sent(settings)
    outside.answer([(key_of(number), DONE) for number in (1, 2, 5)])
    take_in(settings, channels=outside)
    assert ask_about_unanswered(settings, channels=outside).items == 0
    with later(hours=6):
        assert ask_about_unanswered(settings, channels=outside).items == 7
        assert ask_about_unanswered(settings, channels=outside).items == 0
        assert send_due(settings, "worker-1", channels=outside).sent == 0
    assert {key for _, keys in outside.asked for key in keys} == {
        key_of(number) for number in (3, 4, 6, 7, 8, 9, 10)
    }
    with later(hours=13):
        assert ask_about_unanswered(settings, channels=outside).items == 7
    assert set(outside.items.values()) == {1}


def test_bill_credits_move_in_the_ledger(settings):
    outside = Outside(ChannelName.BILLING)
    run = hand_made(settings, kind=RunKind.BILL, amount=1_000, measure="credit")
    key = [key_of(number, "credit") for number in range(11)]
    send_due(settings, "worker-1", channels=outside)
    outside.answer([(each, DONE) for each in key[1:9]] + [(key[9], FAILED)])
    take_in(settings, channels=outside)
    outside.answer([(key[1], RETURNED)])
    outside.answer([(key[10], RETURNED)])
    take_in(settings, channels=outside)
    take_in(settings, channels=outside)
    found = balances(PROGRAMME)
    assert amount_in(found, Account.PAID) == 7_000 == run_of(run.run_id).done_total
    assert amount_in(found, Account.RETURNED) == 3_000
    assert sum(each.amount for each in found) == 0


def test_releasing_bill_credits_approves_them_once(settings):
    run = hand_made(
        settings, kind=RunKind.BILL, amount=1_000, measure="credit", state=RunState.CHECKED
    )
    assert release_ready(settings) == 0
    execute("UPDATE runs_run SET needs_release = false")
    assert release_ready(settings) == 1
    assert release_ready(settings) == 0
    found = balances(PROGRAMME)
    assert amount_in(found, Account.APPROVED) == run.total == 10_000


def test_totals_that_do_not_agree_stop_the_run(settings):
    outside, run = sent(settings, amount=5)
    outside.answer_all()
    take_in(settings, channels=outside)
    execute("UPDATE runs_run SET done_total = done_total - 1")
    assert close_finished() == 0
    stopped = run_of(run.run_id)
    assert stopped.state is RunState.STOPPED
    assert "MG877" in stopped.finding
    assert "total done: 49 and 50" in stopped.finding


def test_a_channel_that_fails_is_told(settings):
    outside, run = sent(settings)

    def broken():
        from makegood.kernel import Finding, MakegoodError

        raise MakegoodError(Finding("MG801", "a setting is missing"))

    outside.incoming = broken
    assert "MG801" in take_in(settings, channels=outside).troubles[0]
    assert counts(run) == (0, 0, 0, 10)


def test_a_clock_years_ahead_changes_nothing(settings):
    outside, run = sent(settings)
    with later(days=2_000):
        outside.answer_all()
        take_in(settings, channels=outside)
        close_finished()
        found = run_of(run.run_id)
    assert found.closed_at is not None
    assert found.sent_at is not None
    assert found.closed_at - found.sent_at == timedelta(days=2_000)


def test_a_source_that_breaks_something_stops_no_other(settings, monkeypatch):
    """Whatever goes wrong with it, by its type alone: its text may hold what came in."""
    outside, _ = Outside(), hand_made(settings, shard_items=10)
    send_due(settings, "worker-1", channels=outside)
    keys = [key for key, _ in sorted(outside.items)]
    bad = outside.answer([(keys[0], Outcome.DONE)])
    outside.answer([(key, Outcome.DONE) for key in keys[1:]])
    usual, away = matching.match, outside.put_away

    def broken(settings, duck, incoming):
        if incoming.source_id == bad.source_id:
            raise ValueError("010-1234-5678")
        return usual(settings, duck, incoming)

    def stuck(_incoming):
        raise OSError(36, "File name too long: 010-1234-5678")

    monkeypatch.setattr(taking_in, "match", broken)
    monkeypatch.setattr(outside, "put_away", stuck)
    done = taking_in.take_in(settings, channels=outside)
    assert done.new == len(keys) - 1
    assert len(done.troubles) == 2
    assert not any("1234" in trouble for trouble in done.troubles)
    monkeypatch.setattr(taking_in, "match", usual)
    monkeypatch.setattr(outside, "put_away", away)
    assert taking_in.take_in(settings, channels=outside).new == 1
    assert outside.inbox == []


def test_what_a_channel_wants_looked_at_is_told(settings):
    outside, _ = sent(settings)
    outside.told = [Finding("MG803", "answers-7: a code is no plain word")]
    done = take_in(settings, channels=outside)
    assert (done.troubles, [text[:11] for text in done.findings]) == ([], ["error MG803"])
    found = channel_findings(settings, channels=outside)
    assert [each.code for each in found] == ["MG803"]
