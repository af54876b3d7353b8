"""What is tried again turns out to have been done: nothing leaves before somebody has found out."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pyarrow.parquet as pq
import pytest
from django.db import connections, transaction

from makegood.channels import ChannelName, NotSent, Outcome, Taken
from makegood.kernel import Finding, MakegoodError
from makegood.ledger import Account, amount_in, balances
from makegood.runs import (
    RunKind,
    RunState,
    ShardState,
    cancel,
    close_finished,
    go_on,
    resolve_item,
    run_of,
    send_due,
    show_run,
    take_in,
    verify_ledger,
    work,
)
from makegood.runs.folders import folder_of, items_file
from makegood.runs.planning.follow_up import plan_follow_up
from makegood.runs.rows import execute, select, shards_of
from makegood.runs.tried_again import DONE_BEFORE
from makegood.trust.access import Visitor
from makegood.trust.policy import Role
from tests.runs.execution.hand_made import PROGRAMME, hand_made, key_of
from tests.runs.execution.outside import Outside
from tests.trust.access.visitors import agent, later

CONSOLE = Visitor.console("root")
WHY = "the partner looked it up"


def officer():
    return agent("sujin", Role.PAYMENT_OFFICER)


def closed(_shipment):
    raise NotSent(Finding("MG800", "the folder is not there"))


def taking(_shipment):
    """The other side takes it."""


def send(settings, outside):
    return send_due(settings, "worker-1", channels=outside)


def states(run):
    return [shard.state.value for shard in shards_of(run.run_id)]


def failed_and_followed(settings, outside, failed=range(1, 5), **named):
    """A closed run of which these failed, and its follow-up of two items a shard, released."""
    first = hand_made(settings, range(1, 11), shard_items=10, **named)
    send(settings, outside)
    for n in range(1, 11):
        outcome = Outcome.FAILED if n in failed else Outcome.DONE
        outside.answer([(key_of(n, first.measure), outcome)])
    take_in(settings, channels=outside)
    close_finished()
    assert run_of(first.run_id).state is RunState.CLOSED
    follow = hand_made(settings, failed, shard_items=2, sequence=1, attempt=2, **named)
    execute(
        "UPDATE runs_run SET follows = %s, released_at = due_at WHERE run_id = %s",
        [first.run_id, follow.run_id],
    )
    taken = "UPDATE runs_exception SET taken_by = %s WHERE run_id = %s"
    execute(taken, [follow.run_id, first.run_id])
    return first, follow


def half_left(settings, outside, **named):
    """The follow-up's first shard (of 1 and 2) has left, the second (of 3 and 4) has not."""

    def second_waits(shipment):
        if shipment.shard == 2:
            closed(shipment)

    first, follow = failed_and_followed(settings, outside, **named)
    outside.before = second_waits
    send(settings, outside)
    outside.before = taking
    assert states(follow) == ["sent", "pending"]
    return first, follow


def says_done(settings, outside, number, measure="data"):
    outside.answer([(key_of(number, measure), Outcome.DONE)])
    take_in(settings, channels=outside)
    close_finished()


def tries(outside, number, measure="data"):
    return sorted(attempt for key, attempt in outside.items if key == key_of(number, measure))


def end_to_end(settings, outside):
    with later(hours=1):
        work(settings, until_idle=True, channels=outside)
    outside.answer(
        [(key, Outcome.DONE) for key, attempt in sorted(outside.items) if attempt == 2], attempt=2
    )
    with later(hours=2):
        work(settings, until_idle=True, channels=outside)


