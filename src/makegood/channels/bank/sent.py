"""What every message held: keys, attempts and amounts, kept beside the files.

It is written when the files of a message are complete and before any gets its name. So it says,
whatever was killed when, whether a message has left the house: no record, or files that all have no
name yet, and nothing has. It also says what a message was when the bank speaks of it as a whole,
and which message a payment was in when the bank names the payment alone. It is never removed.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
from pyarrow import compute, parquet

from makegood.channels.bank.exchange_folder import replace_bytes
from makegood.channels.bank.identifiers import Named
from makegood.channels.contract import Shipment
from makegood.trust.clock import now

_COLUMNS = ["key", "attempt", "amount"]
_LEFT_OUT = "left_out"
_MESSAGE_ID = re.compile(r"[A-Za-z0-9-]{1,35}")


class Found(NamedTuple):
    """A payment that was sent; ``amount`` in minor units of ``minor_digits`` digits."""

    message_id: str
    payment: Named
    amount: int
    minor_digits: int


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that was made: its payments and control totals.

    ``left_out`` are items that no account was found for; they are in no file. ``files`` are the
    endings of the message's files, in the order in which they get their names.
    """

    message_id: str
    payments: pa.Table
    left_out: pa.Table
    items: pa.Table
    sha256: str
    currency: str
    minor_digits: int
    files: tuple[str, ...]

    @property
    def count(self) -> int:
        """How many payments."""
        return int(self.payments.num_rows)

    def holds(self, shipment: Shipment) -> bool:
        """Whether these are the shipment's items."""
        items = parquet.read_table(shipment.items, columns=_COLUMNS)
        return bool(self.items.equals(items))

    @property
    def total(self) -> int:
        """Their sum in minor units."""
        return int(compute.sum(self.payments["amount"]).as_py() or 0)


def keep_sent(
    folder: Path,
    shipment: Shipment,
    sha256: str,
    *,
    files: Sequence[str] = ("xml",),
    left_out: Collection[int] = (),
) -> None:
    """Write down what a message holds; the same again is harmless.

    ``left_out`` are numbers of items that are in no file.
    """
    items = parquet.read_table(shipment.items, columns=["item", *_COLUMNS])
    numbers = pa.array(sorted(left_out), pa.int64())
    is_left_out = compute.is_in(items["item"], numbers)
    table = items.select(_COLUMNS).append_column(_LEFT_OUT, is_left_out)
    table = table.replace_schema_metadata(
        {
            "sha256": sha256,
            "currency": shipment.currency,
            "minor_digits": str(shipment.minor_digits),
            "files": " ".join(files),
            "made_at": now().isoformat(),
        }
    )
    sink = pa.BufferOutputStream()
    parquet.write_table(table, sink, compression="zstd")
    replace_bytes(_file(folder, shipment.message_id), sink.getvalue().to_pybytes())


def sent_message(folder: Path, message_id: str) -> Sent | None:
    """What a message held, or None where none of that name was made."""
    if not _MESSAGE_ID.fullmatch(message_id):
        return None
    try:
        table = parquet.read_table(_file(folder, message_id))
    except FileNotFoundError:
        return None
    about = {key.decode(): value.decode() for key, value in table.schema.metadata.items()}
    items = table.select(_COLUMNS).replace_schema_metadata()
    return Sent(
        message_id,
        items.filter(compute.invert(table[_LEFT_OUT])),
        items.filter(table[_LEFT_OUT]),
        items,
        about["sha256"],
        about["currency"],
        int(about["minor_digits"]),
        tuple(about["files"].split()),
    )


def fetched_and_made(folder: Path, message_id: str) -> tuple[str, datetime] | None:
    """The ending of the file that the bank fetches, and when it was made by the program's clock.

    None where there is no such message, or no such file of it.
    """
    try:
        about = parquet.read_schema(_file(folder, message_id)).metadata
    except FileNotFoundError:
        return None
    files, made_at = about[b"files"].decode().split(), about.get(b"made_at", b"").decode()
    return (files[-1], datetime.fromisoformat(made_at)) if files and made_at else None


def sent_payments(folder: Path, wanted: Collection[Named]) -> list[Found]:
    """Where these payments were sent; attempt 0 means every attempt of the key.

    Every record is looked through, the newest first, until all that have an attempt are found.
    """
    exact = {each for each in wanted if each.attempt}
    keys = pa.array(sorted({each.key for each in wanted}), pa.string())
    any_attempt = {each.key for each in wanted if not each.attempt}
    found: list[Found] = []
    for path in _newest_first(folder):
        if not exact and not any_attempt:
            break
        with parquet.ParquetFile(path) as file:
            table = file.read()
        digits = int(table.schema.metadata[b"minor_digits"])
        here = compute.and_(compute.is_in(table["key"], keys), compute.invert(table[_LEFT_OUT]))
        for row in table.filter(here).to_pylist():
            payment = Named(row["key"], row["attempt"])
            if payment in exact or payment.key in any_attempt:
                found.append(Found(path.stem, payment, row["amount"], digits))
                exact.discard(payment)
    return found


def _newest_first(folder: Path) -> list[Path]:
    paths = folder.glob("[!.]*.parquet")
    return sorted(paths, key=lambda path: path.stat().st_mtime_ns, reverse=True)


def mark_heard_of(folder: Path, message_id: str) -> None:
    """Write down that the bank spoke of a message; again is harmless."""
    if _MESSAGE_ID.fullmatch(message_id):
        (folder / f"{message_id}.heard").touch(0o600)


def is_heard_of(folder: Path, message_id: str) -> bool:
    """Whether the bank ever spoke of a message."""
    return (folder / f"{message_id}.heard").exists()


def _file(folder: Path, message_id: str) -> Path:
    return folder / f"{message_id}.parquet"
