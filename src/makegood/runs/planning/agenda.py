"""Everything that is due by the version in force, and every run there was, in order of time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from makegood.kernel import ONCE, Finding, MakegoodError
from makegood.redress.quotes import measures_with_promises
from makegood.runs.kinds import RunKind
from makegood.runs.planning.deciding import facts_of, name_of
from makegood.runs.planning.demanding import demands
from makegood.runs.planning.due import Due, due
from makegood.runs.planning.forecast import (
    Expected,
    by_due,
    expected,
    first_runs,
    run_for,
    undecided,
)
from makegood.runs.planning.plan import facts_days_max, local_day
from makegood.runs.planning.times import at_time_of
from makegood.runs.planning.upheld import channel_of, missing
from makegood.trust.clock import now

if TYPE_CHECKING:
    from makegood.configuration import Settings
    from makegood.decisions import Decisions
    from makegood.programmes import Programme
    from makegood.runs.rows import RunRow


def agenda(
    settings: Settings, programme: Programme, until: datetime, decisions: Decisions | None
) -> list[Expected]:
    """What was and is due up to an instant, in order; heads and money as far as decisions say them.

    With what the dates of the file bring goes what waits now, and every run but follow-ups that
    was planned for another reason: because something waited, by a version before, as a top-up.
    """
    dated, waiting = {*due(programme, until)}, demands(programme, now())
    entries = {*dated, *waiting}
    planned = first_runs(programme.identifier)
    standing = by_due(planned)
    found = [*_upheld(settings, programme, standing)]
    for each in entries:
        run = run_for(standing, each)
        if run is not None:
            found.append(Expected(each, run.items, run.total, run=run))
        elif decisions is not None:
            comes_to = expected(programme, decisions, each)
            # What waits comes on top of what a run of the family has: nobody has both.
            found.append(comes_to if each in dated else replace(comes_to, at_most=True))
        else:
            found.append(undecided(each))
    named = {each.run.run_id for each in found if each.run}
    found += [
        Expected(_due_of(run), run.items, run.total, run=run)
        for run in planned
        if run.run_id not in named and run.due_at <= until
    ]
    return sorted(found, key=_order)


def _order(each: Expected) -> tuple[datetime, str, str, int]:
    """By the instant; what was cancelled before what was planned anew in its place."""
    sequence = each.run.sequence if each.run else 0
    return (each.due.due_at, each.due.kind, each.due.measure, sequence)


def _due_of(run: RunRow) -> Due:
    return Due(run.kind, run.measure, run.period, run.due_at, run.channel)


def _upheld(
    settings: Settings,
    programme: Programme,
    standing: Mapping[tuple[str, str, str, object], RunRow],
) -> Iterator[Expected]:
    """What was upheld and is missing: due today, or tomorrow where today's run was planned."""
    zone = ZoneInfo(programme.section.time_zone)
    today = now().astimezone(zone).date()
    for name in measures_with_promises(programme.identifier):
        measure = programme.measures.get(name)
        channel = channel_of(measure) if measure else None
        if measure is None or channel is None:
            continue
        days = (today, today + timedelta(days=1))
        dues = [
            Due(RunKind.TOP_UP, name, ONCE, at_time_of(RunKind.TOP_UP, day, zone), channel)
            for day in days
        ]
        entry = dues[run_for(standing, dues[0]) is not None]
        try:
            lines = missing(settings, programme, measure)
        except MakegoodError:
            # The round that plans it says why; how much is missing nobody knows meanwhile.
            yield undecided(entry)
            continue
        if lines:
            yield Expected(entry, len(lines), sum(line.amount for line in lines))


def held_back(
    settings: Settings, programme: Programme, entries: Sequence[Expected]
) -> list[Finding]:
    """Why what should be a run by now is none, as far as facts are the reason: MG860, MG872."""
    found: dict[str, Finding] = {}
    for each in entries:
        if each.run is not None or each.due.due_at > now():
            continue
        try:
            days_max = facts_days_max(settings, each.due.kind)
            facts_of(programme.identifier, local_day(programme, each.due), days_max)
        except MakegoodError as error:
            found |= {finding.message: finding for finding in error.findings}
    return list(found.values())


def known_decisions(settings: Settings, programme: Programme) -> Decisions | None:
    """Decisions of a text over the newest lines, where they were made already; else None.

    Nothing is decided here, so a page may ask it. Raises MakegoodError MG501 to MG504, MG833 where
    the newest snapshot cannot be opened, MG614 where the decisions were changed.
    """
    from makegood.decisions import open_decisions
    from makegood.redress.serving import bases_for, newest, snapshot_of

    known = newest(programme.identifier)
    if known is None:
        return None
    snapshot = snapshot_of(known)
    name = name_of(programme, snapshot, bases_for(programme, snapshot))
    folder = settings.decisions_folder / name
    return open_decisions(folder) if folder.is_dir() else None
