"""What of all runs somebody has to do something about: counts, from the runs' rows alone."""

from __future__ import annotations

from dataclasses import dataclass

from makegood.runs.rows import select

# What failed and was taken up is the items of follow-ups: items themselves are not counted here.
_COUNTS = """
SELECT count(*) FILTER (WHERE state = 'checked' AND needs_release),
       count(*) FILTER (WHERE state = 'stopped'),
       count(*) FILTER (WHERE paused_at IS NOT NULL AND state NOT IN ('closed', 'cancelled')),
       greatest(0, coalesce(sum(failed + returned), 0) - coalesce(sum(items) FILTER (
           WHERE follows IS NOT NULL AND state <> 'cancelled'), 0))::bigint,
       coalesce(sum(unknown) FILTER (WHERE state IN ('sent', 'stopped')), 0)::bigint
FROM runs_run
"""


@dataclass(frozen=True, slots=True)
class Attention:
    """Runs that wait for two persons, were stopped, are held; items to look at.

    ``failed_items`` failed or came back and no follow-up has them; ``open_items`` are of runs that
    are wholly outside and have no end: not answered, or contradicted.
    """

    to_release: int
    stopped: int
    paused: int
    failed_items: int
    open_items: int


def attention() -> Attention:
    """The counts of all programmes."""
    return Attention(*select(_COUNTS)[0])
