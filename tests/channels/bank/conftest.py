"""A bank behind an exchange folder, and customers whose accounts the vault holds."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest
from pydantic import SecretStr

from makegood.channels import Shipment
from makegood.channels.bank import BankChannel
from makegood.channels.bank.exchange_folder import ExchangeFolder
from makegood.channels.bank.fake import Behaviour, FakeBank
from makegood.configuration import Settings
from makegood.trust.clock import use
from makegood.trust.vault import Account, store_account
from tests.channels.bank.items import MADE_AT, customer, number_of
from tests.store_fixture import Database


@dataclass
class Days:
    """A clock that a test turns."""

    at: datetime = MADE_AT

    def now(self) -> datetime:
        return self.at

    def pass_days(self, days: float) -> datetime:
        self.at += timedelta(days=days)
        return self.at


@dataclass
class Town:
    """An installation, its bank, and the clock they share."""

    settings: Settings
    bank: FakeBank
    days: Days = field(default_factory=Days)

    @property
    def channel(self) -> BankChannel:
        return BankChannel(self.settings)

    @property
    def folder(self) -> ExchangeFolder:
        return ExchangeFolder(self.settings)

    def restarted(self, behaviour: Behaviour | None = None) -> FakeBank:
        """The bank is killed and started again on its books."""
        root = self.folder.out.parent
        self.bank = FakeBank(root, root.parent / "bank.sqlite", behaviour or self.bank.behaviour)
        return self.bank

    def fetch(self, sent: Shipment) -> None:
        """Somebody fetches the payment file, and the bank does not look at it yet."""
        (self.folder.out / f"{sent.message_id}.xml").unlink()

    def answers(self) -> list[tuple[str, int, str, str]]:
        """Everything that came in, taken and put away: key, attempt, outcome, code."""
        rows: list[tuple[str, int, str, str]] = []
        for incoming in self.channel.incoming():
            assert incoming.count == incoming.answers.num_rows
            rows += rows_of(incoming.answers)
            self.channel.put_away(incoming)
        return rows


def rows_of(answers: pa.Table) -> list[tuple[str, int, str, str]]:
    return [
        (row["key"], row["attempt"], row["outcome"], row["code"]) for row in answers.to_pylist()
    ]


@pytest.fixture
def plain_settings(tmp_path: Path) -> Settings:
    return Settings(
        home=tmp_path / "home",
        bank_debtor_name="주식회사 보상 & Co",
        bank_debtor_bank="004",
        bank_debtor_account=SecretStr("99900012345678"),
    )


@pytest.fixture
def town(plain_settings: Settings) -> Iterator[Town]:
    """Without a vault: for what only reads."""
    folder = ExchangeFolder(plain_settings)
    folder.make()
    root = folder.out.parent
    made = Town(plain_settings, FakeBank(root, root.parent / "bank.sqlite"))
    with use(made.days):
        yield made


HOLDERS = ("김민수", "이 & 영희 <주>", "Park Jisung", "최\u3000민호", "한별", "오지은")


@pytest.fixture
def customers(database: Database, town: Town, monkeypatch: pytest.MonkeyPatch) -> tuple[str, ...]:
    """Six customers and their holders; the bank knows the first five, the fifth is closed."""
    monkeypatch.setenv("MAKEGOOD_HOME", str(database.home))
    for number, holder in enumerate(HOLDERS, start=1):
        account = Account(customer(number), "088", number_of(number), holder)
        store_account(account, actor="console:tester")
        if number <= 5:
            town.bank.open_account("088", number_of(number), holder)
    town.bank.close_account("088", number_of(5))
    return HOLDERS


TEMPLATE = """
encoding = "euc-kr"
quoting = "always"
totals = "last"

[[columns]]
title = "입금은행"
value = "bank_code"
[[columns]]
title = "입금계좌"
value = "account_number"
[[columns]]
title = "금액"
value = "amount"
[[columns]]
title = "예금주"
value = "holder"
bytes_max = 9
[[columns]]
title = "적요"
value = "text"
text = "환급"
[[columns]]
title = "고객관리번호"
value = "instruction"

[results]
instruction = "고객관리번호"
result = "결과"
code = "사유"
amount = "금액"
done = ["정상"]
failed = ["오류"]
returned = ["반송"]
"""


@pytest.fixture
def korean(town: Town, tmp_path: Path) -> Town:
    file = tmp_path / "bank.toml"
    file.write_text(TEMPLATE, "utf-8")
    town.settings = town.settings.model_copy(update={"bank_csv_template": file})
    return town
