"""Provisioning over HTTP plugged into the contract's suite."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from makegood.channels import ChannelName, Shipment
from makegood.channels.web import WebChannel
from makegood.channels.web.fake import BADLY, FakeProvisioning, WebBehaviour
from makegood.configuration import Settings
from makegood.kernel import Finding
from tests.channels.contract import shipment_of
from tests.channels.exchange.rig import come_in_again, spoilt_answers

SEED = 20250918


class WebRig:
    """A server, and the channel to it."""

    def __init__(self, settings: Settings, server: FakeProvisioning) -> None:
        self.settings, self._server = settings, server
        self.channel = WebChannel(settings)

    def shipment(self, number: int, count: int) -> Shipment:
        folder = self.settings.home / "items"
        return shipment_of(folder, ChannelName.PROVISIONING, number, count)

    def answer(self) -> None:
        """It answers on the line."""

    def again(self) -> None:
        come_in_again(self.channel.folders)

    def spoil(self) -> bool:
        spoilt_answers(self.channel.folders)
        return True

    def findings(self) -> list[Finding]:
        return self.channel.findings()

    def carried_out(self) -> Mapping[str, int]:
        return self._server.granted()


@contextmanager
def served(settings: Settings, behaviour: WebBehaviour) -> Iterator[WebRig]:
    server = FakeProvisioning(settings.home / "server", seed=SEED, behaviour=behaviour)
    with server.served() as url:
        changes = {"provisioning_url": url, "provisioning_requests_per_second": 2_000}
        yield WebRig(settings.model_copy(update=changes), server)


@contextmanager
def badly(settings: Settings) -> Iterator[WebRig]:
    """A server that is often too busy, drops connections, and fails some items."""
    with served(settings, BADLY) as made:
        yield made
