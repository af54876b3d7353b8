"""Imports an extract: reads, maps, sorts, looks for duplicates, and writes the snapshot."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from makegood.kernel import Clock, Finding, MakegoodError, Progress, silent
from makegood.population.importing.binding import Bound, bind, read_mapping
from makegood.population.importing.csv_blocks import broken
from makegood.population.importing.duplicates import OTHER, Duplicates
from makegood.population.importing.engine import Feed, engine_in
from makegood.population.importing.rejects import RejectedRows
from makegood.population.importing.rows import PROBLEM, ROW, RowReader
from makegood.population.importing.source import SourceFile, open_source
from makegood.population.importing.sql import SOURCE, query_of, value_name
from makegood.population.layout import LINE_ID, schema_of
from makegood.population.opening import standing
from makegood.population.snapshot import Head, Outcome, Rejects
from makegood.population.staging import write_failure
from makegood.population.writer import SnapshotWriter
from makegood.rules import Fact, Kind

_BATCH_ROWS = 122_880


def import_population(  # noqa: PLR0913 - all by keyword
    source: Path,
    mapping: Path,
    facts: Mapping[str, Fact],
    *,
    programme: str,
    programme_sha256: str,
    minor_digits: int,
    as_of: date,
    out: Path,
    clock: Clock,
    rejects_max: int | None = None,
    progress: Progress = silent,
) -> Outcome:
    """A snapshot of an extract in ``out``, with its rejected rows beside it.

    Rows in are rows kept and rows rejected, or MG415. MakegoodError with every finding where the
    mapping does not fit (MG1xx, MG40x) or the source cannot be read (MG41x), and MG418 where more
    than ``rejects_max`` rows were rejected; then nothing appears.
    Writes nothing where the snapshot of the same inputs stands in ``out``; MG508 where it does not.
    """
    document, model = read_mapping(mapping)
    file = SourceFile.of(source, progress)
    reader = open_source(source, model.source)
    bound = bind(document, model, reader.columns, facts)
    details = file.described(model.source) | {
        "mapping": mapping.name,
        "mapping_sha256": document.sha256,
        "minor_digits": minor_digits,
    }
    head = Head(programme, programme_sha256, as_of, details, facts)
    outcome = standing(out, head)
    if outcome is not None:
        # The limit is no part of what a snapshot is made of, so it may be another one now.
        per_reason = outcome.snapshot.rejects.per_reason if outcome.snapshot.rejects else {}
        told = [f"{code} ({rows:,} rows)" for code, rows in per_reason.items()]
        _check_limit(outcome.snapshot.rejected, rejects_max, told)
        return outcome
    with SnapshotWriter(
        out,
        facts,
        programme=programme,
        programme_sha256=programme_sha256,
        as_of=as_of,
        source=details,
        clock=clock,
    ) as writer:
        query = query_of(bound, as_of, minor_digits)
        rejects = _imported(reader, bound, query, out, writer, progress, rejects_max=rejects_max)
        file.check_unchanged()
        return writer.finish(rejects)


def _imported(
    reader: RowReader,
    bound: Bound,
    query: str,
    out: Path,
    writer: SnapshotWriter,
    progress: Progress,
    *,
    rejects_max: int | None,
) -> Rejects:
    """Bring every row into the writer or among the rejects, and see that none got lost."""
    feed = Feed(reader, bound.used, progress)
    facts = [bound_fact.fact for bound_fact in bound.facts]
    try:
        with engine_in(writer.folder) as engine:
            rejected = RejectedRows(engine.cursor())
            kept = 0
            for rows, bad in _sorted(engine, feed, query):
                writer.add(_as_facts(rows, facts))
                rejected.add(bad)
                kept += rows.num_rows
                progress("write snapshot", kept + rejected.rows, reader.rows)
            _check_sum(reader.rows, kept, rejected, facts)
            _check_limit(rejected.rows, rejects_max, rejected.summary(facts))
            return rejected.write(writer.folder, facts)
    except Exception as error:
        if feed.failure is not None:
            raise _unreadable(feed.failure) from error
        if isinstance(error, duckdb.Error):
            reason = (str(error).splitlines() or [""])[0][:200]
            raise write_failure(out, OSError(None, reason)) from error
        raise


def _unreadable(
    failure: Exception | KeyboardInterrupt,
) -> MakegoodError | KeyboardInterrupt:
    """What went wrong in the reader, which the engine hides behind an error of its own."""
    if isinstance(failure, MakegoodError | KeyboardInterrupt):
        return failure
    return broken(
        (str(failure).splitlines() or [""])[0][:200], "is the file whole? export it again"
    )


def _sorted(
    engine: duckdb.DuckDBPyConnection, feed: Feed, query: str
) -> Iterator[tuple[pa.Table, pa.Table]]:
    """Tables of kept rows in order of their lines, each with rejects that came to light."""
    engine.register(SOURCE, feed.stream())
    duplicates = Duplicates()
    for batch in engine.sql(query).to_arrow_reader(_BATCH_ROWS):
        table = pa.Table.from_batches([batch])
        fine = pc.equal(table.column(PROBLEM), 0)
        good, bad = table.filter(fine), table.filter(pc.invert(fine))
        if good.num_rows:
            yield duplicates.feed(good)
        if bad.num_rows:
            bad = bad.select([ROW, LINE_ID, PROBLEM])
            yield good.slice(0, 0), bad.append_column(OTHER, pa.nulls(bad.num_rows, pa.int64()))
    last = duplicates.close()
    if last is not None:
        yield last


def _as_facts(rows: pa.Table, facts: list[Fact]) -> pa.Table:
    """The engine's columns as a snapshot's: an enum's position becomes its value."""
    schema = schema_of({fact.name: fact for fact in facts})
    columns = [rows.column(LINE_ID)]
    for position, fact in enumerate(facts):
        column = rows.column(value_name(position)).combine_chunks()
        if fact.kind is Kind.ENUM:
            values = pa.array(fact.values, pa.string())
            column = pa.DictionaryArray.from_arrays(column.cast(pa.int32()), values)
        columns.append(column.cast(schema.field(position + 1).type))
    return pa.Table.from_arrays(columns, schema=schema)


def _check_sum(rows_in: int, kept: int, rejected: RejectedRows, facts: list[Fact]) -> None:
    if rows_in != kept + rejected.rows:
        message = f"{rows_in:,} rows came in, but {kept:,} + {rejected.rows:,} went out"
        hint = "nothing was written; this is a fault of makegood: please report it"
        raise MakegoodError(Finding("MG415", message, hint))
    if kept == 0:
        reasons = rejected.summary(facts)
        message = f"none of {rows_in:,} rows could be kept"
        hint = "; ".join(reasons) or "the source holds no row"
        raise MakegoodError(Finding("MG416", message, hint))


def _check_limit(rejected: int, rejects_max: int | None, reasons: Sequence[str]) -> None:
    """MakegoodError (MG418) where more rows were rejected than the operator allows."""
    if rejects_max is not None and rejected > rejects_max:
        message = f"{rejected:,} rows were rejected, more than the {rejects_max:,} allowed"
        raise MakegoodError(Finding("MG418", message, "; ".join(reasons)))
