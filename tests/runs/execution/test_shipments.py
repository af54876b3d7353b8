"""Which day a shipment names: a bank is not asked for a day that is over."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from makegood.channels import ChannelName, NotSent
from makegood.configuration import Settings
from makegood.kernel import Finding, FixedClock
from makegood.runs import RunKind, pause, resume, send_due
from makegood.runs.rows import execute, run_of, shards_of
from makegood.runs.shipments import shipment_of
from makegood.trust import clock
from makegood.trust.policy import Role
from tests.runs.execution.hand_made import hand_made
from tests.runs.execution.outside import Outside
from tests.trust.access.visitors import agent, at

EARLY, LATE = datetime(2026, 1, 30, 3, tzinfo=UTC), datetime(2026, 2, 3, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    ("channel", "released_at", "day"),
    [
        (ChannelName.BANK, None, date(2026, 2, 1)),
        (ChannelName.BANK, EARLY, date(2026, 2, 1)),
        # The fourth in Seoul.
        (ChannelName.BANK, LATE, date(2026, 2, 4)),
        (ChannelName.BILLING, LATE, date(2026, 2, 1)),
    ],
)
def test_payments_released_late_name_the_day_of_release(database, channel, released_at, day):
    settings: Settings = database.settings.model_copy(update={"time_zone": "Asia/Seoul"})
    run = hand_made(settings, kind=RunKind.PAY_OUT, channel=channel, amount=1_000)
    run = replace(run, released_at=released_at)
    [first, *_] = shards_of(run.run_id)
    assert shipment_of(settings, run, first).due_on == day


# Ten in the morning in Seoul of the fourth, and so on.
RELEASED = datetime(2026, 2, 4, 1, tzinfo=UTC)


def on_day(settings: Settings, day: int, bank: Outside) -> set[date]:
    """What is due is sent on a day of February; the days that the bank's files name by then."""
    with at(datetime(2026, 2, day, 1, tzinfo=UTC)):
        send_due(settings, "worker-1", channels=bank)
    return {shipment.due_on for shipment in bank.taken_messages.values()}


def pay_out(settings: Settings):
    run = hand_made(settings, kind=RunKind.PAY_OUT, channel=ChannelName.BANK, amount=1_000)
    execute("UPDATE runs_run SET released_at = %s", [RELEASED])
    return run


@pytest.fixture
def seoul(database) -> Settings:
    settings: Settings = database.settings
    return settings.model_copy(update={"time_zone": "Asia/Seoul"})


def test_a_run_that_was_held_for_days_names_the_day_on_which_it_leaves(seoul):
    bank, run = Outside(name=ChannelName.BANK), pay_out(seoul)
    with at(RELEASED):
        officer = agent("sujin", Role.PAYMENT_OFFICER)
        pause(officer, run.run_id, "the bank asked to wait")
    assert on_day(seoul, 5, bank) == set()
    with at(datetime(2026, 2, 9, 0, tzinfo=UTC)):
        officer = agent("sujin", Role.PAYMENT_OFFICER)
        resume(officer, run.run_id, "the bank is ready")
    assert on_day(seoul, 9, bank) == {date(2026, 2, 9)}
    # Whoever asks about it later names the day that its file names.
    with at(datetime(2026, 2, 20, tzinfo=UTC)):
        shipments = [shipment_of(seoul, run_of(run.run_id), each) for each in shards_of(run.run_id)]
        assert {each.due_on for each in shipments} == {date(2026, 2, 9)}


def test_shards_that_leave_on_different_days_name_each_its_own(seoul):
    """Half of a run left before it was held; what did not leave then leaves later."""
    bank, run = Outside(name=ChannelName.BANK), pay_out(seoul)

    def refuses(shipment) -> None:
        if shipment.shard == 2:
            raise NotSent(Finding("MG813", "the disk is full", "make room"))

    bank.before = refuses
    assert on_day(seoul, 5, bank) == {date(2026, 2, 5)}
    bank.before = lambda _shipment: None
    assert on_day(seoul, 7, bank) == {date(2026, 2, 5), date(2026, 2, 7)}
    assert [each.due_on.day for each in bank.taken_messages.values()] == [5, 5, 7]
    assert sorted(shard.tries for shard in shards_of(run.run_id)) == [1, 1, 2]


def test_a_file_that_left_and_was_not_heard_of_keeps_its_day(seoul):
    """The worker died after the bank had it: it is found there, and not written again."""
    bank, run = Outside(name=ChannelName.BANK), pay_out(seoul)

    def dies(_shipment) -> None:
        raise ConnectionResetError

    bank.after = dies
    on_day(seoul, 5, bank)
    bank.after = lambda _shipment: None
    assert on_day(seoul, 8, bank) == {date(2026, 2, 5)}
    assert {shard.tries for shard in shards_of(run.run_id)} == {1}
    assert sum(bank.items.values()) == 10


def test_what_leaves_before_its_day_names_its_day(seoul):
    bank, run = Outside(name=ChannelName.BANK), pay_out(seoul)
    execute("UPDATE runs_run SET due_on = '2026-02-19'")
    assert on_day(seoul, 5, bank) == {date(2026, 2, 19)}
    with clock.use(FixedClock(RELEASED + timedelta(days=30))):
        [first, *_] = shards_of(run.run_id)
        assert shipment_of(seoul, run_of(run.run_id), first).due_on == date(2026, 2, 19)
