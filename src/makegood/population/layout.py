"""How a snapshot is laid out: names, sizes, and the Arrow type of every kind of fact."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa

from makegood.rules import Fact, Kind

FORMAT = "makegood-snapshot/1"
MANIFEST = "manifest.json"
REJECTS = "rejects.csv"
LINE_ID = "line_id"
LINE_ID_CHARACTERS_MAX = 64

PART_ROWS = 1_000_000
"""Rows of every part but the last: a part is the unit of parallel work, of checks, of re-runs."""

ROW_GROUP_ROWS = 122_880
"""Rows of a Parquet row group: 60 of DuckDB's vectors, so that its threads share a part."""

_INT32_MAX = 2**31 - 1


def part_name(number: int) -> str:
    """The file name of a part, counted from 0."""
    return f"part-{number:05d}.parquet"


def arrow_type(fact: Fact) -> pa.DataType:
    """The Arrow type in which a fact stands in a snapshot."""
    match fact.kind:
        case Kind.BOOLEAN:
            return pa.bool_()
        case Kind.INTEGER:
            fits = max(abs(fact.low), abs(fact.high)) <= _INT32_MAX
            return pa.int32() if fits else pa.int64()
        case Kind.MONEY:
            return pa.int64()
        case Kind.DATE:
            return pa.date32()
        case Kind.ENUM:
            return pa.dictionary(pa.int32(), pa.string())


def schema_of(facts: Mapping[str, Fact]) -> pa.Schema:
    """The columns of a snapshot: the line's id, then the facts in declared order."""
    fields = [pa.field(LINE_ID, pa.string(), nullable=False)]
    fields += [pa.field(name, arrow_type(fact)) for name, fact in facts.items()]
    return pa.schema(fields)
