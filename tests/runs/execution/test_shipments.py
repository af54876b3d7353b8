"""Which day a shipment names: a bank is not asked for a day that is over."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from makegood.channels import ChannelName
from makegood.configuration import Settings
from makegood.runs import RunKind
from makegood.runs.rows import shards_of
from makegood.runs.shipments import shipment_of
from tests.runs.execution.hand_made import hand_made

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
