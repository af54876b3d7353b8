"""The decision for one line, by the programme in force: one row by its key, one Python function."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeAlias
from uuid import UUID

from makegood.kernel import day_number
from makegood.redress.serving.current import Current, current_of, fingerprints
from makegood.redress.serving.holders import holders_of
from makegood.redress.serving.known import bases_for, known_bases, newest, snapshot_of
from makegood.redress.serving.loading import kept, of_version, programme_in_force
from makegood.redress.serving.problems import no_such_line, not_served
from makegood.redress.serving.rows import (
    Found,
    Whose,
    fact_names,
    rows_of_customer,
    rows_of_lines,
)

if TYPE_CHECKING:
    from makegood.decisions import LineDecider, LineDecision
    from makegood.programmes import Programme

Value: TypeAlias = int | str | bool | None
"""A fact as the engines reckon with it: dates as day numbers, money in minor units."""
Origins: TypeAlias = tuple[tuple[str, str], ...]
"""By base where it is read from."""

_KEPT = 16
_LINES_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class LineStanding:
    """What is due for a line now, with all that it was made from.

    ``values`` are the line's facts by name as engine values, ``base.<name>`` for a base that is
    read from another snapshot. ``decisions`` has every measure, in the programme's order.
    ``customer_id`` is the pseudonym of whose line it is, as ``customer_of`` says it, and
    ``first_holder`` of whose it was first, as ``first_holder_of`` does. ``generation`` is that of
    the copy it was read from; None where it was read from files.
    """

    programme: Programme
    snapshot_sha256: str
    as_of: date
    line_id: str
    customer_id: str
    first_holder: str
    values: Mapping[str, Value]
    decisions: tuple[LineDecision, ...]
    generation: UUID | None = None

    def of(self, measure: str) -> LineDecision:
        """The decision for one measure; KeyError where the programme has none of this name."""
        for decision in self.decisions:
            if decision.measure == measure:
                return decision
        raise KeyError(measure)


def decision_of(programme_name: str, line_id: str) -> LineStanding:
    """The decision for one line, in milliseconds.

    By the programme in force and the newest snapshot. Where the copy does not fit the programme
    any more, the line is read from the snapshot's files instead. Raises MakegoodError MG632, MG830
    where no copy is loaded, MG831 where it has no such line.
    """
    for standing in _standings(programme_name, [line_id]):
        return standing
    current = current_of(programme_name)
    raise no_such_line(programme_name, current.as_of if current else "")


def standings_of(programme_name: str, line_ids: Sequence[str]) -> Iterator[LineStanding]:
    """The decisions for many lines, in no order; lines that are not served are left out.

    Raises MakegoodError MG632, MG830.
    """
    programme_in_force(programme_name)
    for start in range(0, len(line_ids), _LINES_AT_ONCE):
        yield from _standings(programme_name, line_ids[start : start + _LINES_AT_ONCE])


def supposing(standing: LineStanding, suppositions: Sequence[str]) -> LineStanding:
    """What would be due if facts of a line were otherwise, each as ``FACT=VALUE``.

    Membership of bases that is read from other snapshots stays as it is. Raises MakegoodError
    MG609.
    """
    from makegood.decisions import BaseOrigin, base_sources, supposed

    programme = standing.programme
    sources = base_sources(programme, standing.as_of, ())
    origins = tuple(
        (name, (BaseOrigin.GIVEN if f"base.{name}" in standing.values else source.origin).value)
        for name, source in sources.items()
    )
    values = supposed(programme, standing.values, suppositions)
    return replace(standing, values=values, decisions=_decider(programme, origins).decide(values))


@dataclass(frozen=True, slots=True)
class CustomerStanding:
    """What is due by one programme for all lines of a customer.

    ``customer_id`` is empty where none was found. ``lines`` are the customer's lines in order,
    those that are not served among them; ``served`` are the programmes of which a copy is loaded;
    ``told`` is what was asked besides, in its order; ``whose`` the row of the statement that found
    the customer, of nothing where there is none.
    """

    programme: str
    customer_id: str
    lines: tuple[str, ...]
    served: tuple[str, ...]
    told: tuple[object, ...]
    whose: tuple[Any, ...]
    standings: tuple[LineStanding, ...]


def standings_of_customer(
    programme_name: str, customer: str | Whose, *, besides: tuple[str, ...] = ()
) -> CustomerStanding:
    """The decisions for all lines of a customer by one programme, in one statement.

    The customer is named, or found by the same statement. Lines that are not served have no
    standing. ``besides`` are expressions of SQL by which the statement tells more of the same
    instant: about ``asked (line_id)``, the customer's lines, ``who (customer_id)``, the customer,
    and ``%(programme)s``. Raises MakegoodError MG632, MG830.
    """
    found = rows_of_customer(programme_name, customer, besides)
    return CustomerStanding(
        programme_name,
        customer if isinstance(customer, str) else customer.customer_of(found.whose),
        found.lines,
        found.served,
        found.told,
        found.whose,
        tuple(_decided(found)),
    )


def first_holders(found: Iterable[CustomerStanding]) -> dict[str, str]:
    """Whose lines were first, by line; of those that are served."""
    return {each.line_id: each.first_holder for one in found for each in one.standings}


def _standings(programme_name: str, line_ids: Sequence[str]) -> Iterator[LineStanding]:
    yield from _decided(rows_of_lines(programme_name, line_ids))


def _decided(found: Found) -> Iterator[LineStanding]:
    programme, current = found.programme, found.current
    origins = _known_origins(programme, current, found.snapshots)
    if origins is None:
        yield from _from_files(programme, found.lines)
        return
    decider = _decider(programme, origins)
    names = fact_names(current)
    for line_id, customer_id, first_holder, *cells in found.rows:
        values = dict(zip(names, map(_value, cells), strict=True))
        yield LineStanding(
            programme,
            current.content_sha256,
            current.as_of,
            str(line_id),
            str(customer_id),
            str(first_holder),
            values,
            decider.decide(values),
            current.generation,
        )


def _value(cell: object) -> Value:
    if isinstance(cell, date):
        return day_number(cell)
    return cell  # type: ignore[return-value] # the columns are of these types


def _known_origins(programme: Programme, current: Current, snapshots: int) -> Origins | None:
    """The same as below, worked out once for a version, a generation and what is registered."""
    key = programme.sha256, current.generation, snapshots
    if key not in _origins:
        if len(_origins) >= _KEPT:
            _origins.clear()
        _origins[key] = _fitting_origins(programme, current)
    return _origins[key]


def _fitting_origins(programme: Programme, current: Current) -> Origins | None:
    """By base where it is read from, for the decider; None where the copy does not fit."""
    from makegood.decisions import BaseOrigin, base_sources

    if any(
        name not in current.columns or current.columns[name] != fact.kind.value
        for name, fact in programme.facts.items()
    ):
        return None
    sources = base_sources(programme, current.as_of, ())
    conditions = _conditions(programme)
    beside = {known.as_of: known for known in known_bases(programme, current.as_of)}
    origins = []
    for name, source in sources.items():
        origin = source.origin
        if name in current.bases:
            known, read = beside.get(source.base.as_of), current.bases[name]
            if known is None or read != {
                "snapshot": known.content_sha256,
                "condition": conditions[name],
            }:
                return None
            origin = BaseOrigin.GIVEN
        elif source.base.as_of in beside:
            # Frozen on another day since the copy was loaded: its snapshot is there to be read.
            return None
        origins.append((name, origin.value))
    if any(name not in sources for name in current.bases):
        return None
    return tuple(origins)


def _from_files(programme: Programme, line_ids: Sequence[str]) -> Iterator[LineStanding]:
    """Slower, and by the snapshot's own files: nobody waits until a copy is loaded again."""
    from makegood.decisions import LineDecider, fitting_job, line_facts
    from makegood.kernel import MakegoodError

    known = newest(programme.identifier)
    if known is None:
        raise not_served(programme.identifier)
    snapshot = snapshot_of(known)
    job = fitting_job(programme, snapshot, bases_for(programme, snapshot))
    decider = LineDecider(programme, job.sources)
    for line_id in line_ids:
        try:
            values = line_facts(snapshot, line_id, job.sources)
        except MakegoodError as error:
            if error.findings[0].code != "MG610":
                raise
            continue
        yield LineStanding(
            programme,
            snapshot.content_sha256,
            snapshot.as_of,
            line_id,
            *holders_of(line_id),
            values,
            decider.decide(values),
        )


_origins: dict[tuple[str, UUID, int], Origins | None] = {}


@lru_cache(maxsize=_KEPT)
def _known_decider(version: str, origins: Origins) -> LineDecider:
    from makegood.decisions import BaseOrigin, BaseSource, LineDecider

    programme = of_version(version)
    sources = {
        name: BaseSource(programme.bases[name], BaseOrigin(origin)) for name, origin in origins
    }
    return LineDecider(programme, sources)


def _decider(programme: Programme, origins: Origins) -> LineDecider:
    kept(programme)
    return _known_decider(programme.sha256, origins)


@lru_cache(maxsize=_KEPT)
def _known_conditions(version: str) -> Mapping[str, str]:
    return fingerprints(of_version(version))


def _conditions(programme: Programme) -> Mapping[str, str]:
    kept(programme)
    return _known_conditions(programme.sha256)
