"""A channel of files for each test."""

from pathlib import Path

import pytest

from makegood.channels import ChannelName
from makegood.channels.exchange import ExchangeChannel
from makegood.configuration import Settings


@pytest.fixture
def channel(tmp_path: Path) -> ExchangeChannel:
    return ExchangeChannel(ChannelName.PROVISIONING, Settings(home=tmp_path))
