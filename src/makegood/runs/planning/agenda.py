"""Everything that is due by the version in force, with what it comes to and the run it became."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from makegood.kernel import Finding, MakegoodError
from makegood.runs.planning.deciding import facts_of, name_of
from makegood.runs.planning.demanding import demands
from makegood.runs.planning.due import due
from makegood.runs.planning.forecast import Expected, expected, run_for, runs_by_due
from makegood.runs.planning.plan import facts_days_max, local_day
from makegood.trust.clock import now

if TYPE_CHECKING:
    from makegood.configuration import Settings
    from makegood.decisions import Decisions
    from makegood.programmes import Programme


def agenda(programme: Programme, until: datetime, decisions: Decisions | None) -> list[Expected]:
    """What is due up to an instant, in order; heads and money as far as decisions say them."""
    entries = {*due(programme, until), *demands(programme, now())}
    standing = runs_by_due(programme.identifier)
    found = []
    for each in sorted(entries, key=lambda entry: (entry.due_at, entry.kind, entry.measure)):
        run = run_for(standing, each)
        if run is not None:
            found.append(Expected(each, run.items, run.total, run=run))
        elif decisions is not None:
            found.append(expected(programme, decisions, each))
        else:
            found.append(Expected(each, None, None))
    return found


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
