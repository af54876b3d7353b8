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
    from makegood.configuration import Settings
    from makegood.runs.rows import RunRow

_FREE = """
SELECT item_key FROM runs_exception
WHERE run_id = %s AND outcome IN ('failed', 'returned') AND taken_by IS NULL
"""


def hint_not_anew(settings: Settings, run: RunRow) -> str:
    """What there is to do, or to wait for. Raises MakegoodError MG632 where no version is."""
    if run.state is RunState.CANCELLED and run.follows is not None:
        followed = str(run.follows)[:SHORT]
        return f"what it had taken was given back: 'makegood run retry {followed}' tries it again"
    if run.state is RunState.CANCELLED and run.kind is RunKind.TOP_UP:
        if is_upheld(run.kind, run.period):
            return _of_upheld(settings, run)
        start = f"makegood plan {run.programme} --top-ups --start"
        return f"by the version in force nothing is to be added here now; '{start}' plans what is"
    if is_upheld(run.kind, run.period) and (
        free := {row[0] for row in select(_FREE, [run.run_id])}
    ):
        of_others = on_bills_of_others(settings, run)
        if lines := sorted({of_others[key] for key in free & of_others.keys()}):
            return (
                f"somebody else has line {lines[0]} by now, and what failed would be on their bill:"
                " it can be tried again once whom it was promised has the line"
            )
    return (
        f"'makegood run show {str(run.run_id)[:SHORT]}' lists what failed and who has it; a claim's"
        " account must be put right first"
    )


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
