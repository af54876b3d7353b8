"""At what time of a day each kind of run is due, and how many items leave as one message."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from makegood.channels import ChannelName
from makegood.redress.claims import PAY_OUT_TIME
from makegood.runs.kinds import RunKind

TIMES: Mapping[RunKind, time] = {
    # A month's data is there when the customer wakes up; midnight itself belongs to billing.
    RunKind.GRANT: time(0, 5),
    RunKind.UPLIFT_START: time(0, 5),
    RunKind.UPLIFT_END: time(0, 5),
    RunKind.COVER: time(0, 5),
    # Banks take files from nine; whoever releases is at work, and the money is there the same day.
    RunKind.PAY_OUT: PAY_OUT_TIME,
    RunKind.BILL: time(9, 0),
    RunKind.TOP_UP: time(9, 0),
    # Who chose in the night has the pass in the morning, when the support centre answers.
    RunKind.PASSES: time(10, 0),
}
"""The local time of day of what the programme gives a whole day for."""

SHARD_ITEMS: Mapping[ChannelName, int] = {
    # A payment file that a bank rejects whole is one that somebody can look through.
    ChannelName.BANK: 10_000,
    # Files of partners: large ones, so that ten million items are a few dozen files.
    ChannelName.PROVISIONING: 500_000,
    ChannelName.BILLING: 500_000,
    ChannelName.INSURER: 100_000,
    # An aggregator takes a spool in minutes, so that quiet hours stop what has not left yet.
    ChannelName.SMS: 10_000,
    ChannelName.MAIL: 1_000,
    # Codes are given in one transaction of the pool.
    ChannelName.VOUCHERS: 1_000,
}
"""Items of one message, by channel."""


def time_of_day(kind: RunKind) -> time:
    """The local time of day at which a kind of run is due on a whole day; KeyError for messages."""
    return TIMES[kind]


def at_time_of(kind: RunKind, day: date, zone: ZoneInfo) -> datetime:
    """The instant at which a kind of run is due on a whole day."""
    return datetime.combine(day, TIMES[kind], zone)
