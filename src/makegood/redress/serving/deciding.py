"""The decision for one line, by the programme in force: one row by its key, one Python function."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias
from uuid import UUID

from django.db import connection, transaction
from psycopg import errors, sql

from makegood.kernel import day_number
from makegood.publication import NEWEST, in_force, newest_version
from makegood.redress.serving.current import Current, current_of, fingerprints
from makegood.redress.serving.holders import customer_of
from makegood.redress.serving.known import bases_for, known_bases, newest, snapshot_of
from makegood.redress.serving.problems import no_such_line, not_served, nothing_in_force
from makegood.redress.serving.quick import Row, prepared_cursor

if TYPE_CHECKING:
    from makegood.decisions import LineDecider, LineDecision
    from makegood.programmes import Programme

Value: TypeAlias = int | str | bool | None
"""A fact as the engines reckon with it: dates as day numbers, money in minor units."""
Origins: TypeAlias = tuple[tuple[str, str], ...]
"""By base where it is read from."""

_TRIES = 5
_KEPT = 16
_LINES_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class LineStanding:
    """What is due for a line now, with all that it was made from.

    ``values`` are the line's facts by name as engine values, ``base.<name>`` for a base that is
    read from another snapshot. ``decisions`` has every measure, in the programme's order.
    ``customer_id`` is the pseudonym of whose line it is, as ``customer_of`` says it.
    """

    programme: Programme
    snapshot_sha256: str
    as_of: date
    line_id: str
    customer_id: str
    values: Mapping[str, Value]
    decisions: tuple[LineDecision, ...]

    def of(self, measure: str) -> LineDecision:
        """The decision for one measure; KeyError where the programme has none of this name."""
        for decision in self.decisions:
            if decision.measure == measure:
                return decision
        raise KeyError(measure)


def programme_in_force(name: str) -> Programme:
    """The programme that is in force now, loaded once for each of its versions.

    Raises MakegoodError MG632 where none is, MG633 where its text was changed.
    """
    version = newest_version(name)
    if version is None:
        raise nothing_in_force(name)
    return _loaded(name, version)


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


def _standings(programme_name: str, line_ids: Sequence[str]) -> Iterator[LineStanding]:
    programme, current, snapshots, rows = _read(programme_name, line_ids)
    origins = _known_origins(programme, current, snapshots)
    if origins is None:
        yield from _from_files(programme, line_ids)
        return
    decider = _decider(programme, origins)
    names = _names(current)
    for line_id, customer_id, *cells in rows:
        values = dict(zip(names, map(_value, cells), strict=True))
        yield LineStanding(
            programme,
            current.content_sha256,
            current.as_of,
            str(line_id),
            str(customer_id),
            values,
            decider.decide(values),
        )


def _read(name: str, line_ids: Sequence[str]) -> tuple[Programme, Current, int, list[Row]]:
    """The programme, the generation, the last snapshot registered, and the rows.

    All as one statement saw them.
    """
    for _ in range(_TRIES):
        # What was read before answers as long as its generation does, which the statement tells.
        current = _remembered.pop(name, None) or current_of(name)
        if current is None:
            programme_in_force(name)
            raise not_served(name)
        try:
            with _apart(), prepared_cursor() as cursor:
                found = cursor.execute(_query(current), [list(line_ids), name]).fetchall()
        except errors.UndefinedTable:
            # Another generation took its place in this moment, or a restore left the tables out.
            continue
        if found and found[0][1] == current.generation:
            version, _, snapshots = found[0][:3]
            if version is None:
                raise nothing_in_force(name)
            programme = _loaded(name, version)
            _remembered[name] = current
            rows = [row[3:] for row in found if row[3] is not None]
            return programme, current, int(snapshots or 0), rows
    programme_in_force(name)
    current = current_of(name)
    raise not_served(name, str(current.folder) if current else "")


def _apart() -> AbstractContextManager[object]:
    """What keeps a failing statement from ending the caller's transaction, where there is one."""
    return transaction.atomic() if connection.in_atomic_block else nullcontext()


def _names(current: Current) -> list[str]:
    """The facts of a row in the order of the columns."""
    return [*current.columns, *(f"base.{name}" for name in current.bases)]


def _query(current: Current) -> str:
    """What answers for lines; known by the table that it reads, whose columns never change."""
    found = _queries.get(current.table_name)
    if found is None:
        if len(_queries) >= _KEPT:
            _queries.clear()
        found = _queries[current.table_name] = _written(current)
    return found


def _written(current: Current) -> str:
    # Version and generation are read by the same statement, even where no line is found.
    chosen = "".join(f', t."{name}"' for name in _names(current)).replace("%", "%%")
    table = sql.Identifier("serving", current.table_name).as_string(None)
    return (
        f"SELECT ({NEWEST.format(programme='c.programme')}), c.generation,"
        " (SELECT max(snapshot_id) FROM serving_snapshot), t.line_id,"
        f" coalesce(h.customer_id, t.line_id){chosen} FROM serving_current AS c"
        f" LEFT JOIN {table} AS t ON t.line_id = ANY(%s)"
        " LEFT JOIN serving_holder AS h ON h.line_id = t.line_id WHERE c.programme = %s"
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
            customer_of(line_id),
            values,
            decider.decide(values),
        )


_programmes: dict[str, Programme] = {}
_remembered: dict[str, Current] = {}
_queries: dict[str, str] = {}
_origins: dict[tuple[str, UUID, int], Origins | None] = {}


def _loaded(name: str, version: str) -> Programme:
    found = _programmes.get(version)
    if found is None:
        published = in_force(name)
        if published is None:
            raise nothing_in_force(name)
        found = published.load()
        if len(_programmes) >= _KEPT:
            _programmes.clear()
        _programmes[found.sha256] = found
    return found


@lru_cache(maxsize=_KEPT)
def _known_decider(version: str, origins: Origins) -> LineDecider:
    from makegood.decisions import BaseOrigin, BaseSource, LineDecider

    programme = _programmes[version]
    sources = {
        name: BaseSource(programme.bases[name], BaseOrigin(origin)) for name, origin in origins
    }
    return LineDecider(programme, sources)


def _decider(programme: Programme, origins: Origins) -> LineDecider:
    _programmes.setdefault(programme.sha256, programme)
    return _known_decider(programme.sha256, origins)


@lru_cache(maxsize=_KEPT)
def _known_conditions(version: str) -> Mapping[str, str]:
    return fingerprints(_programmes[version])


def _conditions(programme: Programme) -> Mapping[str, str]:
    _programmes.setdefault(programme.sha256, programme)
    return _known_conditions(programme.sha256)
