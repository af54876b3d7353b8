"""One part of a snapshot: checked, observed, hashed and written.

A part that does not keep what the facts declare is refused here, whoever made it: a snapshot on
disk needs no second look at order, emptiness or bounds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from makegood.kernel import Finding, MakegoodError
from makegood.population.content import content_sha256_of
from makegood.population.layout import LINE_ID, ROW_GROUP_ROWS, part_name, schema_of
from makegood.population.snapshot import Column, Part
from makegood.population.staging import sync
from makegood.rules import Fact, Kind, Missing

_READ_BYTES = 1 << 22


def write_part(
    folder: Path, number: int, table: pa.Table, facts: Mapping[str, Fact]
) -> tuple[Part, tuple[Column, ...]]:
    """Write a table as a part, on disk when this returns; say what it holds.

    The table has the columns of ``schema_of(facts)``, at least one row, and strictly rising line
    ids; otherwise MakegoodError (MG510), and nothing is written.
    """
    table = table.cast(schema_of(facts)).combine_chunks()
    columns = tuple(observe(fact, table.column(name)) for name, fact in facts.items())
    _check(table, columns)
    path = folder / part_name(number)
    plain = [name for name in table.column_names if name != LINE_ID]
    pq.write_table(
        table,
        path,
        row_group_size=ROW_GROUP_ROWS,
        compression="zstd",
        compression_level=1,
        use_dictionary=plain,
    )
    sync(path)
    ids = table.column(LINE_ID)
    part = Part(
        file=path.name,
        rows=table.num_rows,
        first_line=ids[0].as_py() if len(ids) else "",
        last_line=ids[-1].as_py() if len(ids) else "",
        bytes=path.stat().st_size,
        sha256=file_sha256(path),
        content_sha256=content_sha256_of(table),
    )
    return part, columns


def file_sha256(path: Path) -> str:
    """The hash of a file's bytes."""
    digest = sha256()
    with path.open("rb") as file:
        while block := file.read(_READ_BYTES):
            digest.update(block)
    return digest.hexdigest()


def is_rising(ids: pa.ChunkedArray) -> bool:
    """Whether line ids strictly rise in byte order: ordered, and each once."""
    whole = ids.combine_chunks()
    if len(whole) == 0:
        return True
    rising = pc.less(whole.slice(0, len(whole) - 1), whole.slice(1))
    return not whole.null_count and bool(pc.all(rising, min_count=0).as_py())


def observe(fact: Fact, cells: pa.ChunkedArray) -> Column:
    """What stands of a fact in a column."""
    if fact.kind is Kind.ENUM:
        found = pc.unique(cells).drop_null().to_pylist()
        positions = sorted(fact.values.index(v) if v in fact.values else -1 for v in found)
        values = tuple(fact.values[p] for p in positions if p >= 0)
    else:
        values = ()
        least = pc.min_max(_numbers(cells)).as_py()
        positions = [] if least["min"] is None else [int(least["min"]), int(least["max"])]
    low, high = (positions[0], positions[-1]) if positions else (None, None)
    return Column(fact, cells.null_count, low, high, values)


def joined(sightings: Sequence[Column]) -> Column:
    """What stands of one fact in several parts together."""
    fact = sightings[0].fact
    lows = [seen.low for seen in sightings if seen.low is not None]
    highs = [seen.high for seen in sightings if seen.high is not None]
    found = {value for seen in sightings for value in seen.values}
    return Column(
        fact,
        sum(seen.nulls for seen in sightings),
        min(lows, default=None),
        max(highs, default=None),
        tuple(value for value in fact.values if value in found),
    )


def _numbers(cells: pa.ChunkedArray) -> pa.ChunkedArray:
    if pa.types.is_boolean(cells.type):
        return pc.cast(cells, pa.uint8())
    return pc.cast(cells, pa.int32()) if pa.types.is_date32(cells.type) else cells


def _check(table: pa.Table, columns: tuple[Column, ...]) -> None:
    if not is_rising(table.column(LINE_ID)):
        raise _unfit("the line ids do not strictly rise")
    for column in columns:
        fact = column.fact
        if column.nulls and fact.missing is Missing.NEVER:
            raise _unfit(f"'{fact.name}' is empty in {column.nulls:,} rows, but never may be")
        if column.low is None or column.high is None:
            continue
        if column.low < fact.low or column.high > fact.high:
            stands = f"{column.low}..{column.high}"
            raise _unfit(f"'{fact.name}' is {stands}, outside of {fact.low}..{fact.high}")


def _unfit(what: str) -> MakegoodError:
    hint = "whatever wrote these rows must keep to the facts the programme declares"
    return MakegoodError(Finding("MG510", f"rows do not fit a snapshot: {what}", hint))
