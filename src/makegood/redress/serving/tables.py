"""A table of lines: its columns, filled by COPY from Arrow, changed row by row where that is less.

The rows go as CSV blocks that Arrow writes itself: no row passes through Python.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from uuid import uuid4

import psycopg
import pyarrow as pa
import pyarrow.compute as pc
from psycopg import sql
from pyarrow import csv

from makegood.redress.serving.ahead import ahead
from makegood.rules import Fact, Kind

_TYPES: Mapping[Kind, str] = {
    Kind.BOOLEAN: "boolean",
    Kind.INTEGER: "bigint",
    Kind.MONEY: "bigint",
    Kind.DATE: "date",
    Kind.ENUM: "text",
}
_PLAIN = csv.WriteOptions(include_header=False, batch_size=16_384, quoting_style="needed")
_LINE_TYPE = 'text COLLATE "C" NOT NULL'
# The index over a new table is built once, with more memory than a query is given.
_ROOM = "SET LOCAL maintenance_work_mem = '256MB'"

Cursor = psycopg.Cursor[Any]


def column_types(facts: Mapping[str, Fact], bases: Iterable[str]) -> dict[str, str]:
    """The columns behind ``line_id`` with their types in PostgreSQL."""
    return {name: _TYPES[fact.kind] for name, fact in facts.items()} | {
        f"base.{name}": "boolean" for name in bases
    }


def make_table(cursor: Cursor, table: sql.Identifier, types: Mapping[str, str]) -> None:
    """An empty table without an index, in the caller's transaction."""
    columns = [sql.SQL("line_id " + _LINE_TYPE)] + [
        sql.SQL("{} " + kind).format(sql.Identifier(name)) for name, kind in types.items()
    ]
    cursor.execute(sql.SQL("CREATE TABLE {} ({})").format(table, sql.SQL(", ").join(columns)))


def finish_table(cursor: Cursor, table: sql.Identifier) -> None:
    """The key of a table that is filled, and what the planner wants to know of it."""
    cursor.execute(_ROOM)
    cursor.execute(sql.SQL("ALTER TABLE {} ADD PRIMARY KEY (line_id)").format(table))
    cursor.execute(sql.SQL("ANALYZE {} (line_id)").format(table))


def copy_batches(
    cursor: Cursor,
    table: sql.Identifier,
    batches: Iterable[pa.RecordBatch],
    *,
    frozen: bool = False,
) -> Iterator[int]:
    """Fill a table; yields the rows of every batch once it is on its way.

    ``frozen`` is for a table of the same transaction: its rows need no second look by the server.
    """
    options = "FORMAT csv, FREEZE" if frozen else "FORMAT csv"
    statement = sql.SQL("COPY {} FROM STDIN (" + options + ")").format(table)
    blocks = ((csv_block(batch), batch.num_rows) for batch in batches)
    with cursor.copy(statement) as copy:
        for block, rows in ahead(blocks):
            copy.write(block)
            yield rows


def csv_block(batch: pa.RecordBatch) -> memoryview:
    """A batch as CSV without a header: texts quoted, what is missing left empty."""
    plain = [
        pc.cast(column, pa.string()) if pa.types.is_dictionary(column.type) else column
        for column in batch.columns
    ]
    sink = pa.BufferOutputStream()
    csv.write_csv(pa.RecordBatch.from_arrays(plain, batch.schema.names), sink, _PLAIN)
    return memoryview(sink.getvalue())


def apply_changes(
    cursor: Cursor,
    table: sql.Identifier,
    types: Mapping[str, str],
    changed: pa.Table,
    gone: pa.Table,
) -> None:
    """Write changed and new lines, and remove those that are gone, in the caller's transaction."""
    beside = sql.Identifier("serving", f"changes_{uuid4().hex}")
    if changed.num_rows:
        make_table(cursor, beside, types)
        for _ in copy_batches(cursor, beside, changed.to_batches()):
            pass
        cursor.execute(_upsert(table, beside, types))
        cursor.execute(sql.SQL("DROP TABLE {}").format(beside))
    if gone.num_rows:
        statement = sql.SQL("DELETE FROM {} WHERE line_id = ANY(%s)").format(table)
        cursor.execute(statement, [gone.column(0).to_pylist()])


def _upsert(
    table: sql.Identifier, beside: sql.Identifier, types: Mapping[str, str]
) -> sql.Composed:
    names = [sql.Identifier(name) for name in types]
    new = [sql.SQL("{0} = EXCLUDED.{0}").format(name) for name in names]
    changes = sql.SQL("UPDATE SET {}").format(sql.SQL(", ").join(new))
    return sql.SQL(
        "INSERT INTO {} (line_id, {names}) SELECT line_id, {names} FROM {} ORDER BY line_id"
        " ON CONFLICT (line_id) DO {changes}"
    ).format(
        table,
        beside,
        names=sql.SQL(", ").join(names),
        changes=changes if names else sql.SQL("NOTHING"),
    )