def test_a_follow_up_that_waits_in_the_middle_is_stopped_before_it_brings_it_twice(settings):
    outside = Outside()
    first, follow = half_left(settings, outside)
    says_done(settings, outside, 3)
    assert run_of(first.run_id).state is RunState.STOPPED
    assert run_of(follow.run_id).state is RunState.STOPPED
    with later(hours=30):
        work(settings, until_idle=True, channels=outside)
    assert tries(outside, 3) == [1]
    # What has left of it is asked about all the same.
    assert shards_of(follow.run_id)[0].message_id in dict(outside.asked)
    words = show_run(officer(), follow.run_id).next_step
    assert f"makegood run resume {str(follow.run_id)[:8]}" in words
    with pytest.raises(MakegoodError, match="MG876"):
        go_on(settings, officer(), follow.run_id, "never mind")


def test_a_run_that_is_no_follow_up_and_took_it_is_stopped_as_well(settings):
    """As a pay-out that took a claim after it was mended."""
    outside = Outside()
    _, later_run = half_left(settings, outside)
    execute("UPDATE runs_run SET follows = NULL")
    says_done(settings, outside, 3)
    with later(hours=30):
        work(settings, until_idle=True, channels=outside)
    assert run_of(later_run.run_id).state is RunState.STOPPED
    assert tries(outside, 3) == [1]


def test_who_dies_while_it_is_said_has_said_nothing(settings, monkeypatch):
    outside = Outside()
    first, follow = half_left(settings, outside)
    says_done(settings, outside, 3)

    def dies(*_given):
        raise SystemExit

    monkeypatch.setattr("makegood.runs.resolving.apply_own", dies)
    with pytest.raises(SystemExit):
        resolve_item(settings, CONSOLE, first.run_id, key_of(3), "done", WHY)
    monkeypatch.undo()
    assert not select("SELECT 1 FROM runs_exception WHERE code = %s", [DONE_BEFORE])
    resolve_item(settings, CONSOLE, first.run_id, key_of(3), "failed", WHY)
    go_on(settings, officer(), follow.run_id, WHY)
    end_to_end(settings, outside)
    assert tries(outside, 3) == [1, 2]


def test_whoever_takes_a_shard_looks_whether_it_is_certain(settings):
    """The contradiction came in while the shard was in hand, and it came back."""
    outside = Outside()
    _, follow = failed_and_followed(settings, outside, failed=range(1, 3))

    def meanwhile(shipment):
        says_done(settings, outside, 1)
        closed(shipment)

    outside.before = meanwhile
    send(settings, outside)
    assert run_of(follow.run_id).state is RunState.SENDING
    outside.before = taking
    with later(hours=1):
        done = send(settings, outside)
    assert run_of(follow.run_id).state is RunState.STOPPED
    assert "MG876" in done.troubles[0]
    assert tries(outside, 1) == [1]


def test_an_answer_and_a_sender_at_the_same_instant(settings):
    """The answer is applied and not committed while a sender is about to take the shard."""
    outside = Outside()
    _, follow = half_left(settings, outside)
    outside.answer([(key_of(3), Outcome.DONE)])
    applied, looked = Event(), Event()

    def answering():
        try:
            with transaction.atomic():
                take_in(settings, channels=outside)
                applied.set()
                looked.wait(1)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as other:
        told = other.submit(answering)
        applied.wait(30)
        with later(hours=1):
            send(settings, outside)
        looked.set()
        told.result()
    assert run_of(follow.run_id).state is RunState.STOPPED
    assert states(follow) == ["sent", "pending"]
    assert tries(outside, 3) == [1]


def test_what_really_failed_leaves_once_that_is_known(settings):
    outside = Outside()
    first, follow = half_left(settings, outside)
    says_done(settings, outside, 3)
    resolve_item(settings, CONSOLE, first.run_id, key_of(3), "failed", WHY)
    assert run_of(follow.run_id).state is RunState.STOPPED
    assert go_on(settings, officer(), follow.run_id, WHY).state is RunState.SENDING
    end_to_end(settings, outside)
    assert tries(outside, 3) == [1, 2]
    assert run_of(first.run_id).state is run_of(follow.run_id).state is RunState.CLOSED
    assert run_of(follow.run_id).done == 4


