"""The SQL engines that rules compile for, and how each writes what they write differently."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Dialect:
    """An engine's spelling; templates take the arguments' SQL by position."""

    name: str
    days: str
    plus_days: str
    plus_months: str
    quotient: str


DUCKDB = Dialect(
    name="duckdb",
    days="date_diff('day', {0}, {1})",
    plus_days="({0} + CAST({1} AS INTEGER))",
    plus_months="CAST({0} + to_months(CAST({1} AS INTEGER)) AS DATE)",
    quotient="({0} // {1})",
)

SPARK = Dialect(
    name="spark",
    days="CAST(datediff({1}, {0}) AS BIGINT)",
    plus_days="date_add({0}, CAST({1} AS INT))",
    plus_months="add_months({0}, CAST({1} AS INT))",
    quotient="({0} div {1})",
)

DIALECTS = {dialect.name: dialect for dialect in (DUCKDB, SPARK)}
