"""What every message held: keys, attempts and amounts, kept beside the files.

It is written when the payment file is complete and before it gets its name. So it says, whatever
was killed when, whether a message has left the house: no record, or a payment file that still has
no name, and nothing has. It also says what a message was when the bank speaks of it as a whole.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
from pyarrow import compute, parquet

from makegood.channels.bank.exchange_folder import place_bytes
from makegood.channels.contract import Shipment

_COLUMNS = ["key", "attempt", "amount"]
_MESSAGE_ID = re.compile(r"[A-Za-z0-9-]{1,35}")


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that was made: its payments and control totals."""

    message_id: str
    payments: pa.Table
    sha256: str
    currency: str
    minor_digits: int

    @property
    def count(self) -> int:
        """How many payments."""
        return int(self.payments.num_rows)

    def holds(self, shipment: Shipment) -> bool:
        """Whether these are the shipment's items."""
        items = parquet.read_table(shipment.items, columns=_COLUMNS)
        return bool(self.payments.equals(items))

    @property
    def total(self) -> int:
        """Their sum in minor units."""
        return int(compute.sum(self.payments["amount"]).as_py() or 0)


def keep_sent(folder: Path, shipment: Shipment, sha256: str) -> None:
    """Write down what a message holds; the same again is harmless."""
    table = parquet.read_table(shipment.items, columns=_COLUMNS).replace_schema_metadata(
        {
            "sha256": sha256,
            "currency": shipment.currency,
            "minor_digits": str(shipment.minor_digits),
        }
    )
    sink = pa.BufferOutputStream()
    parquet.write_table(table, sink, compression="zstd")
    place_bytes(_file(folder, shipment.message_id), sink.getvalue().to_pybytes())


def sent_message(folder: Path, message_id: str) -> Sent | None:
    """What a message held, or None where none of that name was made."""
    if not _MESSAGE_ID.fullmatch(message_id):
        return None
    try:
        table = parquet.read_table(_file(folder, message_id))
    except FileNotFoundError:
        return None
    about = {key.decode(): value.decode() for key, value in table.schema.metadata.items()}
    return Sent(
        message_id,
        table.select(_COLUMNS),
        about["sha256"],
        about["currency"],
        int(about["minor_digits"]),
    )


def mark_heard_of(folder: Path, message_id: str) -> None:
    """Write down that the bank spoke of a message; again is harmless."""
    if _MESSAGE_ID.fullmatch(message_id):
        (folder / f"{message_id}.heard").touch(0o600)


def is_heard_of(folder: Path, message_id: str) -> bool:
    """Whether the bank ever spoke of a message."""
    return (folder / f"{message_id}.heard").exists()


def _file(folder: Path, message_id: str) -> Path:
    return folder / f"{message_id}.parquet"
