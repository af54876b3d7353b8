"""Which item of a run a line has: a sorted, memory-mapped list of its lines, made once.

The items of a run stand in the order of lines and never change. So one file beside them, with
every line's name in a fixed width and in the items' order, finds a line's place. The first name of
every page of it stands once more at its end, and is kept in memory: to find a line touches one page
of the disk, however many lines there are. The file is made from the items alone and may be thrown
away; until it is there, the items themselves are read.
"""

from __future__ import annotations

import json
import mmap
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import TypeAlias
from uuid import UUID

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from makegood.configuration import Settings
from makegood.runs.faults import one_by_one, run_named
from makegood.runs.folders import folder_of, items_file
from makegood.runs.kinds import RunKind
from makegood.runs.rows import RunRow, runs
from makegood.runs.troubles import tell_once

_FORMAT = "makegood-lines/1"
_HEAD_BYTES = 512
_NUMBER = np.dtype("<i8")
_NUMBER_BYTES = 8
_PAGE_BYTES = 4096
_OPEN_MAX = 256
_CUSTOMERS_KEPT = 65_536

# What is applied for, chosen, or added to it is one customer's; all else is whoever's the line is.
_NAMES_CUSTOMERS = (RunKind.PAY_OUT, RunKind.COVER, RunKind.PASSES, RunKind.TOP_UP)

# Messages are told to people, not owed to a line: nobody looks up whether one left.
_WITH_LINES = """
WHERE kind NOT IN ('notice', 'reminder') AND state <> 'cancelled' AND items > 0
ORDER BY due_at, run_id
"""


_Found: TypeAlias = tuple[int, int, int, int, str]
"""Shard, item, amount, quantity, customer."""


@dataclass(frozen=True, slots=True)
class Place:
    """An item of a run by its place: ``item`` counts from 1 in the run, as in its files.

    ``customer_id`` is whom it names; the line itself where nobody was named for the line then, and
    empty where it is the line's, whoever has it.
    """

    run_id: UUID
    shard: int
    item: int
    amount: int
    quantity: int = 0
    customer_id: str = ""


def index_file(folder: Path) -> Path:
    """The list of a run's lines."""
    return folder / "lines.index"


def index_runs(settings: Settings, tell: Callable[[str], object] = tell_once) -> int:
    """Make the list of every run that has none yet; how many were made.

    Where it cannot be made of one run ``tell`` is told, and the others go on. Killed at any point
    nothing is half there; several processes at once write the same bytes.
    """
    return one_by_one(
        ((run_named(run.run_id), partial(_index, settings, run)) for run in runs(_WITH_LINES)), tell
    )


def _index(settings: Settings, run: RunRow) -> bool:
    """Make the list of a run that has none; whether it was made."""
    folder = folder_of(settings, run.run_id)
    # A run of another machine whose folder is not there is none to read, either.
    if not folder.is_dir() or index_file(folder).exists():
        return False
    write_index(folder, run)
    return True


def write_index(folder: Path, run: RunRow) -> None:
    """Write the list of a run's lines from its items, whole or not at all."""
    path = index_file(folder)
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    files = [items_file(folder, number) for number in range(1, run.shards + 1)]
    width, amount, quantity = _measured(files)
    firsts, written = list[bytes](), 0
    head = {
        "format": _FORMAT,
        "items_sha256": run.items_sha256,
        "items": run.items,
        "width": width,
        "shard_items": pq.read_metadata(files[0]).num_rows,
        "amount": amount,
        "quantity": quantity,
    }
    try:
        with partial.open("wb") as file:
            file.write(json.dumps(head).encode().ljust(_HEAD_BYTES))
            for table in _tables(files, ["line_id"]):
                names = _fixed(table.column(0), width)
                file.write(names.tobytes())
                firsts.append(names[-written % _block(width) :: _block(width)].tobytes())
                written += len(names)
            for name, same in (("amount", amount), ("quantity", quantity)):
                for table in _tables(files, [name]) if same is None else ():
                    file.write(table.column(0).to_numpy().astype(_NUMBER).tobytes())
            file.write(b"".join(firsts))
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def places_of(settings: Settings, run: RunRow, line_id: str) -> list[Place]:
    """The items that a run has for a line, in order; mostly one or none."""
    folder = folder_of(settings, run.run_id)
    index = _index_of(folder, run)
    found = _in_files(folder, run, line_id) if index is None else index.find(line_id)
    return [Place(run.run_id, *each) for each in found]