def test_what_was_done_after_all_is_taken_off_and_the_rest_leaves(settings):
    outside = Outside(ChannelName.BILLING)
    named = {"kind": RunKind.BILL, "amount": 1_000, "measure": "credit"}
    first, follow = half_left(settings, outside, **named)
    says_done(settings, outside, 3, "credit")
    _resolved_as_done(settings, first, 3, "credit")
    go_on(settings, officer(), follow.run_id, WHY)
    end_to_end(settings, outside)
    assert tries(outside, 3, "credit") == [1]
    assert tries(outside, 4, "credit") == [1, 2]
    shipment = outside.taken_messages[shards_of(follow.run_id)[1].message_id]
    assert (shipment.count, shipment.total) == (1, 1_000)
    assert run_of(first.run_id).state is run_of(follow.run_id).state is RunState.CLOSED
    found = run_of(follow.run_id)
    assert (found.done, found.failed) == (3, 1)
    # It stands with the run that has brought it: nobody tries it again, and it was paid once.
    kept = select("SELECT code, taken_by FROM runs_exception WHERE run_id = %s", [follow.run_id])
    assert kept == [(DONE_BEFORE, first.run_id)]
    assert amount_in(balances(PROGRAMME), Account.PAID) == 10_000


def _resolved_as_done(settings, run, number, measure):
    from makegood.runs import propose_end
    from makegood.trust.proposals import approve

    key = key_of(number, measure)
    made = propose_end(settings, officer(), run.run_id, key, "done", WHY)
    approve(made.proposal_id, by="staff:minho")
    resolve_item(settings, officer(), run.run_id, key, "done", WHY)


def test_a_shard_of_which_nothing_is_left_to_send_ends_by_itself(settings):
    outside = Outside()
    first, follow = half_left(settings, outside)
    for number in (3, 4):
        says_done(settings, outside, number)
    for number in (3, 4):
        resolve_item(settings, CONSOLE, first.run_id, key_of(number), "done", WHY)
    go_on(settings, officer(), follow.run_id, WHY)
    end_to_end(settings, outside)
    assert tries(outside, 3) == tries(outside, 4) == [1]
    assert run_of(follow.run_id).state is RunState.CLOSED


def test_a_follow_up_of_which_nothing_has_left_may_be_cancelled_all_the_same(settings):
    outside = Outside()
    first, follow = failed_and_followed(settings, outside)
    says_done(settings, outside, 3)
    resolve_item(settings, CONSOLE, first.run_id, key_of(3), "done", WHY)
    cancel(settings, officer(), follow.run_id, "another is planned", channels=outside)
    kept = select("SELECT item_key, taken_by FROM runs_exception ORDER BY item")
    assert kept == [(key_of(number), None) for number in (1, 2, 4)]


def test_while_the_next_try_may_have_left_nobody_ends_the_one_before(settings):
    outside = Outside()
    first, follow = half_left(settings, outside)
    outside.before, outside.says = broken, Taken.UNSURE
    with later(hours=1):
        send(settings, outside)
    assert states(follow) == ["sent", "sending"]
    says_done(settings, outside, 3)
    with pytest.raises(MakegoodError, match=r"MG882[\s\S]*tried again"):
        resolve_item(settings, CONSOLE, first.run_id, key_of(3), "done", WHY)
    outside.says = Taken.NO
    with later(hours=3):
        send(settings, outside)
    resolve_item(settings, CONSOLE, first.run_id, key_of(3), "done", WHY)
    assert shards_of(follow.run_id)[1].state is ShardState.PENDING


def broken(_shipment):
    raise ConnectionError


def test_what_has_left_twice_is_ended_by_what_was_found_out(settings):
    outside = Outside()
    first, follow = half_left(settings, outside)
    says_done(settings, outside, 1)
    resolve_item(settings, CONSOLE, first.run_id, key_of(1), "done", WHY)
    go_on(settings, officer(), follow.run_id, WHY)
    end_to_end(settings, outside)
    assert run_of(first.run_id).state is run_of(follow.run_id).state is RunState.CLOSED
    assert verify_ledger(PROGRAMME).findings == ()


