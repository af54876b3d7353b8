"""The best that customers were promised of a measure, as one table: what runs are held against."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO

import psycopg
import pyarrow as pa
from django.db import connection
from pyarrow.csv import ConvertOptions, ReadOptions, read_csv

from makegood.kernel import Finding, MakegoodError

PROMISES_SCHEMA = pa.schema(
    [
        pa.field("line_id", pa.string(), nullable=False),
        pa.field("owner_id", pa.string(), nullable=False),  # whose promise it is
        pa.field("first_holder_id", pa.string(), nullable=False),  # whose the line was first
        pa.field("quoted", pa.int64(), nullable=False),  # minor units; 0 where nothing was promised
        pa.field("way", pa.string(), nullable=False),  # of decisions; empty where nothing was
        pa.field("quote_id", pa.string(), nullable=False),
        pa.field("shown_at", pa.timestamp("us", tz="UTC"), nullable=False),
    ]
)
"""The columns of promises; each line is there once for each customer who was shown it."""

# A quote's second line is its JSON. As ``best_quotes`` has it: what was granted first, then most,
# of equal ones the newest. As ``owner_of`` has it: what was shown when nobody held the line is its
# first holder's.
_BEST = """
COPY (
    SELECT DISTINCT ON (line_id, owner_id) line_id, owner_id, first_holder_id,
           CASE WHEN granted THEN coalesce((held ->> 'amount')::bigint, 0) ELSE 0 END,
           held ->> 'way', quote_id, (extract(epoch FROM shown_at) * 1000000)::bigint
    FROM (
        SELECT quote.line_id, quote_id, shown_at, held,
               held ->> 'disposition' = 'granted' AS granted,
               coalesce(nullif(customer, quote.line_id), first_customer_id, holder.customer_id,
                        quote.line_id) AS owner_id,
               coalesce(first_customer_id, holder.customer_id, quote.line_id) AS first_holder_id
        FROM (
            SELECT line_id, quote_id, shown_at, content ->> 'customer' AS customer,
                   content -> 'decisions' -> %(measure)s AS held
            FROM (
                SELECT line_id, quote_id, shown_at, split_part(note, E'\\n', 2)::jsonb AS content
                FROM quotes_quote
                WHERE programme = %(programme)s AND (%(all)s OR line_id = ANY(%(lines)s))
            ) AS noted) AS quote
        LEFT JOIN serving_holder AS holder ON holder.line_id = quote.line_id
        WHERE held IS NOT NULL) AS promised
    ORDER BY line_id, owner_id, granted DESC, coalesce((held ->> 'amount')::bigint, 0) DESC,
             shown_at DESC, quote_id DESC
) TO STDOUT (FORMAT csv)
"""
# Rows are never Python's: a measure may have been shown to millions.
_READ = ReadOptions(column_names=PROMISES_SCHEMA.names)
_CONVERT = ConvertOptions(
    column_types={
        **dict(zip(PROMISES_SCHEMA.names, PROMISES_SCHEMA.types, strict=True)),
        "shown_at": pa.int64(),
    }
)
_FEW = 20_000
_PART_BYTES = 16_000_000


def best_promises(programme: str, measure: str, lines: Sequence[str] | None = None) -> pa.Table:
    """The best that quotes promised of a measure, by line and customer, in the order of lines.

    One statement, whatever the number of quotes; of ``lines`` alone where few are given. A table of
    PROMISES_SCHEMA; signatures are not looked at. Raises MakegoodError MG834 where the text of a
    quote cannot be read any more.
    """
    few = lines is not None and len(lines) <= _FEW
    given = {
        "programme": programme,
        "measure": measure,
        "all": not few,
        "lines": list(lines or ()) if few else [],
    }
    connection.ensure_connection()
    try:
        with psycopg.Cursor(connection.connection) as cursor, cursor.copy(_BEST, given) as copy:
            tables = [read_csv(part, _READ, convert_options=_CONVERT) for part in _parts(copy)]
    except psycopg.DataError:
        hint = "restore the store from a back-up, and run 'makegood audit verify'"
        message = f"a quote of '{programme}' was changed after it was kept: it cannot be read"
        raise MakegoodError(Finding("MG834", message, hint)) from None
    if not tables:
        return PROMISES_SCHEMA.empty_table()
    return pa.concat_tables(tables).cast(PROMISES_SCHEMA)


def _parts(blocks: Iterable[bytes | bytearray | memoryview]) -> Iterator[BytesIO]:
    """What comes, in parts of whole rows: text of millions of rows is never there at once."""
    held = bytearray()
    for block in blocks:
        held += block
        if len(held) >= _PART_BYTES:
            end = held.rfind(b"\n") + 1
            yield BytesIO(held[:end])
            del held[:end]
    if held:
        yield BytesIO(held)
