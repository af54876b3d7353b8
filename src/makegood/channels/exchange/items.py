"""Item files: what a partner is to do, as CSV, with a control file that is placed last.

``<message>.csv`` is UTF-8 with a header line, one row per item. ``<message>.json`` says how many
rows it has, the sums of amount and quantity, its length and its SHA-256. A partner takes a message
when its control file is there, never before. docs/channels.md is the full description.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from hashlib import file_digest
from pathlib import Path
from typing import Any, Self

import duckdb

from makegood.channels.contract import Shipment
from makegood.channels.exchange.partners import Partner
from makegood.channels.exchange.problems import contradictory

ITEMS_FORMAT = "makegood-items/1"

_COLUMNS = ("item", "key", "attempt", "line_id", "customer_id", "amount", "quantity", "detail")
_WRITE = """
COPY (SELECT {columns} FROM read_parquet({items}))
TO {target} (FORMAT csv, HEADER true, DELIMITER ',', QUOTE '"', ESCAPE '"', NULLSTR '')
"""
_TOTALS = """
SELECT count(*), coalesce(sum(amount), 0)::BIGINT, coalesce(sum(quantity), 0)::BIGINT
FROM read_parquet({items})
"""


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

    Straight from Parquet to CSV in the order of the items. Raises MakegoodError MG802 where the
    items are not as many, or not of the sum, that the run says; OSError.
    """
    hidden = () if partner.customers else ("customer_id",)
    columns = ", ".join(f"NULL AS {name}" if name in hidden else name for name in _COLUMNS)
    items = _quoted(shipment.items)
    with duckdb.connect() as connection:
        try:
            totals = connection.execute(_TOTALS.format(items=items)).fetchone()
            connection.execute(_WRITE.format(columns=columns, items=items, target=_quoted(target)))
        except duckdb.IOException as error:
            raise OSError(0, "the file cannot be read or written") from error
    rows, amount, quantity = totals or (0, 0, 0)
    if (rows, amount) != (shipment.count, shipment.total):
        why = (
            f"{rows:,} items with the sum {amount:,}; the run says {shipment.count:,} with"
            f" {shipment.total:,}"
        )
        raise contradictory(shipment.message_id, why)
    return control_of(shipment, target, rows=rows, amount=amount, quantity=quantity)


def control_of(
    shipment: Shipment, written: Path, *, rows: int, amount: int, quantity: int
) -> Control:
    """The control of a file that was written for a shipment."""
    with written.open("rb") as file:
        sha256 = file_digest(file, "sha256").hexdigest()
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
        sha256,
    )


def _quoted(path: Path) -> str:
    """A path as a literal of DuckDB. COPY takes no parameter there."""
    return "'" + str(path).replace("'", "''") + "'"
