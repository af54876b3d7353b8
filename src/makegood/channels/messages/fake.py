"""The outside world of messages, for tests, rehearsals, demos: an aggregator and a mail server."""

from __future__ import annotations

from makegood.channels.messages.fake_aggregator import AggregatorFaults, FakeAggregator
from makegood.channels.messages.fake_handset import AggregatorAtWork, HandsetMessage, handset
from makegood.channels.messages.fake_smtp import FakeSmtpServer, SmtpFaults

__all__ = [
    "AggregatorAtWork",
    "AggregatorFaults",
    "FakeAggregator",
    "FakeSmtpServer",
    "HandsetMessage",
    "SmtpFaults",
    "handset",
]
