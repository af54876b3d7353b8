"""Facts that turn out to have been wrong: some customers were shown more than they are due."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

    from makegood.kernel import Clock
    from makegood.programmes import Programme
    from makegood.rehearsal.cast import Cast
    from makegood.rehearsal.customers import Customers
    from makegood.rehearsal.playing import Play

_LESS = 4
"""A sum of money turns out to be less by one part of so many."""


@dataclass(frozen=True, slots=True)
class Correction:
    """From the lines as of ``since`` on, these facts of these lines are less than they were."""

    since: date
    lines: frozenset[str]
    facts: tuple[str, ...]

    def applied(self, table: pa.Table) -> pa.Table:
        """A part of a population with the facts put right; as it is where none of its lines is."""
        import pyarrow as pa
        import pyarrow.compute as pc

        wanted = pa.array(sorted(self.lines), pa.string())
        ours = pc.is_in(table.column("line_id").cast(pa.string()), wanted)
        if not pc.any(ours).as_py():
            return table
        for fact in self.facts:
            place, field = table.column_names.index(fact), table.schema.field(fact)
            was = table.column(fact)
            less = pc.subtract(was, pc.divide(was, _LESS)).cast(field.type)
            table = table.set_column(place, field, pc.if_else(ours, less, was))
        return table


def stated_again(
    snapshot: Path, as_of: date, out: Path, clock: Clock, correction: Correction | None = None
) -> None:
    """The facts of a snapshot as of a day, put right where there is a correction.

    What is declared of facts says nothing of how lines change.
    """
    import pyarrow.parquet as pq

    from makegood.population import SnapshotWriter, open_snapshot

    before = open_snapshot(snapshot)
    with SnapshotWriter(
        out,
        before.facts,
        programme=before.programme,
        programme_sha256=before.programme_sha256,
        as_of=as_of,
        source=before.source,
        clock=clock,
    ) as writer:
        for number, part in enumerate(sorted(snapshot.glob("part-*.parquet"))):
            table = pq.read_table(part)
            writer.add_part(number, correction.applied(table) if correction else table)
        writer.finish()


def money_facts(programme: Programme, facts: Collection[str]) -> tuple[str, ...]:
    """Those of some facts that are sums of money, in order."""
    from makegood.rules import Kind

    return tuple(sorted(name for name in facts if programme.facts[name].kind is Kind.MONEY))


def let_look_early(
    play: Play, day: date, corrected: date, cast: Cast, customers: Customers
) -> None:
    """Some look up what is due to them; facts of theirs turn out to have been wrong."""
    customers.plan(cast.lookers(day, corrected), not_before=play.now)
    asked = {fact for name in cast.early for fact in play.standings.oracle.FACTS[name]}
    play.world.correction = Correction(
        corrected,
        frozenset(line for lines in cast.early.values() for line in lines),
        money_facts(play.programme, asked),
    )
