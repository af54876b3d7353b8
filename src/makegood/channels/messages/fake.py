"""The outside world of messages, for tests and rehearsals: an aggregator and a mail server."""

from __future__ import annotations

from makegood.channels.messages.fake_aggregator import AggregatorFaults, FakeAggregator
from makegood.channels.messages.fake_smtp import FakeSmtpServer, SmtpFaults

__all__ = ["AggregatorFaults", "FakeAggregator", "FakeSmtpServer", "SmtpFaults"]
