"""A planned run is made again by the other engine: one difference stops it."""

from __future__ import annotations

from uuid import UUID

from makegood.configuration import Settings
from makegood.kernel import Progress, silent
from makegood.runs.rows import RunRow


def check_run(settings: Settings, run_id: UUID, progress: Progress = silent) -> RunRow:
    """Check a planned run: CHECKED, or STOPPED with the first difference in ``finding``."""
    raise NotImplementedError
