"""Which channel a run leaves through: the one that the settings name, or what a caller gives."""

from __future__ import annotations

from collections.abc import Callable

from makegood.channels import Channel, ChannelName
from makegood.configuration import Settings

Channels = Callable[[ChannelName, Settings], Channel]


def configured(name: ChannelName, settings: Settings) -> Channel:
    """The channel of this name as the installation is set up; loaded when it is first needed."""
    from makegood.channels.registry import channel_named

    return channel_named(name, settings)
