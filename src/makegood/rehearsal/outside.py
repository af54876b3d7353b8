"""The outside of a rehearsal: a bank, partners and an aggregator of messages, each with books.

They live in the rehearsal's own process, whatever becomes of the workers. How they behave hangs on
the seed and the level of faults.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from makegood.channels import ChannelName
from makegood.rehearsal.home import Home
from makegood.rehearsal.levels import Level

if TYPE_CHECKING:
    from makegood.channels.bank.fake import Booked, FakeBank
    from makegood.channels.exchange import PartnerFolders
    from makegood.channels.exchange.fake import FakePartner
    from makegood.channels.messages.fake import FakeAggregator

PARTNERS = (ChannelName.PROVISIONING, ChannelName.BILLING, ChannelName.INSURER)
_THOUSAND = 1000


@dataclass(slots=True)
class Outside:
    """Everybody outside, and what they have in their books."""

    bank: FakeBank
    partners: Mapping[ChannelName, FakePartner]
    aggregator: FakeAggregator

    def step(self, at: datetime) -> int:
        """Let everybody do what there is to do; how much it was."""
        done = self.bank.work(at)
        done += sum(partner.step(at) for partner in self.partners.values())
        return done + self.aggregator.turn(at)

    def open_accounts(self, accounts: Sequence[tuple[str, str, str]]) -> None:
        """Accounts that the bank knows: its code, the number, whose it is."""
        self.bank.open_accounts(accounts)

    def payments(self) -> list[Booked]:
        """Every payment that the bank ever booked."""
        return self.bank.payments()

    def faults_done(self) -> dict[str, int]:
        """What they did wrong: answers that came twice or late, or not before they were asked."""
        with self.bank.books.reading() as connection:
            ((twice,),) = connection.execute(
                "SELECT count(*) FROM file WHERE is_written AND name LIKE '%-again.xml'"
            ).fetchall()
        doubled, late, silent = int(twice), 0, 0
        for partner in self.partners.values():
            counted = counts_of(partner)
            doubled += counted[0]
            late += counted[1]
            silent += counted[2]
        return {"doubled": doubled, "late": late, "unanswered": silent}


@contextmanager
def outside(home: Home, level: Level, seed: int) -> Iterator[tuple[Outside, dict[str, str]]]:
    """Everybody outside, and the settings by which an installation finds them."""
    from makegood.channels.bank.fake import Behaviour as BankBehaviour
    from makegood.channels.bank.fake import FakeBank, served
    from makegood.channels.exchange import PartnerFolders
    from makegood.channels.exchange.fake import Behaviour, FakePartner
    from makegood.channels.messages.fake import AggregatorFaults, FakeAggregator

    exchange = home.data / "exchange"
    bank = FakeBank(
        exchange / "bank",
        home.outside / "bank.sqlite3",
        BankBehaviour(
            seed=seed,
            rejects=level.rejected / _THOUSAND,
            silent=level.unanswered / _THOUSAND,
            returns=level.returned / _THOUSAND,
            twice=level.doubled / _THOUSAND,
            late=level.late / _THOUSAND,
            partial=level.late / _THOUSAND,
            outages=level.late / _THOUSAND / 4,
        ),
    )
    behaviour = Behaviour(
        failed=level.rejected,
        silent=level.unanswered,
        late=level.late,
        late_by=timedelta(hours=20),
        doubled=level.doubled,
        without_receipt=level.doubled,
        parts=3 if level.doubled else 1,
        replies_first=level.doubled > 0,
    )
    partners = {}
    for name in PARTNERS:
        folders = PartnerFolders(exchange / str(name))
        _make(folders)
        own = home.outside / str(name)
        partners[name] = FakePartner(folders, own, seed=seed, behaviour=behaviour)
    sms = PartnerFolders(exchange / "sms")
    _make(sms)
    faults = AggregatorFaults(level.rejected, level.unanswered, level.doubled)
    aggregator = FakeAggregator(sms.root, home.outside / "sms", seed, faults)
    with served(bank) as address:
        yield Outside(bank, partners, aggregator), _settings(address)


def _make(folders: PartnerFolders) -> None:
    from makegood.channels.exchange import FOLDERS

    for name in FOLDERS:
        (folders.root / name).mkdir(parents=True, exist_ok=True)


def _settings(address: str) -> dict[str, str]:
    return {
        "bank_address": address,
        "bank_debtor_name": "Rehearsal",
        "bank_debtor_bank": "004",
        "bank_debtor_account": "110000000001",
        "bank_institution": "REHEARSAL0",
        "bank_requests_a_second": "5000",
        "sms_sender": "1500",
        "log_level": "error",
    }


def settings_for(zone: str, outside_settings: Mapping[str, str]) -> dict[str, str]:
    """All settings of a rehearsal's installation."""
    return {**outside_settings, "time_zone": zone}


def counts_of(partner: FakePartner) -> tuple[int, int, int]:
    """Of a partner: answer files that came twice, items answered late, items not answered."""
    import duckdb

    folders = partner._folders  # noqa: SLF001 - a fake's own books are looked at
    twice = len({path.stem for path in folders.done.glob("*_2.json")})
    books = list(partner._books.glob("*.parquet"))  # noqa: SLF001
    if not books:
        return twice, 0, 0
    with duckdb.connect() as connection:
        ((late, silent),) = connection.execute(
            "SELECT count(*) FILTER (is_late), count(*) FILTER (is_silent) FROM read_parquet(?)",
            [[str(book) for book in books]],
        ).fetchall()
    return twice, int(late), int(silent)
