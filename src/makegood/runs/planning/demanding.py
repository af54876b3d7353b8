"""Days on which something waits that no date of the calendar brings."""

from __future__ import annotations

from datetime import datetime

from makegood.programmes import Programme
from makegood.runs.planning.due import Due


def demands(programme: Programme, at: datetime) -> tuple[Due, ...]:
    """What waits at an instant: claims to pay, passes to give, lines that came to qualify."""
    return ()
