"""A planned run is made again by the other engine: one difference stops it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from makegood.kernel import MakegoodError, Progress, silent
from makegood.runs.planning.deviating import compare, is_compared, keep_compared, told
from makegood.runs.planning.problems import not_planned
from makegood.runs.planning.upheld import is_upheld
from makegood.runs.planning.upheld_check import expect_theirs, expect_upheld, upheld_items
from makegood.runs.rows import RunRow, execute, run_of
from makegood.runs.states import RunState
from makegood.runs.stopping import SYSTEM, stop
from makegood.trust.audit import Json, Record, append
from makegood.trust.clock import now

if TYPE_CHECKING:
    from makegood.configuration import Settings

_CHECKED = """
UPDATE runs_run SET state = 'checked', checked_at = %s WHERE run_id = %s AND state = 'planned'
"""

_STOPPING = frozenset(
    {
        *("MG611", "MG612", "MG613", "MG614", "MG615", "MG606"),
        *("MG503", "MG504", "MG505", "MG866", "MG868", "MG873"),
    }
)
"""What says that something is not as it was: files, hashes, amounts. Others come from outside."""


def check_run(settings: Settings, run_id: UUID, progress: Progress = silent) -> RunRow:
    """Check a planned run: CHECKED, or STOPPED with the first difference in ``finding``.

    The decisions are verified by the other engine, once for all runs that were planned from them;
    then every item is made again from them without the engine that made it. A run of money is held
    against what its lines were shown, and what deviates is kept with it. Raises NotPlanned MG864
    where the run is not planned, and MakegoodError for what is wrong around it (a snapshot that was
    moved, no room, a quote that cannot be read): then it stays planned.
    """
    run = run_of(run_id)
    if run.state is not RunState.PLANNED:
        raise not_planned(run_id, run.state.value)
    try:
        from makegood.runs.planning.recheck import recheck

        recheck(settings, run, progress)
        if is_upheld(run.kind, run.period) and run.items:
            if run.follows is None:
                expect_upheld(settings, run, upheld_items(settings, run))
            else:
                expect_theirs(settings, run)
    except MakegoodError as error:
        if not {finding.code for finding in error.findings} & _STOPPING:
            raise
        stop(run_id, error)
        return run_of(run_id)
    found = compare(settings, run) if is_compared(run) else None
    with transaction.atomic():
        if execute(_CHECKED, [now(), run_id]):
            details: dict[str, Json] = {"items": run.items, "total": run.total}
            if found is not None:
                keep_compared(settings, run, *found)
                details |= told(found[0])
            append(Record("run.checked", SYSTEM, run.subject, details=details))
    return run_of(run_id)