def second_breaks(shipment):
    if shipment.shard == 2:
        raise RuntimeError


@pytest.mark.parametrize(("says", "left"), [(Taken.NO, [1]), (Taken.PARTLY, [1, 2])])
def test_of_a_message_that_is_outside_in_part_nothing_is_taken_off(settings, says, left):
    outside = Outside()
    first, follow = failed_and_followed(settings, outside)
    outside.before, outside.says = second_breaks, says
    send(settings, outside)
    outside.before, outside.says = taking, None
    assert states(follow) == ["sent", "pending"]
    says_done(settings, outside, 3)
    resolve_item(settings, CONSOLE, first.run_id, key_of(3), "done", WHY)
    go_on(settings, officer(), follow.run_id, WHY)
    end_to_end(settings, outside)
    assert tries(outside, 3) == left
    assert run_of(follow.run_id).state is RunState.CLOSED


def test_what_is_found_done_after_a_try_that_did_not_leave_is_taken_off_as_well(settings):
    outside = Outside()
    first, follow = half_left(settings, outside)
    says_done(settings, outside, 3)
    resolve_item(settings, CONSOLE, first.run_id, key_of(3), "done", WHY)
    go_on(settings, officer(), follow.run_id, WHY)
    outside.before = second_breaks
    with later(hours=1):
        send(settings, outside)
    outside.before = taking
    assert states(follow) == ["sent", "pending"]
    says_done(settings, outside, 4)
    resolve_item(settings, CONSOLE, first.run_id, key_of(4), "done", WHY)
    go_on(settings, officer(), follow.run_id, WHY)
    end_to_end(settings, outside)
    assert [tries(outside, n) for n in (1, 2, 3, 4)] == [[1, 2], [1, 2], [1], [1]]
    assert run_of(first.run_id).state is run_of(follow.run_id).state is RunState.CLOSED


def third_try(settings, outside, follow):
    """Two of the follow-up failed as well; its own follow-up is released."""
    outside.answer([(key_of(n), Outcome.FAILED) for n in (1, 2)], attempt=2)
    outside.answer([(key_of(n), Outcome.DONE) for n in (3, 4)], attempt=2)
    take_in(settings, channels=outside)
    close_finished()
    assert run_of(follow.run_id).state is RunState.CLOSED
    third = hand_made(settings, range(1, 3), shard_items=2, sequence=2, attempt=3)
    execute(
        "UPDATE runs_run SET follows = %s, released_at = due_at WHERE run_id = %s",
        [follow.run_id, third.run_id],
    )
    taken = "UPDATE runs_exception SET taken_by = %s WHERE run_id = %s"
    execute(taken, [third.run_id, follow.run_id])
    return third


def test_what_the_first_try_did_is_not_brought_by_the_third(settings):
    outside = Outside()
    first, follow = failed_and_followed(settings, outside)
    send(settings, outside)
    third = third_try(settings, outside, follow)
    says_done(settings, outside, 1)
    assert run_of(third.run_id).state is RunState.STOPPED
    resolve_item(settings, CONSOLE, first.run_id, key_of(1), "done", WHY)
    go_on(settings, officer(), third.run_id, WHY)
    with later(hours=1):
        work(settings, until_idle=True, channels=outside)
    assert (tries(outside, 1), tries(outside, 2)) == ([1, 2], [1, 2, 3])


def test_what_was_done_and_failed_when_it_was_tried_again_is_tried_no_more(settings):
    outside = Outside()
    first, follow = failed_and_followed(settings, outside)
    send(settings, outside)
    says_done(settings, outside, 1)
    outside.answer([(key_of(1), Outcome.FAILED)], attempt=2)
    outside.answer([(key_of(n), Outcome.DONE) for n in (2, 3, 4)], attempt=2)
    take_in(settings, channels=outside)
    close_finished()
    assert plan_follow_up(settings, follow.run_id, "console:root") is None, "nobody knows yet"
    resolve_item(settings, CONSOLE, first.run_id, key_of(1), "done", WHY)
    assert plan_follow_up(settings, follow.run_id, "console:root") is None


