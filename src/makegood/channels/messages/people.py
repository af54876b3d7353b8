"""Where the recipients of a shipment are reached: opened from the vault when it leaves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow.parquet as pq

from makegood.channels.contract import Shipment
from makegood.channels.messages.problems import contradictory
from makegood.trust.vault import Person, open_persons

OPENED_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True, repr=False)
class Recipient:
    """An item, and who it is for; ``person`` is None where the vault has nobody."""

    key: str
    attempt: int
    amount: int
    detail: str
    person: Person | None


def recipients(shipment: Shipment) -> Iterator[list[Recipient]]:
    """The items of a shipment in their order, some thousand at a time.

    Raises MakegoodError MG823 where there are not as many as the run says.
    """
    columns = ["key", "attempt", "customer_id", "amount", "detail"]
    with pq.ParquetFile(shipment.items) as file:
        if file.metadata.num_rows != shipment.count:
            why = f"{file.metadata.num_rows:,} items, the run says {shipment.count:,}"
            raise contradictory(shipment.message_id, why)
        for batch in file.iter_batches(batch_size=OPENED_AT_ONCE, columns=columns):
            rows = batch.to_pylist()
            people = open_persons([row["customer_id"] for row in rows if row["customer_id"]])
            yield [
                Recipient(
                    row["key"],
                    row["attempt"],
                    row["amount"],
                    row["detail"],
                    people.get(row["customer_id"]),
                )
                for row in rows
            ]


def items_of(shipment: Shipment) -> Iterator[tuple[str, int]]:
    """Key and attempt of every item; nobody's data is opened."""
    items = pq.read_table(shipment.items, columns=["key", "attempt"])
    yield from zip(items["key"].to_pylist(), items["attempt"].to_pylist(), strict=True)
