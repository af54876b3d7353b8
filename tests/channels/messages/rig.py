"""Short messages and mail plugged into the contract's suite."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from pydantic import SecretStr

from makegood.channels import Channel, ChannelName, Shipment
from makegood.channels.messages import MailChannel, SmsChannel, message_texts
from makegood.channels.messages.fake import (
    AggregatorFaults,
    FakeAggregator,
    FakeSmtpServer,
    SmtpFaults,
)
from makegood.configuration import Settings
from makegood.kernel import Finding, FixedClock
from makegood.programmes import TemplateKind, load_messages_beside, load_programme
from makegood.trust import clock
from makegood.trust.vault import Person, store_person
from tests.channels.contract import MADE_AT, shipment_of

FILE = Path(__file__).parents[3] / "programmes" / "kt-2025" / "programme.yaml"
PROGRAMME = load_programme(FILE)
MESSAGES = load_messages_beside(FILE, PROGRAMME)
AWAY = 5
"""One customer in so many has neither telephone nor mail here: nobody in the vault."""


def reminder(settings: Settings, channel: ChannelName, number: int, count: int) -> Shipment:
    """A shipment of reminders to people of whom some cannot be reached."""
    assert MESSAGES
    template = MESSAGES.of(TemplateKind.REMINDER, "penalty_waiver")
    assert template
    shipment = shipment_of(settings.home / "items", channel, number, count, amount=[0] * count)
    texts = message_texts(PROGRAMME, MESSAGES, template, "penalty_waiver")
    return replace(shipment, kind="reminder", measure="penalty_waiver", texts=texts)


def phone_of(number: int, n: int) -> str:
    return f"010{number:04}{n:04}"


def fill_vault(number: int, count: int) -> None:
    for n in range(count):
        if n % AWAY != AWAY - 1:
            customer = f"C{number:03}{n:06}"
            phone, mail = phone_of(number, n), f"someone.{number}.{n}@example.com"
            store_person(Person(customer, "김민수", phone, None, mail), actor="console:tester")


class _Rig:
    channel: Channel

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._there: set[int] = set()

    def shipment(self, number: int, count: int) -> Shipment:
        if number not in self._there:
            fill_vault(number, count)
            self._there.add(number)
        return reminder(self.settings, self.channel.name, number, count)


class SmsRig(_Rig):
    """The spool and an aggregator."""

    def __init__(self, settings: Settings, faults: AggregatorFaults) -> None:
        super().__init__(settings.model_copy(update={"sms_sender": "114"}))
        self.channel: SmsChannel = SmsChannel(self.settings)
        self.folder = settings.exchange_folder / "sms"
        self.fake = FakeAggregator(self.folder, settings.home.parent / "books", 7, faults)

    def answer(self) -> None:
        self.fake.turn(MADE_AT)

    def again(self) -> None:
        for path in sorted((self.folder / "done").glob("*")):
            path.rename(self.folder / "in" / path.name)

    def spoil(self) -> bool:
        folder = self.folder / "in"
        (folder / "bad.csv").write_text("key,attempt,outcome,code,at\nMG1,1,done,,\n", "utf-8")
        said = '{"format": "makegood-answers/1", "message_ids": [], "rows": 9, "sha256": "00"}'
        (folder / "bad.json").write_text(said, "utf-8")
        return True

    def findings(self) -> list[Finding]:
        return self.channel.findings()

    def carried_out(self) -> Mapping[str, int]:
        return {key: len(texts) for key, texts in self.fake.delivered().items()}


class MailRig(_Rig):
    """SMTP and a mail server."""

    def __init__(self, settings: Settings, server: FakeSmtpServer) -> None:
        changes = {"smtp_url": SecretStr(server.url), "mail_from": "notice@kt.example"}
        super().__init__(settings.model_copy(update=changes))
        self.server = server
        self.channel: MailChannel = MailChannel(self.settings, lambda _: None)
        self.folder = settings.exchange_folder / "mail"

    def answer(self) -> None:
        """It has answered when it was asked."""

    def again(self) -> None:
        for path in sorted((self.folder / "own" / "done").glob("*")):
            path.rename(self.folder / "own" / "in" / path.name)

    def spoil(self) -> bool:
        (self.folder / "in" / "bad.eml").write_bytes(b"Subject: hello\r\n\r\nno notification\r\n")
        return True

    def findings(self) -> list[Finding]:
        return self.channel.findings()

    def carried_out(self) -> Mapping[str, int]:
        return {key: len(texts) for key, texts in self.server.delivered().items()}


@contextmanager
def same_master_key(settings: Settings) -> Iterator[None]:
    """This process and its children open the vault with one key, at an hour at which mail leaves.

    The children's clock stands at the same instant.
    """
    with pytest.MonkeyPatch.context() as patch, clock.use(FixedClock(MADE_AT)):
        patch.setenv("MAKEGOOD_HOME", str(settings.home))
        yield


class Standing:
    """A clock that stands where it was set last."""

    def __init__(self, instant: datetime) -> None:
        self.instant = instant

    def now(self) -> datetime:
        return self.instant


@contextmanager
def short_messages(settings: Settings) -> Iterator[SmsRig]:
    with same_master_key(settings):
        yield SmsRig(settings, AggregatorFaults(failed=250, silent=250, doubled=500))


@contextmanager
def mail(settings: Settings) -> Iterator[MailRig]:
    """Without broken lines: what nobody can know has its own test."""
    faults = SmtpFaults(later=300, refused=200)
    with same_master_key(settings), FakeSmtpServer(7, faults) as server:
        yield MailRig(settings, server)
