"""How much goes wrong: three levels, as numbers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Faults(StrEnum):
    """How much goes wrong in a rehearsal."""

    NONE = "none"
    SOME = "some"
    MANY = "many"


@dataclass(frozen=True, slots=True)
class Level:
    """The faults of a level.

    ``kills`` and ``restarts`` are counts over the whole rehearsal, of worker processes and of the
    database. The others are shares of items or of files, per thousand.
    """

    kills: int
    workers: int
    restarts: int
    rejected: int
    returned: int
    unanswered: int
    doubled: int
    late: int


LEVELS = {
    Faults.NONE: Level(
        kills=0, workers=0, restarts=0, rejected=0, returned=0, unanswered=0, doubled=0, late=0
    ),
    Faults.SOME: Level(
        kills=12, workers=2, restarts=1, rejected=8, returned=12, unanswered=15, doubled=60, late=40
    ),
    Faults.MANY: Level(
        kills=48,
        workers=3,
        restarts=4,
        rejected=20,
        returned=30,
        unanswered=50,
        doubled=200,
        late=150,
    ),
}
"""What each level does."""
