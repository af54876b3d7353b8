"""Which contract of a line something is due for, as the text that a pay-once key holds."""

from __future__ import annotations

from collections.abc import Mapping

from makegood.kernel import day_of
from makegood.programmes.programme import Programme
from makegood.rules import Kind


def contract_of(programme: Programme, values: Mapping[str, int | str | bool | None]) -> str:
    """The contract of a line from its engine values, empty where the programme names no fact.

    A date as ``2025-09-01``, a boolean as ``true``, a number in digits, an enum's word; empty
    where the line has no value.
    """
    name = programme.section.contract
    value = values.get(name) if name else None
    if name is None or value is None:
        return ""
    match programme.facts[name].kind:
        case Kind.DATE:
            return day_of(int(value)).isoformat()
        case Kind.BOOLEAN:
            return "true" if value else "false"
        case _:
            return str(value)


def contract_sql(programme: Programme, relation: str) -> str:
    """The same over a relation of facts, as an expression of DuckDB."""
    name = programme.section.contract
    return f"coalesce(CAST({relation}.\"{name}\" AS VARCHAR), '')" if name else "''"
