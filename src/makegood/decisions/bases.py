"""Where the base populations of a programme are looked up, when decisions are made.

A base is frozen on a day. The population itself serves where it is as of that day, or of an earlier
one (then the result is a forecast); a later population needs the snapshot of that day, and without
it membership is unknown: never a silent yes or no.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from makegood.kernel import Finding, MakegoodError
from makegood.population import Snapshot
from makegood.programmes import Base, Programme
from makegood.rules import Fact, FactName, Kind, Missing, Node, Type

BASE_PREFIX = "base."


class BaseOrigin(StrEnum):
    """Where a base is read from."""

    ITSELF = "population"
    FORECAST = "population, before the day"
    GIVEN = "given"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class BaseSource:
    """A base with the snapshot that it is read from; None where that is the population itself."""

    base: Base
    origin: BaseOrigin
    snapshot: Snapshot | None = None

    @property
    def inline(self) -> bool:
        """Whether the line's own facts decide membership."""
        return self.origin in (BaseOrigin.ITSELF, BaseOrigin.FORECAST)


def base_fact(base: Base) -> Fact:
    """Membership of a base as a fact of the line; unknown where its own facts are."""
    return Fact(f"{BASE_PREFIX}{base.name}", Kind.BOOLEAN, missing=Missing.UNKNOWN)


def membership(base: Base, source: BaseSource | None) -> Node:
    """The condition that a line is in the base."""
    if source is None or source.inline:
        return base.where
    fact = base_fact(base)
    return FactName(Type.of(fact), fact)


def base_sources(
    programme: Programme, population_as_of: date, given: Sequence[Snapshot]
) -> Mapping[str, BaseSource]:
    """Which snapshot serves each base. Raises MG602 for a given snapshot that no base asks for."""
    wanted = {base.as_of for base in programme.bases.values()}
    for snapshot in given:
        if snapshot.as_of not in wanted:
            days = ", ".join(sorted(day.isoformat() for day in wanted)) or "no base at all"
            raise MakegoodError(
                Finding(
                    "MG602",
                    f"no base of '{programme.identifier}' is as of {snapshot.as_of}",
                    f"the programme asks for {days}; give --base a snapshot as of that day",
                )
            )
    return {name: _source(base, population_as_of, given) for name, base in programme.bases.items()}


def _source(base: Base, population_as_of: date, given: Sequence[Snapshot]) -> BaseSource:
    for snapshot in given:
        if snapshot.as_of == base.as_of:
            return BaseSource(base, BaseOrigin.GIVEN, snapshot)
    if population_as_of == base.as_of:
        return BaseSource(base, BaseOrigin.ITSELF)
    if population_as_of < base.as_of:
        return BaseSource(base, BaseOrigin.FORECAST)
    return BaseSource(base, BaseOrigin.ABSENT)