def second_fails(settings, outside, _follow):
    outside.answer([(key_of(1), Outcome.FAILED)], attempt=2)
    take_in(settings, channels=outside)


def second_says_both(settings, outside, follow):
    for outcome in (Outcome.DONE, Outcome.FAILED):
        outside.answer([(key_of(1), outcome)], attempt=2)
    take_in(settings, channels=outside)
    resolve_item(settings, CONSOLE, follow.run_id, key_of(1), "failed", WHY)


def second_comes_back(settings, outside, _follow):
    outside.answer([(key_of(1), Outcome.DONE)], attempt=2)
    take_in(settings, channels=outside)
    outside.answer([(key_of(1), Outcome.RETURNED)], attempt=2)
    take_in(settings, channels=outside)


@pytest.mark.parametrize("ends", [second_fails, second_says_both, second_comes_back])
@pytest.mark.parametrize("is_before", [True, False])
def test_what_a_person_found_done_is_tried_no_more_however_its_next_try_ends(
    settings, ends, is_before
):
    """Whichever is known first; what really failed twice is tried again."""
    outside = Outside()
    first, follow = failed_and_followed(settings, outside)
    send(settings, outside)
    says_done(settings, outside, 1)
    if is_before:
        ends(settings, outside, follow)
        resolve_item(settings, CONSOLE, first.run_id, key_of(1), "done", WHY)
    else:
        resolve_item(settings, CONSOLE, first.run_id, key_of(1), "done", WHY)
        ends(settings, outside, follow)
    outside.answer([(key_of(2), Outcome.FAILED)], attempt=2)
    outside.answer([(key_of(n), Outcome.DONE) for n in (3, 4)], attempt=2)
    take_in(settings, channels=outside)
    go_on_if_stopped(settings, follow)
    close_finished()
    assert run_of(follow.run_id).state is RunState.CLOSED
    third = plan_follow_up(settings, follow.run_id, "console:root")
    assert third is not None
    assert kept_keys(third, settings) == [key_of(2)]


def go_on_if_stopped(settings, run):
    if run_of(run.run_id).state is RunState.STOPPED:
        go_on(settings, officer(), run.run_id, WHY)


def kept_keys(run, settings):
    [shard] = shards_of(run.run_id)
    path = items_file(folder_of(settings, run.run_id), shard.number)
    return pq.read_table(path, columns=["key"]).column("key").to_pylist()


def test_what_the_first_try_did_is_tried_no_more_after_the_third_failed(settings):
    outside = Outside()
    first, follow = failed_and_followed(settings, outside)
    send(settings, outside)
    third = third_try(settings, outside, follow)
    with later(hours=1):
        work(settings, until_idle=True, channels=outside)
    assert tries(outside, 1) == [1, 2, 3]
    says_done(settings, outside, 1)
    resolve_item(settings, CONSOLE, first.run_id, key_of(1), "done", WHY)
    outside.answer([(key_of(n), Outcome.FAILED) for n in (1, 2)], attempt=3)
    take_in(settings, channels=outside)
    close_finished()
    fourth = plan_follow_up(settings, third.run_id, "console:root")
    assert fourth is not None
    assert kept_keys(fourth, settings) == [key_of(2)]


def test_nobody_is_asked_about_what_an_earlier_try_may_have_done(settings):
    outside = Outside()
    _, follow = half_left(settings, outside)
    says_done(settings, outside, 1)
    with later(hours=30):
        work(settings, until_idle=True, channels=outside)
    asked = dict(outside.asked)
    assert asked[shards_of(follow.run_id)[0].message_id] == (key_of(2),)
