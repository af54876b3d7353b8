"""Shipments to a bank, made for tests."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
from pyarrow import parquet

from makegood.channels.contract import ITEM_SCHEMA, ChannelName, Shipment
from makegood.kernel import pay_once_key

MADE_AT = datetime(2026, 2, 2, 1, 30, tzinfo=UTC)


def key_of(number: int) -> str:
    return pay_once_key("kt-2025", "penalty_waiver", f"L{number:05d}", "", "once")


def shipment(
    folder: Path,
    amounts: list[int],
    *,
    attempt: int = 1,
    first: int = 1,
    message_id: str = "",
    currency: str = "KRW",
    minor_digits: int = 0,
) -> Shipment:
    """A shard of items to the accounts ``C00001`` and following."""
    numbers = range(first, first + len(amounts))
    message_id = message_id or f"0123456789ABCDEF-{first:05d}"
    items = folder / f"items-{message_id}-{attempt}.parquet"
    rows = {
        "item": list(numbers),
        "key": [key_of(number) for number in numbers],
        "attempt": [attempt] * len(amounts),
        "line_id": [f"L{number:05d}" for number in numbers],
        "customer_id": [customer(number) for number in numbers],
        "account_id": [customer(number) for number in numbers],
        "amount": amounts,
        "quantity": [0] * len(amounts),
        "detail": [""] * len(amounts),
    }
    parquet.write_table(pa.table(rows, schema=ITEM_SCHEMA), items)
    return Shipment(
        ChannelName.BANK,
        message_id,
        "0123456789abcdef" * 2,
        1,
        "kt-2025",
        "penalty_waiver",
        "once",
        "pay_out",
        items,
        len(amounts),
        sum(amounts),
        currency,
        minor_digits,
        date(2026, 2, 2),
        MADE_AT,
    )


def customer(number: int) -> str:
    return f"C{number:05d}"


def number_of(number: int) -> str:
    """The account number of a customer, of these tests."""
    return f"1100{number:08d}"


def again(sent: Shipment, **changes: object) -> Shipment:
    """The shipment, said otherwise."""
    return replace(sent, **changes)  # type: ignore[arg-type]
