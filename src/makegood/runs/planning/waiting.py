"""What waits for lines beside the decision: claims, choices, what was begun or was done before."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from makegood.runs.kinds import RunKind

if TYPE_CHECKING:
    from makegood.programmes import Measure

WAITING_SCHEMA = pa.schema(
    [
        pa.field("line_id", pa.string(), nullable=False),
        pa.field("key", pa.string()),  # the claim's own; reckoned where empty
        pa.field("attempt", pa.int16()),
        pa.field("customer_id", pa.string()),
        pa.field("account_id", pa.string()),
        pa.field("amount", pa.int64()),  # the claim's own; the decision's where empty
        pa.field("quantity", pa.int64()),  # the line's own; that of all where empty
        pa.field("detail", pa.string()),
        pa.field("option", pa.string()),
    ]
)
"""The columns of what waits; a line may be there once for each of its contracts."""

_DUCKDB_TYPES = {pa.string(): "VARCHAR", pa.int16(): "SMALLINT", pa.int64(): "BIGINT"}
_APPROVED = ("approved", "scheduled", "paying", "paid")
_GONE = ("withdrawn",)
_NOT_PAID = ("withdrawn", "refused")


def waiting_for(kind: RunKind, programme: str, measure: Measure, day: date) -> pa.Table:
    """What waits for lines of a measure on a day (WAITING_SCHEMA), in the order of lines."""
    match kind:
        case RunKind.PAY_OUT:
            return _payable(programme, measure.name, day)
        case RunKind.COVER if measure.section.claim:
            return _payable(programme, measure.name, day)
        case RunKind.GRANT | RunKind.UPLIFT_START if measure.section.claim:
            return _applied(programme, measure.name, only=_APPROVED)
        case RunKind.BILL if measure.section.claim:
            # What is claimed is paid as a claim: the pay-out on the bill takes it.
            return _applied(programme, measure.name, without=_NOT_PAID)
        case RunKind.REMINDER:
            return _applied(programme, measure.name, without=_GONE)
        case RunKind.PASSES:
            return _chosen(programme, measure.name)
        case _:
            return WAITING_SCHEMA.empty_table()


def waiting_table(**columns: pa.ChunkedArray) -> pa.Table:
    """A table of what waits; columns that are not given are empty."""
    count = len(columns["line_id"])
    made = [
        columns[field.name].cast(field.type)
        if field.name in columns
        else pa.nulls(count, field.type)
        for field in WAITING_SCHEMA
    ]
    return pa.table(made, schema=WAITING_SCHEMA).sort_by("line_id")


def waiting_select(lines: str) -> str:
    """A SELECT of lines as one of what waits: every other column empty."""
    empty = ", ".join(
        f"CAST(NULL AS {_DUCKDB_TYPES[field.type]}) AS {field.name}"
        for field in WAITING_SCHEMA
        if field.name != "line_id"
    )
    return f"SELECT line_id, {empty} FROM ({lines})"


def _payable(programme: str, measure: str, day: date) -> pa.Table:
    from makegood.redress.claims import payable

    found = payable(programme, measure, day)
    names = ("line_id", "key", "attempt", "customer_id", "account_id", "amount")
    return waiting_table(**{name: found.column(name) for name in names})


def _applied(
    programme: str, measure: str, only: tuple[str, ...] = (), without: tuple[str, ...] = ()
) -> pa.Table:
    from makegood.redress.claims import claimed_lines

    found = claimed_lines(programme, measure)
    if only:
        found = found.filter(pc.is_in(found.column("state"), pa.array(only)))
    if without:
        found = found.filter(pc.invert(pc.is_in(found.column("state"), pa.array(without))))
    return waiting_table(line_id=pc.unique(found.column("line_id")))


def _chosen(programme: str, measure: str) -> pa.Table:
    from makegood.redress.choices import chosen

    found = chosen(programme, measure)
    return waiting_table(
        line_id=found.column("line_id"),
        customer_id=found.column("customer_id"),
        detail=found.column("pool"),
        option=found.column("option"),
    )
