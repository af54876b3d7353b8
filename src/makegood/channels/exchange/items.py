"""Item files: what a partner is to do, as CSV, with a control file that is placed last.

``<message>.csv`` is UTF-8 with a header line, one row per item. ``<message>.json`` says how many
rows it has, the sums of amount and quantity, its length and its SHA-256. A partner takes a message
when its control file is there, never before. docs/channels.md is the full description.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Any, Self

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pv
import pyarrow.parquet as pq

from makegood.channels.contract import Shipment
from makegood.channels.exchange.partners import Partner
from makegood.channels.exchange.problems import contradictory

ITEMS_FORMAT = "makegood-items/1"

_COLUMNS = ("item", "key", "attempt", "line_id", "customer_id", "amount", "quantity", "detail")
_ROWS_AT_ONCE, _WRITERS = 65_536, 2
_PLAIN = pv.WriteOptions(include_header=False, quoting_style="none", batch_size=_ROWS_AT_ONCE)
_QUOTED = frozenset(',"\r\n')


@dataclass(frozen=True, slots=True)
class Control:
    """What a control file says of an item file. Amounts are minor units of ``currency``."""

    format: str
    message_id: str
    run_id: str
    shard: int
    programme: str
    measure: str
    period: str
    kind: str
    due_on: str
    made_at: str
    currency: str
    minor_digits: int
    texts: Mapping[str, str]
    rows: int
    amount: int
    quantity: int
    bytes: int
    sha256: str

    def as_text(self) -> str:
        """The control file's content: a JSON object."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1) + "\n"

    @classmethod
    def read(cls, path: Path) -> Self:
        """A control file. Raises OSError, or ValueError where it is none."""
        said: Any = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(said, dict) or set(said) != set(cls.__dataclass_fields__):
            raise ValueError("no control file of items")
        return cls(**said)


def write_items(shipment: Shipment, partner: Partner, target: Path) -> Control:
    """Write the item file to ``target``; its control.

    Straight from Parquet to CSV in the order of the items, hashed on the way. Raises MakegoodError
    MG802 where the items are not as many, or not of the sum, that the run says; OSError.
    """
    try:
        items = pq.read_table(shipment.items, columns=list(_COLUMNS), partitioning=None)
    except pa.ArrowInvalid as error:
        raise OSError(0, "the file cannot be read") from error
    rows = items.num_rows
    amount, quantity = (pc.sum(items[name]).as_py() or 0 for name in ("amount", "quantity"))
    if (rows, amount) != (shipment.count, shipment.total):
        why = (
            f"{rows:,} items with the sum {amount:,}; the run says {shipment.count:,} with"
            f" {shipment.total:,}"
        )
        raise contradictory(shipment.message_id, why)
    if not partner.customers:
        place = items.column_names.index("customer_id")
        items = items.set_column(place, "customer_id", pa.nulls(rows, pa.string()))
    content = _write_rows(items, target)
    return control_of(
        shipment, target, rows=rows, amount=amount, quantity=quantity, content_sha256=content
    )


def control_of(
    shipment: Shipment,
    written: Path,
    *,
    rows: int,
    amount: int,
    quantity: int,
    content_sha256: str = "",
) -> Control:
    """The control of a file that was written for a shipment; hashed where it was not before."""
    if not content_sha256:
        with written.open("rb") as file:
            content_sha256 = file_digest(file, "sha256").hexdigest()
    return Control(
        ITEMS_FORMAT,
        shipment.message_id,
        shipment.run_id,
        shipment.shard,
        shipment.programme,
        shipment.measure,
        shipment.period,
        shipment.kind,
        shipment.due_on.isoformat(),
        shipment.made_at.isoformat(),
        shipment.currency,
        shipment.minor_digits,
        dict(shipment.texts),
        rows,
        amount,
        quantity,
        written.stat().st_size,
        content_sha256,
    )


def _write_rows(items: pa.Table, target: Path) -> str:
    """Write rows as CSV; the SHA-256 of what was written."""
    digest = sha256()
    pieces = [items.slice(n, _ROWS_AT_ONCE) for n in range(0, items.num_rows, _ROWS_AT_ONCE)]
    with target.open("wb") as file, ThreadPoolExecutor(_WRITERS) as pool:
        for text in ((",".join(items.column_names) + "\n").encode(), *pool.map(_csv, pieces)):
            digest.update(text)
            file.write(text)
    return digest.hexdigest()


def _csv(rows: pa.Table) -> pa.Buffer | bytes:
    sink = pa.BufferOutputStream()
    try:
        pv.write_csv(rows, sink, _PLAIN)
    except pa.ArrowInvalid:
        # A text of these rows needs quotes; Arrow would then put them around all texts.
        lines = zip(*(column.to_pylist() for column in rows.columns), strict=True)
        return "".join(",".join(map(_field, line)) + "\n" for line in lines).encode()
    return sink.getvalue()


def _field(value: object) -> str:
    text = "" if value is None else str(value)
    return '"' + text.replace('"', '""') + '"' if _QUOTED & set(text) else text
