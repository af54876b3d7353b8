"""What is told where nothing of a run can be tried again, and no run is planned in its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from makegood.runs.kinds import RunKind
from makegood.runs.planning.problems import SHORT
from makegood.runs.planning.upheld import channel_of, is_upheld, missing
from makegood.runs.planning.upheld_check import on_bills_of_others
from makegood.runs.rows import select
from makegood.runs.states import RunState

if TYPE_CHECKING:
    from uuid import UUID

    from makegood.configuration import Settings
    from makegood.runs.rows import RunRow

_ON_DEMAND = frozenset({RunKind.PAY_OUT, RunKind.PASSES})
"""What is planned on any day on which something waits."""
_FREE = """
SELECT item_key FROM runs_exception
WHERE run_id = %s AND outcome IN ('failed', 'returned') AND taken_by IS NULL
"""


def hint_not_anew(settings: Settings, run: RunRow) -> str:
    """What there is to do, or to wait for. Raises MakegoodError MG632 where no version is."""
    if run.state is RunState.CANCELLED:
        return _of_cancelled(settings, run)
    named = _short(run.run_id)
    if run.state is RunState.STOPPED:
        return (
            f"it is stopped, and 'makegood run show {named}' says why; where its files were lost"
            f" or changed, 'makegood run resume {named}' goes on with it once they are whole"
        )
    if line := _on_anothers_bill(settings, run):
        return (
            f"somebody else has line {line} by now, and what failed would be on their bill:"
            " it can be tried again once whom it was promised has the line"
        )
    if run.kind is RunKind.PASSES:
        return (
            "a pass that failed is not tried again by this: its choice is open again, may be"
            f" changed, and goes into the next run of {run.measure}, which is planned by itself"
        )
    failed = f"'makegood run show {named}' lists what failed and who has it"
    if run.kind is RunKind.PAY_OUT:
        return f"{failed}; a claim's account must be put right first"
    return failed


def _of_cancelled(settings: Settings, run: RunRow) -> str:
    """Of a cancelled run that is due no more."""
    if run.follows is not None:
        retry = f"makegood run retry {_short(run.follows)}"
        return f"what it had taken was given back: '{retry}' tries it again"
    if run.kind in _ON_DEMAND:
        return (
            "what it was to bring was given back, and goes into the next run of"
            f" {run.measure} that is planned by itself"
        )
    if is_upheld(run.kind, run.period):
        return _of_upheld(settings, run)
    if run.kind is RunKind.TOP_UP:
        start = f"makegood plan {run.programme} --top-ups --start"
        return f"by the version in force nothing is to be added here now; '{start}' plans what is"
    return "by the version in force no day brings it now"


def _on_anothers_bill(settings: Settings, run: RunRow) -> str:
    """A line of which something upheld failed, and somebody else has it by now; empty for none."""
    if not is_upheld(run.kind, run.period):
        return ""
    free = {row[0] for row in select(_FREE, [run.run_id])}
    if not free:
        return ""
    of_others = on_bills_of_others(settings, run)
    return min((of_others[key] for key in free & of_others.keys()), default="")


def _of_upheld(settings: Settings, run: RunRow) -> str:
    """Of a cancelled run of what was upheld: whether anything of the measure is missing now."""
    from makegood.redress.quotes import open_promises
    from makegood.redress.serving import programme_in_force

    promises = open_promises(run.programme, run.measure)
    if not promises:
        return f"nothing of what was upheld of {run.measure} is missing now"
    programme = programme_in_force(run.programme)
    measure = programme.measures.get(run.measure)
    if measure is None or channel_of(measure) is None:
        return (
            f"the version in force pays nothing of {run.measure}: what was upheld of it stays open,"
            " and is planned where a later version pays it again"
        )
    if missing(settings, programme, measure):
        return "what is still missing of what was upheld is planned by itself, each day at 09:00"
    return (
        "nothing of what was upheld can be added now: what its lines were sent has to arrive first,"
        " or is enough; what is missing after that is planned by itself, each day at 09:00"
    )


def _short(run_id: UUID) -> str:
    return str(run_id)[:SHORT]
