"""A run is planned: its items written and closed, its rows put in, or nothing at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING
from uuid import uuid4
from zoneinfo import ZoneInfo

from makegood.kernel import MakegoodError, Progress, silent
from makegood.runs.kinds import RunKind
from makegood.runs.locks import family_lock, locks
from makegood.runs.planning.choosing import Choice, If, choices
from makegood.runs.planning.earlier import family_runs, holding, standing
from makegood.runs.planning.keeping import keep
from makegood.runs.planning.own_money import OWN_KINDS
from makegood.runs.planning.problems import (
    being_planned,
    facts_gone,
    nothing_missing,
    unknown_measure,
)
from makegood.runs.planning.selecting import (
    MEMBER,
    MEMBER_UNKNOWN,
    NO_MEMBER,
    Work,
)
from makegood.runs.planning.texts import MESSAGES, texts_of
from makegood.runs.planning.upheld import is_upheld, missing_table, one_top_up
from makegood.runs.planning.waiting import WAITING_SCHEMA, waiting_for, waiting_select
from makegood.runs.rows import RunRow
from makegood.trust.clock import now

if TYPE_CHECKING:
    import pyarrow as pa

    from makegood.configuration import Settings
    from makegood.programmes import Measure, Programme
    from makegood.publication import Published
    from makegood.runs.planning.deciding import Decided
    from makegood.runs.planning.due import Due


_TRIES = 3
_CHANGED_MEANWHILE = frozenset({"MG839", "MG846"})
# What a month or a bill brings is decided by the facts of its day, also when it comes later.
_BY_ITS_DAY = frozenset({RunKind.GRANT, RunKind.BILL, RunKind.UPLIFT_START})
# Whom these are for was settled before, by claims that were approved, by what was begun, by what
# was done: they do not wait for newer facts.
_BY_ANY_FACTS = frozenset({RunKind.PAY_OUT, RunKind.UPLIFT_END, RunKind.TOP_UP})


def plan_run(
    settings: Settings,
    programme_name: str,
    due: Due,
    by: str,
    progress: Progress = silent,
    *,
    again: bool = False,
) -> RunRow:
    """Plan what is due; the same due again is the run that stands, also where it was cancelled.

    ``again`` plans anew what was cancelled. Items are made from the decisions of the version in
    force over the newest snapshot of the day. Raises BeingPlanned MG861 while another process
    plans the family, MakegoodError MG632 where no version is in force, MG860 without a snapshot,
    MG872 where facts are too far from the day (``facts_days_max``), MG862 where items and left out
    are not what was decided, MG863 and MG867, NothingMissing MG887 where what was upheld has come.
    """
    key = (programme_name, due.measure, due.period)
    # Asked every few seconds of everything that was ever due: mostly it stands, without a lock.
    found = standing(family_runs(*key), due.kind, due.due_at)
    if found is not None and not (again and found.state == "cancelled"):
        return found
    with family(*key), one_top_up(programme_name, due.measure, due.kind):
        earlier = family_runs(*key)
        found = standing(earlier, due.kind, due.due_at)
        if found is not None and not (again and found.state == "cancelled"):
            return found
        for _ in range(_TRIES - 1):
            try:
                return _Planner(settings, programme_name, due, by, earlier, progress).run()
            except MakegoodError as error:
                # Somebody withdrew, or chose otherwise, while it was made: it is made without.
                if error.findings[0].code not in _CHANGED_MEANWHILE:
                    raise
        return _Planner(settings, programme_name, due, by, earlier, progress).run()


@contextmanager
def family(programme: str, measure: str, period: str) -> Iterator[None]:
    """Nobody else plans this family meanwhile. Raises BeingPlanned MG861."""
    with locks() as own, own.held(*family_lock(programme, measure, period)) as got:
        if not got:
            raise being_planned(f"{programme} {measure} {period}".replace("  ", " "))
        yield


@dataclass(slots=True)
class _Planner:
    """Plans one run, with its family's lock held."""

    settings: Settings
    programme_name: str
    due: Due
    by: str
    earlier: list[RunRow]
    progress: Progress

    def run(self) -> RunRow:
        from makegood.publication import in_force
        from makegood.redress.serving import programme_in_force

        programme = programme_in_force(self.programme_name)
        published = in_force(self.programme_name)
        if published is None or published.sha256 != programme.sha256:
            raise being_planned(self.programme_name)  # published in this very moment
        if self.due.measure and self.due.measure not in programme.measures:
            raise unknown_measure(self.programme_name, self.due.measure)
        texts = texts_of(programme, published, self.due)
        decided = self._decided(programme)
        work = self._work(programme, decided)
        row = _row(programme, published, self.due, decided, self.by)
        row = replace(row, sequence=len(self.earlier), texts=texts)
        kept = keep(self.settings, row, self.progress, work)
        if kept.kind in OWN_KINDS and kept.items:
            # By older facts it may bring more than the newest promise: that is promised now.
            self._newest(programme)
        return kept

    def _decided(self, programme: Programme) -> Decided:
        """The decisions of its day; of what names its very facts, those over these."""
        from makegood.runs.planning.deciding import decided_on, newest_decisions

        facts, due = self.due.facts, self.due
        day, days_max = self._facts_day(programme), facts_days_max(self.settings, due.kind)
        measure = programme.measures.get(due.measure)
        if not facts:
            return newest_decisions(self.settings, programme, day, self.progress, days_max=days_max)
        if measure and measure.amount is not None:
            # What the version promises is in the ledger before anything of it leaves.
            self._newest(programme)
        found = decided_on(self.settings, programme, facts, self.progress)
        if found is None:
            raise facts_gone(self.programme_name, facts)
        return found

    def _newest(self, programme: Programme) -> None:
        """What is decided by the newest lines stands promised in the ledger."""
        from makegood.runs.planning.deciding import newest_decisions

        newest_decisions(self.settings, programme, None, self.progress)

    def _facts_day(self, programme: Programme) -> date:
        day = local_day(programme, self.due)
        if self.due.kind in _BY_ITS_DAY and self.earlier:
            return min(day, self.earlier[0].due_on)
        return day

    def _work(self, programme: Programme, decided: Decided) -> Work:
        due, measure = self.due, programme.measures.get(self.due.measure)
        held = holding(self.settings, self.earlier)
        if measure is None:
            return Work(programme, due, decided, TO_ALL, WAITING_SCHEMA.empty_table(), holding=held)
        day = local_day(programme, due)
        return Work(
            programme,
            due,
            decided,
            choices(due.kind, measure),
            self._waiting(programme, measure, day),
            quantity=quantity_of(due.kind, measure),
            holding=held,
        )

    def _waiting(self, programme: Programme, measure: Measure, day: date) -> pa.Table | str:
        if self.due.kind is RunKind.UPLIFT_END:
            return _started(self.settings, programme.identifier, measure.name)
        if is_upheld(self.due.kind, self.due.period):
            found = missing_table(self.settings, programme, measure)
            if not found.num_rows:
                # A run without items would use the day up for what may be missing an hour later.
                raise nothing_missing(measure.name)
            return found
        if self.due.kind is RunKind.TOP_UP:
            from makegood.runs.planning.top_ups import better_lines

            return better_lines(self.settings, programme, measure, self.due, self.progress)
        return waiting_for(self.due.kind, programme.identifier, measure, day)


