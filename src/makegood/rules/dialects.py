"""The SQL engines that rules compile for, and how each writes what they write differently."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Dialect:
    """An engine's spelling; templates take the arguments' SQL by position."""

    name: str
    days: str
    months: str
    plus_days: str
    plus_months: str
    quotient: str


def _completed(start: str, end: str) -> str:
    """Completed months where the end is not before the start."""
    months = f"(year({end}) - year({start})) * 12 + month({end}) - month({start})"
    reached = f"day({end}) >= day({start}) OR {end} = last_day({end})"
    return f"{months} - CASE WHEN {reached} THEN 0 ELSE 1 END"


_MONTHS = (
    f"CAST(CASE WHEN {{1}} >= {{0}} THEN {_completed('{0}', '{1}')} "
    f"ELSE -({_completed('{1}', '{0}')}) END AS BIGINT)"
)

DUCKDB = Dialect(
    name="duckdb",
    days="date_diff('day', {0}, {1})",
    months="date_sub('month', {0}, {1})",
    plus_days="({0} + CAST({1} AS INTEGER))",
    plus_months="CAST({0} + to_months(CAST({1} AS INTEGER)) AS DATE)",
    quotient="({0} // {1})",
)

SPARK = Dialect(
    name="spark",
    days="CAST(datediff({1}, {0}) AS BIGINT)",
    months=_MONTHS,
    plus_days="date_add({0}, CAST({1} AS INT))",
    plus_months="add_months({0}, CAST({1} AS INT))",
    quotient="({0} div {1})",
)

DIALECTS = {dialect.name: dialect for dialect in (DUCKDB, SPARK)}
