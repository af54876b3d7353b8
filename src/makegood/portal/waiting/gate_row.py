"""The gate as it stands, as a value."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper


@dataclass(frozen=True, slots=True)
class GateRow:
    """The columns of the gate; see ``models.Gate``."""

    free: int
    free_given: int
    last_number: int
    highest_called: int
    called: list[int]
    ranks: list[int]
    rank_step: int
    waiting: int
    inside: int
    measured_limit: float
    is_starting: bool
    inside_max: int
    admissions_a_minute: float
    set_inside_max: int | None
    set_admissions_a_minute: int | None
    tokens: float
    flow: float
    answers: int
    slow: int
    slow_share: float
    entered: int
    controlled_at: datetime | None
    ticked_at: datetime | None
    settles_until: datetime | None

    @classmethod
    def read(cls, cursor: CursorWrapper) -> GateRow:
        """As it stands."""
        return cls._of(cursor, "")

    @classmethod
    def held(cls, cursor: CursorWrapper) -> GateRow:
        """As it stands, and held to the end of the transaction."""
        return cls._of(cursor, "FOR UPDATE")

    @classmethod
    def _of(cls, cursor: CursorWrapper, how: str) -> GateRow:
        columns = ", ".join(one.name for one in fields(cls))
        cursor.execute(f"SELECT {columns} FROM waiting_gate WHERE gate_id = 1 {how}")
        return cls(*cursor.fetchone())

    @property
    def ranked_to(self) -> int:
        """The last number that was given out when those who wait were counted."""
        return self.ranks[-1] if self.ranks else 0

    @property
    def empty(self) -> int:
        """Places inside that nobody has and that are kept for nobody."""
        return max(0, self.inside_max - self.inside - len(self.called))
