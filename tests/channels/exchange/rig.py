"""The file exchange plugged into the contract's suite."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta

import pyarrow as pa

from makegood.channels import ANSWER_SCHEMA, ChannelName, Shipment
from makegood.channels.exchange import ExchangeChannel, PartnerFolders, write_answers
from makegood.channels.exchange.fake import GOOD, Behaviour, FakePartner
from makegood.configuration import Settings
from makegood.kernel import Finding
from tests.channels.contract import MADE_AT, shipment_of

SEED = 20250918


def come_in_again(folders: PartnerFolders) -> None:
    """Files that were put away come in once more under other names."""
    for file in sorted(folders.done.iterdir()):
        shutil.copy(file, folders.incoming / f"again-{file.name}")


def spoilt_answers(folders: PartnerFolders) -> None:
    """Answers that somebody added a row to after they were counted."""
    table = pa.table([["K1"], [1], ["done"], [""], [MADE_AT]], schema=ANSWER_SCHEMA)
    write_answers(folders.incoming, "spoilt", table, ["0123456789ABCDEF-00001"])
    with (folders.incoming / "spoilt.csv").open("a") as file:
        file.write('"K2",1,"done","",\n')


class ExchangeRig:
    """One partner, and the channel to it."""

    def __init__(self, settings: Settings, name: ChannelName, behaviour: Behaviour = GOOD) -> None:
        self.settings = settings
        self.channel = ExchangeChannel(name, settings)
        own = settings.home / "partner"
        self.partner = FakePartner(self.channel.folders, own, seed=SEED, behaviour=behaviour)
        self._at: datetime = MADE_AT

    def shipment(self, number: int, count: int) -> Shipment:
        return shipment_of(self.settings.home / "items", self.channel.name, number, count)

    def answer(self) -> None:
        self.partner.step(self._at)
        while self.partner.waits:
            self._at += timedelta(days=1)
            self.partner.step(self._at)

    def again(self) -> None:
        come_in_again(self.channel.folders)

    def spoil(self) -> bool:
        spoilt_answers(self.channel.folders)
        return True

    def findings(self) -> list[Finding]:
        return self.channel.findings()

    def carried_out(self) -> Mapping[str, int]:
        assert self.partner.seen_twice() == []
        assert self.partner.came_again() == []
        return self.partner.granted()


@contextmanager
def billing(settings: Settings) -> Iterator[ExchangeRig]:
    yield ExchangeRig(settings, ChannelName.BILLING)


@contextmanager
def hard(settings: Settings) -> Iterator[ExchangeRig]:
    """A partner that fails, is silent, late, says things twice, and takes files unseen."""
    hard = Behaviour(failed=150, silent=200, late=200, doubled=500, without_receipt=500, parts=3)
    yield ExchangeRig(settings, ChannelName.INSURER, hard)


@contextmanager
def replies_first(settings: Settings) -> Iterator[ExchangeRig]:
    """A partner that answers what it is asked before it takes what lies there."""
    hasty = Behaviour(failed=150, silent=300, replies_first=True)
    yield ExchangeRig(settings, ChannelName.BILLING, hasty)
