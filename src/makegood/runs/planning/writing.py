"""Items go into shards, what is left out into one file, while the next part is being made."""

from __future__ import annotations

import os
from collections import Counter, deque
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from makegood.channels import ITEM_SCHEMA
from makegood.population import content_sha256_of
from makegood.runs.folders import ITEMS, LEFT_OUT, items_file, packing, sha256_of_file

LEFT_OUT_SCHEMA = pa.schema(
    [
        pa.field("line_id", pa.string(), nullable=False),
        pa.field("reason", pa.string(), nullable=False),
    ]
)
"""The columns of what is left out, in the order of lines."""

_ROW_GROUP_ROWS = 122_880
_WAITING_WRITES = 2
# Keys are random: a dictionary of them is only work. What hardly changes packs to nothing.
_DICTIONARIES = ["attempt", "amount", "quantity", "detail"]


@dataclass(frozen=True, slots=True)
class WrittenShard:
    """A shard's file: items, what they come to, the hash of its bytes, and of what it says.

    ``total`` is the sum of their amounts in minor units, ``quantity`` that of their quantities.
    """

    number: int
    first_item: int
    items: int
    total: int
    sha256: str
    content_sha256: str
    quantity: int = 0


@dataclass(slots=True)
class Written:
    """What was written: shards in order, lines that have items, left out by reason."""

    shards: list[WrittenShard] = field(default_factory=list)
    lines: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    left_out_sha256: str = ""

    @property
    def items(self) -> int:
        """All items."""
        return sum(shard.items for shard in self.shards)

    @property
    def total(self) -> int:
        """The sum of their amounts."""
        return sum(shard.total for shard in self.shards)

    @property
    def quantity(self) -> int:
        """The sum of their quantities."""
        return sum(shard.quantity for shard in self.shards)

    @property
    def left_out(self) -> int:
        """All lines that are left out."""
        return sum(self.reasons.values())


class ItemWriter:
    """Context manager that takes chosen rows in the order of lines and writes a run's files.

    ``customers_of`` gives the customers of lines where the channel needs them; ``constants`` are
    the columns that rows do not have, because all items have the same there.
    """

    def __init__(
        self,
        folder: Path,
        shard_items: int,
        customers_of: Callable[[pa.Array], pa.Table] | None = None,
        constants: Mapping[str, Any] = MappingProxyType({}),
    ) -> None:
        self._folder, self._size, self._customers_of = folder, shard_items, customers_of
        self._constants = constants
        self.written = Written()
        self._held: list[pa.Table] = []
        self._held_rows = 0
        self._items = 0
        self._shards = 0
        self._pool = ThreadPoolExecutor(_WAITING_WRITES)
        self._writes: deque[Future[WrittenShard]] = deque()
        (folder / ITEMS).mkdir()
        self._left_out = pq.ParquetWriter(
            folder / LEFT_OUT,
            LEFT_OUT_SCHEMA,
            compression="zstd",
            compression_level=1,
            use_dictionary=["reason"],
        )

    def __enter__(self) -> ItemWriter:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._left_out.close()

    def add(self, rows: pa.Table) -> None:
        """Take the rows of a part: items, and with a reason what is left out."""
        item = pc.is_null(rows.column("reason"))
        left = rows.select(LEFT_OUT_SCHEMA.names).filter(pc.invert(item))
        if left.num_rows:
            self._left_out.write_table(left.cast(LEFT_OUT_SCHEMA), _ROW_GROUP_ROWS)
            for pair in left.column("reason").value_counts().to_pylist():
                self.written.reasons[pair["values"]] += pair["counts"]
        items = rows.drop_columns("reason")
        items = items.filter(item) if left.num_rows else items
        if items.num_rows:
            self.written.lines += _different(items.column("line_id"))
            self.add_items(items)

    def add_items(self, items: pa.Table) -> None:
        """Take rows that are items all of them."""
        for name, value in self._constants.items():
            same = pa.repeat(pa.scalar(value, ITEM_SCHEMA.field(name).type), items.num_rows)
            items = items.append_column(name, same)
        if self._customers_of is not None:
            found = self._customers_of(items.column("line_id")).column("customer_id")
            place = items.column_names.index("customer_id")
            items = items.set_column(place, "customer_id", found)
        first = self._items + 1
        numbers = pa.array(np.arange(first, first + items.num_rows, dtype=np.int64))
        self._items += items.num_rows
        columns = [numbers, *(items.column(name) for name in ITEM_SCHEMA.names[1:])]
        self._held.append(pa.table(columns, names=ITEM_SCHEMA.names).cast(ITEM_SCHEMA))
        self._held_rows += items.num_rows
        while self._held_rows >= self._size:
            held = pa.concat_tables(self._held)
            self._write(held.slice(0, self._size))
            rest = held.slice(self._size)
            self._held, self._held_rows = [rest], rest.num_rows

    def close(self) -> Written:
        """Write what is left, wait until all is on the disk, and say what was written."""
        if self._held_rows:
            self._write(pa.concat_tables(self._held))
            self._held, self._held_rows = [], 0
        while self._writes:
            self._settle()
        self._left_out.close()
        sync(self._folder / ITEMS)
        self.written.left_out_sha256 = sha256_of_file(self._folder / LEFT_OUT)
        return self.written

    def _write(self, table: pa.Table) -> None:
        # Bounded: what waits to be written is in memory.
        while len(self._writes) >= _WAITING_WRITES:
            self._settle()
        self._shards += 1
        path = items_file(self._folder, self._shards)
        self._writes.append(self._pool.submit(_write_shard, path, self._shards, table))

    def _settle(self) -> None:
        self.written.shards.append(self._writes.popleft().result())


def _different(lines: pa.ChunkedArray) -> int:
    """How many different lines there are among some that stand in order."""
    changes = pc.not_equal(lines.slice(1), lines.slice(0, len(lines) - 1))
    return 1 + int(pc.sum(changes).as_py() or 0)


def _write_shard(path: Path, number: int, table: pa.Table) -> WrittenShard:
    pq.write_table(
        table,
        path,
        _ROW_GROUP_ROWS,
        compression=packing(table),
        use_dictionary=_DICTIONARIES,
        # Items are looked for by lines; of what is random, least and greatest say nothing.
        write_statistics=["line_id", "item", "amount"],
    )
    sync(path)
    return WrittenShard(
        number,
        table.column("item")[0].as_py(),
        table.num_rows,
        pc.sum(table.column("amount")).as_py(),
        sha256_of_file(path),
        content_sha256_of(table),
        pc.sum(table.column("quantity")).as_py(),
    )


def sync(path: Path) -> None:
    """Put a file, or the names in a folder, on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
