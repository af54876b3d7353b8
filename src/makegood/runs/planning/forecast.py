"""How many lines and how much money what is due comes to, as decisions say it before it is due."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from makegood.programmes import first_day_of_enrolment
from makegood.runs.kinds import RunKind
from makegood.runs.planning.due import Due

if TYPE_CHECKING:
    from makegood.decisions import Decisions, MeasureCounts
    from makegood.programmes import Programme
    from makegood.runs.rows import RunRow

_AUTOMATIC = frozenset(
    {RunKind.GRANT, RunKind.UPLIFT_START, RunKind.UPLIFT_END, RunKind.BILL, RunKind.COVER}
)


_MONEY = frozenset({RunKind.PAY_OUT, RunKind.BILL, RunKind.TOP_UP})


@dataclass(frozen=True, slots=True)
class Expected:
    """What is due and what it comes to; ``amount`` in minor units, 0 for what is no money.

    ``at_most`` where it also depends on who applies or chooses until then. ``run`` is the one that
    was planned: then heads and amount are its own. Heads are None where nothing says them.
    """

    due: Due
    heads: int | None
    amount: int | None
    at_most: bool = False
    run: RunRow | None = None


def undecided(entry: Due) -> Expected:
    """What an entry comes to as long as nothing says how many: no money where it brings none."""
    return Expected(entry, None, None if entry.kind in _MONEY else 0)


def expected(
    programme: Programme, decisions: Decisions, entry: Due, run: RunRow | None = None
) -> Expected:
    """What an entry of the calendar comes to."""
    if run is not None:
        return Expected(entry, run.items, run.total, run=run)
    if not entry.measure:
        # Who is in a base is decided when it is planned: all lines at most.
        return Expected(entry, decisions.rows, 0, at_most=bool(programme.bases))
    counts = decisions.measures[entry.measure]
    lines, amounts = by_way(counts)
    match entry.kind:
        case RunKind.NOTICE:
            return Expected(entry, sum(lines.values()), 0)
        case RunKind.REMINDER:
            return Expected(entry, lines.get("on_application", 0), 0, at_most=True)
        case RunKind.PAY_OUT:
            return Expected(entry, sum(lines.values()), sum(amounts.values()), at_most=True)
        case RunKind.PASSES:
            return Expected(entry, sum(lines.values()), 0, at_most=True)
        case RunKind.COVER if not _is_first_enrolment(programme, entry):
            # Everybody who need not apply is in it already: this is for who has applied since.
            return Expected(entry, lines.get("on_application", 0), 0, at_most=True)
        case kind if kind in _AUTOMATIC:
            money = amounts.get("automatic", 0) if kind is RunKind.BILL else 0
            # Whoever applies comes on top; how many will is nobody's to say.
            return Expected(entry, lines.get("automatic", 0), money)
        case _:
            return Expected(entry, None, None)


def _is_first_enrolment(programme: Programme, entry: Due) -> bool:
    first = first_day_of_enrolment(programme.measures[entry.measure])
    zone = ZoneInfo(programme.section.time_zone)
    return entry.due_at.astimezone(zone).date() == first


def by_way(counts: MeasureCounts) -> tuple[Mapping[str, int], Mapping[str, int]]:
    """Granted lines and their amounts by the way in which they come to it."""
    lines, amounts = dict[str, int](), dict[str, int]()
    for count in counts.counts:
        if count.way is not None:
            lines[count.way.value] = count.lines
            amounts[count.way.value] = count.amount or 0
    return lines, amounts


_SAME = "WHERE programme = %s AND follows IS NULL ORDER BY due_at, sequence"


def first_runs(programme: str) -> list[RunRow]:
    """All runs that were planned but follow-ups, cancelled ones among them, by when they were due.

    What was cancelled stands before what was planned anew in its place.
    """
    from makegood.runs.rows import runs

    return runs(_SAME, [programme])


def by_due(found: Iterable[RunRow]) -> dict[tuple[str, str, str, object], RunRow]:
    """Runs by kind, measure, period and the instant they were due: of several the last."""
    return {(run.kind.value, run.measure, run.period, run.due_at): run for run in found}


def run_for(found: Mapping[tuple[str, str, str, object], RunRow], entry: Due) -> RunRow | None:
    """The run that stands for an entry, if one does."""
    return found.get((entry.kind.value, entry.measure, entry.period, entry.due_at))
