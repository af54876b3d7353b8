"""Whose a line is: loaded from a file, found by line or by customer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from uuid import uuid4

import psycopg
import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection, transaction
from psycopg import sql
from pyarrow import csv, parquet

from makegood.kernel import Progress, is_pseudonym, silent
from makegood.redress.serving.problems import unreadable
from makegood.redress.serving.tables import csv_block
from makegood.trust.access import Visitor, permit
from makegood.trust.policy import Act, Purpose, Resource, ResourceKind

COLUMNS = ("line_id", "customer_id")
NO_LINE, NO_CUSTOMER, TWICE = "no_line_id", "no_customer_id", "line_twice"

_PARQUET = b"PAR1"
_BATCH_ROWS = 65_536
_FEW = 20_000
# Most pseudonyms: too short for a telephone number, no birth date behind so few letters.
_RUNNING_NUMBER = r"\A[A-Za-z]{1,2}[0-9]{1,9}\z"
_PLAIN_LINE = r"\A[A-Za-z0-9._-]{1,64}\z"

OnReject = Callable[[int, str], None]
"""Called with the number of a row, from 1, and why it was not taken."""


def load_holders(
    visitor: Visitor,
    file: Path,
    progress: Progress = silent,
    on_reject: OnReject = lambda _row, _why: None,
) -> int:
    """Load whose lines are, from CSV or Parquet; how many rows were taken.

    Columns ``line_id`` and ``customer_id``, the pseudonym by which the vault knows the person. A
    line that is known already gets the customer of the file, and who held it first stays known.
    Everything is kept, or nothing. A row without a usable line or pseudonym, and every further row
    of a line, goes to ``on_reject``.
    Raises Refused MG770, MakegoodError MG832 where the file cannot be read.
    """
    taken = 0
    beside = sql.Identifier("serving", f"holders_{uuid4().hex}")
    with transaction.atomic():
        ruling_details = {"file": file.suffix.lstrip(".")[:10]}
        permit(
            visitor,
            Act.REGISTER_LINES,
            Resource(ResourceKind.STORE),
            purpose=Purpose.OPERATION,
            kind="lines.holders_loaded",
            details=ruling_details,
        )
        with psycopg.Cursor(connection.connection) as cursor:
            cursor.execute(_make(beside))
            with cursor.copy(_copy(beside)) as copy:
                first = 1
                for batch in _batches(file):
                    kept = _kept(batch, first, on_reject)
                    copy.write(csv_block(kept))
                    first += batch.num_rows
                    progress("holders", first - 1, None)
            for number in cursor.execute(_twice(beside)).fetchall():
                on_reject(int(number[0]), TWICE)
            cursor.execute(_take(beside))
            row = cursor.execute(_count(beside)).fetchone()
            taken = int(row[0]) if row else 0
            cursor.execute(sql.SQL("DROP TABLE {}").format(beside))
    return taken


def customer_of(line_id: str) -> str:
    """The pseudonym of whose line it is; the line itself where nobody is named."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT customer_id FROM serving_holder WHERE line_id = %s", [line_id])
        row = cursor.fetchone()
    return str(row[0]) if row else line_id


def holders_of(line_id: str) -> tuple[str, str]:
    """Whose a line is and whose it was first; the line itself, twice, where nobody is named."""
    query = "SELECT customer_id, first_customer_id FROM serving_holder WHERE line_id = %s"
    with connection.cursor() as cursor:
        cursor.execute(query, [line_id])
        row = cursor.fetchone()
    return (str(row[0]), str(row[1] or row[0])) if row else (line_id, line_id)


def first_holder_of(line_id: str) -> str:
    """Whose a line was first, whoever has it now; the line itself where nobody was ever named."""
    return holders_of(line_id)[1]


def lines_of(customer_id: str) -> list[str]:
    """The lines of a customer, in order; the customer itself where it is the name of a line.

    That a line of this name exists is not looked at.
    """
    query = "SELECT line_id FROM serving_holder WHERE customer_id = %s ORDER BY line_id"
    own = "SELECT 1 FROM serving_holder WHERE line_id = %s"
    with connection.cursor() as cursor:
        cursor.execute(query, [customer_id])
        found = [str(row[0]) for row in cursor.fetchall()]
        if found:
            return found
        cursor.execute(own, [customer_id])
        # A line that is somebody else's is no customer of its own.
        return [] if cursor.fetchone() else [customer_id]


_RANGE = """
COPY (SELECT line_id, customer_id FROM serving_holder WHERE line_id BETWEEN %s AND %s)
TO STDOUT (FORMAT csv)
"""


def customers_of(line_ids: pa.Array | pa.ChunkedArray | Sequence[str]) -> pa.Table:
    """``line_id`` and ``customer_id`` of many lines, in the order in which they were given."""
    lines = _array(line_ids)
    known = _few(lines.to_pylist()) if len(lines) <= _FEW else _between(lines)
    at = pc.index_in(lines, value_set=known.column("line_id").combine_chunks())
    customers = known.column("customer_id").combine_chunks().take(at)
    return pa.table({"line_id": lines, "customer_id": pc.coalesce(customers, lines)})


def _array(line_ids: pa.Array | pa.ChunkedArray | Sequence[str]) -> pa.Array:
    if isinstance(line_ids, pa.ChunkedArray):
        line_ids = line_ids.combine_chunks()
    if isinstance(line_ids, pa.Array):
        return line_ids.cast(pa.string())
    return pa.array(list(line_ids), pa.string())


