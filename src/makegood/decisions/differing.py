"""Two versions of a programme over one population: who gains, who loses, in heads and money."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from makegood.decisions.bulk import job_for
from makegood.decisions.changed_keys import KeyChange, check_same_currency, key_changes
from makegood.decisions.changes import (
    NEW,
    OLD,
    Pair,
    changes_sql,
    numbered_meanings,
    pairs,
    shared_reasons,
)
from makegood.decisions.duckdb_engine import connected, cores, look_at
from makegood.decisions.job import Job
from makegood.decisions.outcome import Disposition, Meaning
from makegood.kernel import Finding, MakegoodError, Progress, silent
from makegood.population import Snapshot
from makegood.programmes import Programme

EXAMPLES_MAX = 3


@dataclass(frozen=True, slots=True)
class Change:
    """Lines that a measure treats alike in the old version, and alike but otherwise in the new.

    A side is None where that version has no such measure. Amounts are sums in minor units.
    """

    measure: str
    old: Meaning | None
    new: Meaning | None
    lines: int
    old_amount: int
    new_amount: int
    examples: tuple[str, ...]

    @property
    def effect(self) -> str:
        """``gains``, ``loses`` or ``changes``: by being granted, then by the amount."""
        was, becomes = _granted(self.old), _granted(self.new)
        if was is not becomes:
            return "gains" if becomes else "loses"
        if self.new_amount != self.old_amount:
            return "gains" if self.new_amount > self.old_amount else "loses"
        return "changes"


@dataclass(frozen=True, slots=True)
class Comparison:
    """All that changes between two versions, and how many lines are decided as before.

    ``keys`` are what the files say otherwise: a window or a quantity changes no decision, and is a
    change all the same.
    """

    lines: int
    unchanged: int
    changes: tuple[Change, ...]
    keys: tuple[KeyChange, ...] = ()


def _granted(meaning: Meaning | None) -> bool:
    return meaning is not None and meaning.disposition is Disposition.GRANTED


def diff(
    old: Programme,
    new: Programme,
    snapshot: Snapshot,
    bases: Sequence[Snapshot] = (),
    *,
    progress: Progress = silent,
) -> Comparison:
    """Decide every line by both versions, in one pass, and compare. Writes nothing.

    Each version reads those of ``bases`` that it asks for. Raises MakegoodError where one of them
    does not fit the population (MG603, MG604), where neither asks for a base (MG602), or where the
    versions differ in currency (MG619).
    """
    check_same_currency(old, new)
    _check_asked_for(old, new, bases)
    before, after = (job_for(each, snapshot, _own(each, bases)) for each in (old, new))
    compared = pairs(before, after)
    totals: dict[_Key, _Total] = {}
    unchanged, done = snapshot.rows, 0
    with connected(cores()) as connection:
        progress("compare", 0, snapshot.rows)
        statement = connection.extract_statements(changes_sql(before, after))[0]
        for part in snapshot.parts:
            look_at(connection, before, part, OLD)
            look_at(connection, after, part, NEW)
            for row in connection.execute(statement).fetchall():
                unchanged -= _take(row, compared, totals)
            done += part.rows
            progress("compare", done, snapshot.rows)
    changes = tuple(_changes(before, after, totals))
    return Comparison(snapshot.rows, unchanged, changes, key_changes(old, new))


def _own(programme: Programme, bases: Sequence[Snapshot]) -> list[Snapshot]:
    """Those of the snapshots that a base of the programme asks for."""
    days = {base.as_of for base in programme.bases.values()}
    return [snapshot for snapshot in bases if snapshot.as_of in days]


def _check_asked_for(old: Programme, new: Programme, bases: Sequence[Snapshot]) -> None:
    days = {base.as_of for each in (old, new) for base in each.bases.values()}
    for snapshot in bases:
        if snapshot.as_of not in days:
            asked = ", ".join(sorted(day.isoformat() for day in days)) or "no base at all"
            message = f"no base of '{old.identifier}', old or new, is as of {snapshot.as_of}"
            hint = f"the versions ask for {asked}; give --base a snapshot as of that day"
            raise MakegoodError(Finding("MG602", message, hint))


_Key = tuple[str, int | None, int | None, int]


@dataclass(slots=True)
class _Total:
    lines: int = 0
    old_amount: int = 0
    new_amount: int = 0
    examples: tuple[str, ...] = ()


def _take(row: Sequence[Any], compared: Sequence[Pair], totals: dict[_Key, _Total]) -> int:
    """Add a group of changed lines to the totals of every measure that changes; its lines."""
    lines, first, last, *cells = row
    for index, pair in enumerate(compared):
        old, new, sign, old_amount, new_amount = cells[5 * index : 5 * index + 5]
        if old == new and not sign:
            continue
        total = totals.setdefault((pair.name, old, new, sign or 0), _Total())
        total.lines += lines
        total.old_amount += int(old_amount or 0)
        total.new_amount += int(new_amount or 0)
        found = dict.fromkeys((*total.examples, first, last))
        total.examples = tuple(sorted(found))[:EXAMPLES_MAX]
    return int(lines)


def _changes(before: Job, after: Job, totals: dict[_Key, _Total]) -> Iterator[Change]:
    reasons = shared_reasons(before, after)
    old_meanings = numbered_meanings(before, reasons)
    new_meanings = numbered_meanings(after, reasons)
    order = [pair.name for pair in pairs(before, after)]
    keys = sorted(totals, key=lambda key: (order.index(key[0]), -totals[key].lines))
    for key in keys:
        name, old, new, _ = key
        total = totals[key]
        yield Change(
            name,
            None if old is None else old_meanings[name][old],
            None if new is None else new_meanings[name][new],
            total.lines,
            total.old_amount,
            total.new_amount,
            total.examples,
        )
