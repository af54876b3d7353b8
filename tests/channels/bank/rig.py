"""The bank plugged into the contract's suite: one that is quick and one that behaves badly."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from pydantic import SecretStr

from makegood.channels import ChannelName, Shipment
from makegood.channels.bank import BankChannel
from makegood.channels.bank.exchange_folder import ExchangeFolder
from makegood.channels.bank.fake import Behaviour, FakeBank, served
from makegood.configuration import Settings
from makegood.kernel import Finding
from makegood.trust.vault import Account, store_account
from tests.channels.contract import MADE_AT, shipment_of

UNKNOWN = 7
"""One account in so many is not known at the bank."""


class BankRig:
    """Payment files and a fake bank."""

    def __init__(self, settings: Settings, behaviour: Behaviour) -> None:
        self.settings = settings
        self.channel = BankChannel(settings)
        self.folder = ExchangeFolder(settings)
        self.folder.make()
        books = settings.home.parent / "books.sqlite"
        self.bank = FakeBank(self.folder.out.parent, books, behaviour)
        self._now = MADE_AT
        self._there: set[int] = set()

    def shipment(self, number: int, count: int) -> Shipment:
        ids = [f"C{number:03}{n:06}" for n in range(count)]
        if number not in self._there:
            self._there.add(number)
            for n, account_id in enumerate(ids):
                digits = f"110{number:04}{n:05}"
                store_account(Account(account_id, "088", digits, "김민수"), actor="console:tester")
                if n % UNKNOWN != UNKNOWN - 1:
                    self.bank.open_account("088", digits, "김민수")
        made = shipment_of(
            self.settings.home / "items", ChannelName.BANK, number, count, account_id=ids
        )
        return replace(made, kind="pay_out", measure="penalty_waiver")

    def answer(self) -> None:
        for _ in range(8):
            self.bank.work(self._now)
            self._now += timedelta(days=1)

    def again(self) -> None:
        for path in sorted(self.folder.done.iterdir()):
            path.rename(self.folder.incoming / path.name)

    def spoil(self) -> bool:
        bad = (
            '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt>'
            "<OrgnlGrpInfAndSts><OrgnlMsgId>0123456789ABCDEF-00001</OrgnlMsgId>"
            "<OrgnlNbOfTxs>999</OrgnlNbOfTxs><GrpSts>RJCT</GrpSts></OrgnlGrpInfAndSts>"
            "</CstmrPmtStsRpt></Document>"
        )
        (self.folder.incoming / "bad.xml").write_text(bad, "utf-8")
        return True

    def findings(self) -> list[Finding]:
        return self.channel.findings()

    def carried_out(self) -> Mapping[str, int]:
        paid = [each.key for each in self.bank.payments() if each.state in {"paid", "returned"}]
        return Counter(paid)


@contextmanager
def bank(settings: Settings) -> Iterator[BankRig]:
    """It answers at once; asked, it says nothing over HTTP."""
    with _made(settings, Behaviour()) as rig:
        yield rig


@contextmanager
def bank_badly(settings: Settings) -> Iterator[BankRig]:
    """Silent, late, twice, in parts; and it can be asked, when it is not out."""
    seed = 11
    bad = Behaviour(
        seed=seed, rejects=0.1, silent=0.3, twice=0.5, late=0.5, partial=0.7, outages=0.05
    )
    with _made(settings, bad) as rig, served(rig.bank, token="of a test") as address:  # noqa: S106
        token = settings.home / "bank-token"
        token.write_text("of a test\n")
        changes = {"bank_address": address, "bank_token_file": token}
        rig.settings = rig.settings.model_copy(update=changes)
        rig.channel = BankChannel(rig.settings)
        yield rig


@contextmanager
def bank_with_doubles(settings: Settings) -> Iterator[BankRig]:
    """Every file reaches it twice, and it rejects the second as a duplicate."""
    behaviour = Behaviour(seed=5, doubled=1.0, refuses_duplicates=True, late=0.3)
    with _made(settings, behaviour) as rig:
        yield rig


@contextmanager
def _made(settings: Settings, behaviour: Behaviour) -> Iterator[BankRig]:
    changes = {
        "bank_debtor_name": "주식회사 보상",
        "bank_debtor_bank": "004",
        "bank_debtor_account": SecretStr("99900012345678"),
        "bank_requests_a_second": 1000.0,
    }
    settings.home.mkdir(parents=True, exist_ok=True)
    with pytest.MonkeyPatch.context() as patch:
        # The master key of the vault lies in this process's data folder.
        patch.setenv("MAKEGOOD_HOME", str(settings.home))
        yield BankRig(settings.model_copy(update=changes), behaviour)
