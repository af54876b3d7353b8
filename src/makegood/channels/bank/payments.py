"""The payments of a shipment: its items, each with the account that the vault opens for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import compress
from typing import Any

from pyarrow import parquet

from makegood.channels.bank.problems import wrong_totals
from makegood.channels.contract import Shipment
from makegood.trust.vault import Account

BATCH_ROWS = 4_000
"""Accounts that are in the clear at one time."""


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


class Missing(Exception):
    """Items of a shipment that the vault has no account for: their numbers, and their sum."""

    def __init__(self, items: frozenset[int], total: int) -> None:
        super().__init__(f"{len(items):,} items")
        self.items = items
        self.total = total


def payments_of(shipment: Shipment, left_out: AbstractSet[int] = frozenset()) -> Iterator[Payments]:
    """The shipment's payments in batches, in the order of its items, without those left out.

    Raises Missing at the end, with all that cannot be paid, where an item that is not left out has
    no account; NotSent MG812 where the items are not those whose count and sum the shipment says.
    """
    count = total = unpaid = 0
    missing = set(left_out)
    with parquet.ParquetFile(shipment.items) as file:
        columns = ["item", "key", "attempt", "amount", "account_id"]
        for batch in file.iter_batches(BATCH_ROWS, columns=columns):
            rows = batch.to_pydict()
            count += batch.num_rows
            total += sum(rows["amount"])
            accounts = opened_accounts([each for each in rows["account_id"] if each])
            found = [
                None if item in left_out else accounts.get(each)
                for item, each in zip(rows["item"], rows["account_id"], strict=True)
            ]
            if None in found:
                without = [number for number, each in enumerate(found) if each is None]
                missing.update(rows["item"][number] for number in without)
                unpaid += sum(rows["amount"][number] for number in without)
                rows = _rows_with(rows, [each is not None for each in found])
            present = [each for each in found if each is not None]
            if present and len(missing) == len(left_out):
                yield Payments(rows["key"], rows["attempt"], rows["amount"], present)
    if count != shipment.count:
        raise wrong_totals(shipment.message_id, "count", count, shipment.count)
    if total != shipment.total:
        raise wrong_totals(shipment.message_id, "sum", total, shipment.total)
    if len(missing) > len(left_out):
        raise Missing(frozenset(missing), unpaid)


def _rows_with(rows: dict[str, list[Any]], is_kept: list[bool]) -> dict[str, list[Any]]:
    return {name: list(compress(column, is_kept)) for name, column in rows.items()}


def opened_accounts(ids: Sequence[str]) -> dict[str, Account]:
    """The accounts of these records of the vault; a record that is not there is not in it."""
    from makegood.trust.vault import open_accounts

    return open_accounts(ids)