class LineIndex:
    """The list of one run's lines, open for reading."""

    def __init__(self, path: Path, run: RunRow) -> None:
        with path.open("rb") as file:
            head = json.loads(file.read(_HEAD_BYTES))
            self._width, self._count = int(head["width"]), int(head["items"])
            self._shard_items = int(head["shard_items"])
            self._folder = path.parent
            self._names_customers = run.kind in _NAMES_CUSTOMERS
            self._amount: int | None = head["amount"]
            # Lists that are older do not say it: then it is the same for all, and not known.
            self._quantity: int | None = head.get("quantity", 0)
            self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        known = (head["format"], head["items_sha256"], self._count)
        numbers = sum(same is None for same in (self._amount, self._quantity))
        firsts_at = _HEAD_BYTES + self._count * (self._width + _NUMBER_BYTES * numbers)
        self._firsts = self._map[firsts_at:]
        self._block = _block(self._width)
        blocks = -(-self._count // self._block)
        is_whole = len(self._firsts) == blocks * self._width
        if known != (_FORMAT, run.items_sha256, run.items) or not is_whole:
            raise ValueError("the list is of other items")

    def find(self, line_id: str) -> Iterator[_Found]:
        """Shard, item, amount, quantity and customer of each item of a line."""
        name = line_id.encode()
        if len(name) > self._width:
            return
        name = name.ljust(self._width, b"\0")
        at = self._first(name)
        while at < self._count and self._at(at) == name:
            amount, quantity = self._numbers_at(at)
            yield at // self._shard_items + 1, at + 1, amount, quantity, self._customer_at(at)
            at += 1

    def _first(self, name: bytes) -> int:
        """The place of the first line that is not before this one."""
        block = _place(self._firsts, self._width, name)
        low = max(0, block - 1) * self._block
        high = min(self._count, block * self._block)
        start = _HEAD_BYTES + low * self._width
        page = self._map[start : start + (high - low) * self._width]
        return low + _place(page, self._width, name)

    def _at(self, place: int) -> bytes:
        start = _HEAD_BYTES + place * self._width
        return self._map[start : start + self._width]

    def _numbers_at(self, place: int) -> tuple[int, int]:
        """Amount and quantity, which stand one after the other where they are not all the same."""
        found, start = [], _HEAD_BYTES + self._count * self._width
        for same in (self._amount, self._quantity):
            if same is not None:
                found.append(same)
                continue
            at = start + place * _NUMBER_BYTES
            number = self._map[at : at + _NUMBER_BYTES]
            found.append(int.from_bytes(number, "little", signed=True))
            start += self._count * _NUMBER_BYTES
        return found[0], found[1]

    def _customer_at(self, place: int) -> str:
        """Whom the item names, which stands in the items alone; empty where there are no names."""
        if not self._names_customers:
            return ""
        shard, row = divmod(place, self._shard_items)
        return _customer_in(items_file(self._folder, shard + 1), row)


@lru_cache(_CUSTOMERS_KEPT)
def _customer_in(path: Path, row: int) -> str:
    """Whom an item names; of its file no more is read than this column of its group."""
    with pq.ParquetFile(path) as file:
        group = 0
        while row >= file.metadata.row_group(group).num_rows:
            row -= file.metadata.row_group(group).num_rows
            group += 1
        names = file.read_row_group(group, columns=["customer_id"], use_threads=False)
    return names.column(0)[row].as_py() or ""


def _block(width: int) -> int:
    """How many names of a width stand in a page of the disk."""
    return max(1, _PAGE_BYTES // width)


def _place(names: bytes, width: int, name: bytes) -> int:
    """The place of the first of some names, in order, that is not before this one."""
    low, high = 0, len(names) // width
    while low < high:
        middle = (low + high) // 2
        if names[middle * width : (middle + 1) * width] < name:
            low = middle + 1
        else:
            high = middle
    return low


def _index_of(folder: Path, run: RunRow) -> LineIndex | None:
    """The list of a run, kept open; None where it is not there, or is of other items."""
    found = _open.get(run.run_id)
    if found is None:
        try:
            found = LineIndex(index_file(folder), run)
        except (OSError, ValueError, KeyError):
            return None
        if len(_open) >= _OPEN_MAX:
            _open.clear()
        _open[run.run_id] = found
    return found


_open: dict[UUID, LineIndex] = {}


def _in_files(folder: Path, run: RunRow, line_id: str) -> Iterator[_Found]:
    """The same from the items themselves: of each file only the groups that may hold the line."""
    for number in range(1, run.shards + 1):
        with pq.ParquetFile(items_file(folder, number)) as file:
            groups = [
                group
                for group in range(file.num_row_groups)
                if _may_hold(file.metadata.row_group(group), line_id)
            ]
            if not groups:
                continue
            columns = ["item", "line_id", "amount", "quantity", "customer_id"]
            table = file.read_row_groups(groups, columns=columns)
        for row in table.filter(pc.equal(table.column("line_id"), line_id)).to_pylist():
            customer = row["customer_id"] if run.kind in _NAMES_CUSTOMERS else None
            yield number, row["item"], row["amount"], row["quantity"], customer or ""


def _may_hold(group: pq.RowGroupMetaData, line_id: str) -> bool:
    for column in (group.column(number) for number in range(group.num_columns)):
        if column.path_in_schema == "line_id" and column.statistics is not None:
            return bool(column.statistics.min <= line_id <= column.statistics.max)
    return True


def _measured(files: list[Path]) -> tuple[int, int | None, int | None]:
    """The width of the longest name; amount and quantity, each where all items have the same."""
    width, amounts, quantities = 1, set[int](), set[int]()
    for table in _tables(files, ["line_id", "amount", "quantity"]):
        lengths = pc.max(pc.binary_length(table.column("line_id"))).as_py()
        width = max(width, lengths or 1)
        for name, found in (("amount", amounts), ("quantity", quantities)):
            ends = pc.min_max(table.column(name)).as_py()
            found |= {ends["min"], ends["max"]}
    same = (found.pop() if len(found) == 1 else None for found in (amounts, quantities))
    return width, next(same), next(same)


def _tables(files: list[Path], columns: list[str]) -> Iterator[pa.Table]:
    for file in files:
        yield pq.read_table(file, columns=columns, partitioning=None)


def _fixed(lines: pa.ChunkedArray, width: int) -> npt.NDArray[np.bytes_]:
    """The names, each filled up to the width. Raises ValueError where they are out of order."""
    names = pc.cast(lines, pa.large_binary()).combine_chunks()
    if pc.min(pc.binary_length(names)).as_py() == width:
        # The usual case: all are of one width, and stand beside each other already.
        start = int(np.frombuffer(names.buffers()[1], np.int64)[names.offset])
        made = np.frombuffer(names.buffers()[2], f"S{width}", len(names), start)
    else:
        made = np.asarray(names.to_numpy(zero_copy_only=False), dtype=f"S{width}")
    if np.any(made[1:] < made[:-1]):
        raise ValueError("the items are not in the order of lines")
    return made
