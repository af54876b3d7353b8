"""How the waiting room stands, for operators."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from makegood.portal.waiting.gate_row import GateRow
from makegood.trust.clock import now


@dataclass(frozen=True, slots=True)
class Standing:
    """The gate in figures.

    ``inside``: visits that take a place; ``called``: places kept for those who were called.
    ``leaving_a_minute``: how many places become free, as measured while the house is full.
    ``slow_share``: the part of answers that took longer than the target when last looked at.
    ``age_seconds``: how old all this is; nobody looks while nobody comes.
    """

    inside: int
    called: int
    waiting: int
    inside_max: int
    is_measured: bool
    admissions_a_minute: float
    leaving_a_minute: float
    slow_share: float
    entered: int
    is_settling: bool
    looked_at: datetime | None

    @property
    def age_seconds(self) -> float | None:
        """How long ago a process looked; None where none ever did."""
        return max(0.0, (now() - self.looked_at).total_seconds()) if self.looked_at else None


def waiting_standing(*, inside_max_set: int = 0) -> Standing:
    """The gate as the processes of the customers' site last saw it.

    ``inside_max_set`` is the setting ``portal_inside_max``: 0 means that the limit is measured.
    """
    with connection.cursor() as cursor:
        row = GateRow.read(cursor)
    return Standing(
        inside=row.inside,
        called=len(row.called),
        waiting=row.waiting,
        # What was just set is in force with the next look.
        inside_max=row.inside_max if row.set_inside_max is None else row.set_inside_max,
        is_measured=row.set_inside_max is None and not inside_max_set,
        admissions_a_minute=row.admissions_a_minute,
        leaving_a_minute=row.flow * 60,
        slow_share=row.slow_share,
        entered=row.entered,
        is_settling=row.settles_until is not None and row.settles_until > now(),
        looked_at=row.ticked_at,
    )
