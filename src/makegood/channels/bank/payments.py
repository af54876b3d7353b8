"""The payments of a shipment: its items, each with the account that the vault opens for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pyarrow import parquet

from makegood.channels.bank.problems import no_account, wrong_totals
from makegood.channels.contract import Shipment
from makegood.trust.vault import Account

BATCH_ROWS = 4_000
"""Accounts that are in the clear at one time."""
_NAMED_MAX = 5


@dataclass(frozen=True, slots=True, repr=False)
class Payments:
    """Some payments as columns of equal length. ``amounts`` are minor units."""

    keys: Sequence[str]
    attempts: Sequence[int]
    amounts: Sequence[int]
    accounts: Sequence[Account]

    def __repr__(self) -> str:
        return f"Payments({len(self.keys)})"


@dataclass(frozen=True, slots=True, repr=False)
class Debtor:
    """Who pays, and the account that it is taken from."""

    name: str
    bank_code: str
    account_number: str

    def __repr__(self) -> str:
        return f"Debtor({self.name!r}, …)"


def payments_of(shipment: Shipment) -> Iterator[Payments]:
    """The shipment's payments in batches, in the order of its items.

    Raises NotSent MG811 where an item has no account, MG812 where the items are not those whose
    count and sum the shipment says.
    """
    count = total = 0
    missing: list[int] = []
    missed = 0
    with parquet.ParquetFile(shipment.items) as file:
        columns = ["item", "key", "attempt", "amount", "account_id"]
        for batch in file.iter_batches(BATCH_ROWS, columns=columns):
            rows = batch.to_pydict()
            accounts = opened_accounts([each for each in rows["account_id"] if each])
            found = [accounts.get(each) for each in rows["account_id"]]
            if None in found:
                without = [i for i, each in zip(rows["item"], found, strict=True) if each is None]
                missed += len(without)
                missing = (missing + without)[:_NAMED_MAX]
            count += len(found)
            total += sum(rows["amount"])
            if not missed:
                present = [each for each in found if each is not None]
                yield Payments(rows["key"], rows["attempt"], rows["amount"], present)
    if missed:
        raise no_account(shipment.message_id, missing, missed)
    if count != shipment.count:
        raise wrong_totals(shipment.message_id, "count", count, shipment.count)
    if total != shipment.total:
        raise wrong_totals(shipment.message_id, "sum", total, shipment.total)


def opened_accounts(ids: Sequence[str]) -> dict[str, Account]:
    """The accounts of these records of the vault; a record that is not there is not in it."""
    from makegood.trust.vault import open_accounts

    return open_accounts(ids)
