"""A planned run is made again by the other engine: one difference stops it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from makegood.kernel import MakegoodError, Progress, silent
from makegood.runs.planning.problems import not_planned
from makegood.runs.rows import RunRow, execute, run_of
from makegood.runs.states import RunState
from makegood.runs.stopping import SYSTEM, stop
from makegood.trust.audit import Record, append
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
    then every item is made again from them without the engine that made it. Raises MakegoodError
    MG864 where the run is not planned, and what is wrong around it (a snapshot that was moved, no
    room): then it stays planned.
    """
    run = run_of(run_id)
    if run.state is not RunState.PLANNED:
        raise not_planned(run_id, run.state.value)
    try:
        from makegood.runs.planning.recheck import recheck

        recheck(settings, run, progress)
    except MakegoodError as error:
        if not {finding.code for finding in error.findings} & _STOPPING:
            raise
        stop(run_id, error)
        return run_of(run_id)
    with transaction.atomic():
        if execute(_CHECKED, [now(), run_id]):
            append(
                Record(
                    "run.checked",
                    SYSTEM,
                    run.subject,
                    details={"items": run.items, "total": run.total},
                )
            )
    return run_of(run_id)