def _row(programme: Programme, published: Published, due: Due, decided: Decided, by: str) -> RunRow:
    decisions = decided.decisions
    return RunRow(
        run_id=uuid4(),
        programme=programme.identifier,
        measure=due.measure,
        period=due.period,
        sequence=0,
        kind=due.kind,
        channel=due.channel,
        follows=None,
        due_at=due.due_at,
        due_on=local_day(programme, due),
        currency=programme.currency.code,
        minor_digits=programme.currency.minor_digits,
        texts={},
        programme_sha256=programme.sha256,
        messages_sha256=published.messages_sha256 if due.kind in MESSAGES else "",
        snapshot_sha256=decided.snapshot.content_sha256,
        decisions_sha256=decisions.content_sha256,
        items_sha256="",
        engine=f"{decisions.engine} {decisions.engine_version}",
        needs_release=False,
        decided=0,
        items=0,
        left_out=0,
        total=0,
        shards=0,
        planned_at=now(),
        planned_by=by,
        unknown=0,
    )


def local_day(programme: Programme, due: Due) -> date:
    """The day on which something is due, in the programme's zone."""
    return due.due_at.astimezone(ZoneInfo(programme.section.time_zone)).date()


def facts_days_max(settings: Settings, kind: RunKind) -> int:
    """How many days the facts of a kind of run may be from its day; 0 where any will do."""
    return 0 if kind in _BY_ANY_FACTS else settings.facts_days_max


def quantity_of(kind: RunKind, measure: Measure) -> int:
    """How much every item of a kind brings: gigabytes of a grant, percent of an uplift."""
    if kind is RunKind.GRANT and measure.section.grant:
        return measure.section.grant.quantity
    if kind in (RunKind.UPLIFT_START, RunKind.UPLIFT_END) and measure.section.uplift:
        return measure.section.uplift.percent
    return 0


def _started(settings: Settings, programme: str, measure: str) -> str:
    """The lines whose uplift was started, as a SELECT; empty where none was."""
    from makegood.decisions import parquet_relation
    from makegood.runs.planning.due import START

    held = holding(settings, family_runs(programme, measure, START))
    files = [path for paths in held.values() for path in paths]
    return (
        waiting_select(f"SELECT DISTINCT line_id FROM {parquet_relation(files)}") if files else ""
    )


TO_ALL = {
    MEMBER: Choice(If.ALWAYS),
    NO_MEMBER: Choice(If.NEVER, "not_in_scope"),
    MEMBER_UNKNOWN: Choice(If.NEVER, "undetermined"),
}
"""What becomes of whom a notice to everybody is for."""