def _few(line_ids: list[str]) -> pa.Table:
    query = "SELECT line_id, customer_id FROM serving_holder WHERE line_id = ANY(%s)"
    with connection.cursor() as cursor:
        cursor.execute(query, [line_ids])
        rows = cursor.fetchall()
    lines, customers = ([row[0] for row in rows], [row[1] for row in rows])
    types = pa.string()
    return pa.table({"line_id": pa.array(lines, types), "customer_id": pa.array(customers, types)})


def _between(lines: pa.Array) -> pa.Table:
    """The holders from the first to the last of many lines, by one pass over this range.

    A part of a run's lines is such a range: the holders of all parts are never in memory at once.
    """
    ends, sink = pc.min_max(lines), pa.BufferOutputStream()
    span = [ends["min"].as_py(), ends["max"].as_py()]
    with (
        transaction.atomic(),
        psycopg.Cursor(connection.connection) as cursor,
        cursor.copy(_RANGE, span) as copy,
    ):
        for block in copy:
            sink.write(block)
    held = sink.getvalue()
    if not held.size:
        return _few([])
    types = dict.fromkeys(COLUMNS, pa.string())
    return csv.read_csv(
        pa.BufferReader(held),
        csv.ReadOptions(column_names=list(COLUMNS)),
        convert_options=csv.ConvertOptions(column_types=types, strings_can_be_null=False),
    )


def _batches(file: Path) -> Iterator[pa.RecordBatch]:
    """The two columns of a file as texts. Raises MakegoodError MG832."""
    with file.open("rb") as opened:
        start = opened.read(4)
    if not start:
        raise unreadable(file.name, "it is empty")
    try:
        if start == _PARQUET:
            with parquet.ParquetFile(file) as source:
                _expect(source.schema_arrow.names, file)
                for batch in source.iter_batches(_BATCH_ROWS, columns=list(COLUMNS)):
                    yield _texts(batch)
            return
        types = dict.fromkeys(COLUMNS, pa.string())
        convert = csv.ConvertOptions(column_types=types, strings_can_be_null=False)
        with csv.open_csv(file, convert_options=convert) as reader:
            _expect(reader.schema.names, file)
            for batch in reader:
                yield _texts(batch.select(list(COLUMNS)))
    except pa.ArrowException as error:
        # What Arrow says may repeat a value.
        raise unreadable(file.name, f"it cannot be read ({type(error).__name__})") from None


def _expect(names: Sequence[str], file: Path) -> None:
    lacking = [name for name in COLUMNS if name not in names]
    if lacking:
        raise unreadable(file.name, f"it has no column {' and no column '.join(lacking)}")


def _texts(batch: pa.RecordBatch) -> pa.RecordBatch:
    columns = [pc.fill_null(pc.cast(batch.column(name), pa.string()), "") for name in COLUMNS]
    return pa.RecordBatch.from_arrays(columns, list(COLUMNS))


def _kept(batch: pa.RecordBatch, first: int, on_reject: OnReject) -> pa.RecordBatch:
    """The usable rows, with their numbers in the file."""
    lines, customers = batch.columns
    line_fits = pc.match_substring_regex(lines, _PLAIN_LINE).to_pylist()
    fits = pc.match_substring_regex(customers, _RUNNING_NUMBER).to_pylist()
    if not all(fits):
        texts = customers.to_pylist()
        fits = [fit or is_pseudonym(text) for fit, text in zip(fits, texts, strict=True)]
    taken = [line and customer for line, customer in zip(line_fits, fits, strict=True)]
    for index, (line, is_taken) in enumerate(zip(line_fits, taken, strict=True)):
        if not is_taken:
            on_reject(first + index, NO_CUSTOMER if line else NO_LINE)
    numbers = pa.array(range(first, first + batch.num_rows), pa.int64())
    whole = pa.RecordBatch.from_arrays([numbers, lines, customers], ["row", *COLUMNS])
    return whole.filter(pa.array(taken))


def _make(beside: sql.Identifier) -> sql.Composed:
    columns = '"row" bigint, line_id text COLLATE "C", customer_id text'
    return sql.SQL("CREATE TABLE {} (" + columns + ")").format(beside)


def _copy(beside: sql.Identifier) -> sql.Composed:
    return sql.SQL("COPY {} FROM STDIN (FORMAT csv)").format(beside)


def _twice(beside: sql.Identifier) -> sql.Composed:
    numbered = 'SELECT "row", row_number() OVER (PARTITION BY line_id ORDER BY "row") AS n FROM {}'
    return sql.SQL('SELECT "row" FROM (' + numbered + ') AS x WHERE n > 1 ORDER BY "row"').format(
        beside
    )


def _take(beside: sql.Identifier) -> sql.Composed:
    # Who held a line first is noted when somebody else does, and never again.
    return sql.SQL(
        "INSERT INTO serving_holder AS held (line_id, customer_id)"
        " SELECT DISTINCT ON (line_id) line_id, customer_id FROM {}"
        ' ORDER BY line_id, "row"'
        " ON CONFLICT (line_id) DO UPDATE SET customer_id = EXCLUDED.customer_id,"
        " first_customer_id = coalesce(held.first_customer_id, held.customer_id)"
        " WHERE held.customer_id <> EXCLUDED.customer_id"
    ).format(beside)


def _count(beside: sql.Identifier) -> sql.Composed:
    return sql.SQL("SELECT count(DISTINCT line_id) FROM {}").format(beside)
