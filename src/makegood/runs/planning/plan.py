"""A run is planned: its items written and closed, its rows put in, or nothing at all."""

from __future__ import annotations

from uuid import UUID

from makegood.configuration import Settings
from makegood.kernel import Progress, silent
from makegood.runs.planning.due import Due
from makegood.runs.rows import RunRow


def plan_run(
    settings: Settings, programme_name: str, due: Due, by: str, progress: Progress = silent
) -> RunRow:
    """Plan what is due; the same due again is the run that stands."""
    raise NotImplementedError


def plan_follow_up(
    settings: Settings, run_id: UUID, by: str, progress: Progress = silent
) -> RunRow | None:
    """Plan a run of exactly what failed or was returned; None where nothing did."""
    raise NotImplementedError
