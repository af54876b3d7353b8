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
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from makegood.configuration import Settings
from makegood.runs.folders import folder_of, items_file
from makegood.runs.rows import RunRow, runs

_FORMAT = "makegood-lines/1"
_HEAD_BYTES = 512
_AMOUNT = np.dtype("<i8")
_PAGE_BYTES = 4096
_OPEN_MAX = 256

# Messages are told to people, not owed to a line: nobody looks up whether one left.
_WITH_LINES = """
WHERE kind NOT IN ('notice', 'reminder') AND state <> 'cancelled' AND items > 0
ORDER BY due_at, run_id
"""


@dataclass(frozen=True, slots=True)
class Place:
    """An item of a run by its place: ``item`` counts from 1 in the run, as in its files."""

    run_id: UUID
    shard: int
    item: int
    amount: int


def index_file(folder: Path) -> Path:
    """The list of a run's lines."""
    return folder / "lines.index"


def index_runs(settings: Settings) -> int:
    """Make the list of every run that has none yet; how many were made.

    Killed at any point nothing is half there; several processes at once write the same bytes.
    """
    made = 0
    for run in runs(_WITH_LINES):
        folder = folder_of(settings, run.run_id)
        # A run of another machine whose folder is not there is none to read, either.
        if folder.is_dir() and not index_file(folder).exists():
            write_index(folder, run)
            made += 1
    return made


def write_index(folder: Path, run: RunRow) -> None:
    """Write the list of a run's lines from its items, whole or not at all."""
    path = index_file(folder)
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    files = [items_file(folder, number) for number in range(1, run.shards + 1)]
    width, same = _measured(files)
    firsts, written = list[bytes](), 0
    head = {
        "format": _FORMAT,
        "items_sha256": run.items_sha256,
        "items": run.items,
        "width": width,
        "shard_items": pq.read_metadata(files[0]).num_rows,
        "amount": same,
    }
    try:
        with partial.open("wb") as file:
            file.write(json.dumps(head).encode().ljust(_HEAD_BYTES))
            for table in _tables(files, ["line_id"]):
                names = _fixed(table.column(0), width)
                file.write(names.tobytes())
                firsts.append(names[-written % _block(width) :: _block(width)].tobytes())
                written += len(names)
            if same is None:
                for table in _tables(files, ["amount"]):
                    file.write(table.column(0).to_numpy().astype(_AMOUNT).tobytes())
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
    return [Place(run.run_id, shard, item, amount) for shard, item, amount in found]


class LineIndex:
    """The list of one run's lines, open for reading."""

    def __init__(self, path: Path, run: RunRow) -> None:
        with path.open("rb") as file:
            head = json.loads(file.read(_HEAD_BYTES))
            self._width, self._count = int(head["width"]), int(head["items"])
            self._shard_items = int(head["shard_items"])
            self._amount: int | None = head["amount"]
            self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        known = (head["format"], head["items_sha256"], self._count)
        firsts_at = _HEAD_BYTES + self._count * (self._width + (8 if self._amount is None else 0))
        self._firsts = self._map[firsts_at:]
        self._block = _block(self._width)
        blocks = -(-self._count // self._block)
        is_whole = len(self._firsts) == blocks * self._width
        if known != (_FORMAT, run.items_sha256, run.items) or not is_whole:
            raise ValueError("the list is of other items")

    def find(self, line_id: str) -> Iterator[tuple[int, int, int]]:
        """Shard, item and amount of each item of a line."""
        name = line_id.encode()
        if len(name) > self._width:
            return
        name = name.ljust(self._width, b"\0")
        at = self._first(name)
        while at < self._count and self._at(at) == name:
            yield at // self._shard_items + 1, at + 1, self._amount_at(at)
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

    def _amount_at(self, place: int) -> int:
        if self._amount is not None:
            return self._amount
        start = _HEAD_BYTES + self._count * self._width + place * 8
        return int.from_bytes(self._map[start : start + 8], "little", signed=True)


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


def _in_files(folder: Path, run: RunRow, line_id: str) -> Iterator[tuple[int, int, int]]:
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
            table = file.read_row_groups(groups, columns=["item", "line_id", "amount"])
        for row in table.filter(pc.equal(table.column("line_id"), line_id)).to_pylist():
            yield number, row["item"], row["amount"]


def _may_hold(group: pq.RowGroupMetaData, line_id: str) -> bool:
    for column in (group.column(number) for number in range(group.num_columns)):
        if column.path_in_schema == "line_id" and column.statistics is not None:
            return bool(column.statistics.min <= line_id <= column.statistics.max)
    return True


def _measured(files: list[Path]) -> tuple[int, int | None]:
    """The width of the longest name, and the amount where all items have the same."""
    width, amounts = 1, set[int]()
    for table in _tables(files, ["line_id", "amount"]):
        lengths = pc.max(pc.binary_length(table.column("line_id"))).as_py()
        width = max(width, lengths or 1)
        ends = pc.min_max(table.column("amount")).as_py()
        amounts |= {ends["min"], ends["max"]}
    return width, amounts.pop() if len(amounts) == 1 else None


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
