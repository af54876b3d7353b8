"""The channels of an installation, by their names."""

from __future__ import annotations

from makegood.channels.contract import Channel, ChannelName
from makegood.configuration import Settings


def channel_named(name: ChannelName, settings: Settings) -> Channel:  # noqa: ARG001
    """The channel of this name, as the installation is set up.

    Raises MakegoodError MG801 where a setting that it needs is missing.
    """
    match name:
        case _:
            raise NotImplementedError(name)
