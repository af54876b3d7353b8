"""Short ways to make snapshots in tests."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from makegood.kernel import FixedClock
from makegood.population import (
    Outcome,
    Snapshot,
    SnapshotWriter,
    import_population,
    make_population,
    schema_of,
)
from makegood.rules import Fact, Kind, Missing
from tests.population.telco import ROOT

CLOCK = FixedClock(datetime(2026, 1, 14, 9, tzinfo=UTC))
AS_OF = date(2026, 1, 13)
SHAPE = ROOT / "programmes" / "kt-2025" / "synthetic.yaml"

SMALL = {
    fact.name: fact
    for fact in (
        Fact.bounded("status", Kind.ENUM, ("in_use", "terminated")),
        Fact.bounded("ended_on", Kind.DATE, missing=Missing.NONE),
        Fact.bounded("months", Kind.INTEGER, low=0, high=36, missing=Missing.UNKNOWN),
        Fact.bounded("paid", Kind.MONEY, low=0, high=1_000_000, missing=Missing.UNKNOWN),
        Fact.bounded("senior", Kind.BOOLEAN, missing=Missing.UNKNOWN),
    )
}


def make(facts: Mapping[str, Fact], out: Path, **changed: Any) -> Outcome:
    """A synthetic population of 1,000 lines, unless changed."""
    given: dict[str, Any] = {
        "programme": "test",
        "programme_sha256": "0" * 64,
        "shape": None,
        "lines": 1_000,
        "seed": 1,
        "as_of": AS_OF,
        "clock": CLOCK,
    }
    return make_population(facts, out=out, **(given | changed))


def bring_in(
    source: Path,
    mapping: Path,
    facts: Mapping[str, Fact],
    out: Path,
    rejects_max: int | None = None,
) -> Outcome:
    """An import with two decimals."""
    return import_population(
        source,
        mapping,
        facts,
        programme="test",
        programme_sha256="0" * 64,
        minor_digits=2,
        as_of=AS_OF,
        out=out,
        clock=CLOCK,
        rejects_max=rejects_max,
    )


def small_table(first: int, rows: int) -> pa.Table:
    """Plain rows of the small facts."""
    schema = schema_of(SMALL)
    values = ["terminated" if i % 3 == 0 else "in_use" for i in range(rows)]
    columns = [
        pa.array([f"line-{i:08d}" for i in range(first, first + rows)]),
        pa.array(values).dictionary_encode().cast(schema.field("status").type),
        pa.array([20_000 + i if i % 3 == 0 else None for i in range(rows)], pa.int32()),
        pa.array([i % 37 for i in range(rows)], pa.int32()),
        pa.array([None if i % 10 == 0 else i for i in range(rows)], pa.int64()),
        pa.array([i % 2 == 0 for i in range(rows)]),
    ]
    columns[2] = columns[2].cast(pa.date32())
    return pa.Table.from_arrays(columns, schema=schema)


def writer_to(out: Path, facts: Mapping[str, Fact] | None = None) -> SnapshotWriter:
    """A writer of the small facts."""
    return SnapshotWriter(
        out,
        SMALL if facts is None else facts,
        programme="test",
        programme_sha256="0" * 64,
        as_of=AS_OF,
        source={"kind": "test"},
        clock=CLOCK,
    )


def small_snapshot(out: Path, rows: int = 100) -> Snapshot:
    """A snapshot of the small facts."""
    with writer_to(out) as writer:
        writer.add(small_table(0, rows))
        return writer.finish().snapshot
