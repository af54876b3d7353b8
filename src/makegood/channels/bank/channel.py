"""The bank as a channel."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from makegood.channels.contract import ChannelName, Incoming, Shipment, Taken
from makegood.configuration import Settings


class BankChannel:
    """Pay-outs as ISO 20022 files."""

    name = ChannelName.BANK

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    def send(self, shipment: Shipment) -> str:
        raise NotImplementedError

    def taken(self, shipment: Shipment) -> Taken:
        raise NotImplementedError

    def ask(self, shipment: Shipment, keys: Sequence[str]) -> None:
        raise NotImplementedError

    def incoming(self) -> Iterator[Incoming]:
        raise NotImplementedError

    def put_away(self, incoming: Incoming) -> None:
        raise NotImplementedError
