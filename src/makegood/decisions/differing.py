"""Two versions of a programme over one population: who gains, who loses, in heads and money."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from makegood.decisions.bulk import job_for
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
from makegood.kernel import Progress, silent
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
    """All that changes between two versions, and how many lines do not change at all."""

    lines: int
    unchanged: int
    changes: tuple[Change, ...]


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

    Raises MakegoodError where one of them does not fit the population (MG602 to MG604).
    """
    before, after = job_for(old, snapshot, bases), job_for(new, snapshot, bases)
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
    return Comparison(snapshot.rows, unchanged, tuple(_changes(before, after, totals)))


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
