"""Differences and checks as they are found, and what all comparisons look at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING

from makegood.kernel import ONCE, pay_once_key
from makegood.rehearsal.customers import local
from makegood.rehearsal.story import Check, Difference

if TYPE_CHECKING:
    from makegood.rehearsal.playing import Play
    from makegood.runs import RunRow

_KEPT = 200
PREFIX_LETTERS = 16


@dataclass(slots=True)
class Found:
    """What a comparison has found so far. Only the first differences are kept; all are counted."""

    play: Play
    runs: Sequence[RunRow]
    ended: date
    differences: list[Difference] = field(default_factory=list)
    difference_count: int = 0
    checks: list[Check] = field(default_factory=list)

    def differs(
        self, line_id: str, measure: str, what: str, expected: object, found: object
    ) -> None:
        """Keep a difference."""
        self.difference_count += 1
        if len(self.differences) < _KEPT:
            one = Difference(line_id, measure, what, str(expected), str(found))
            self.differences.append(one)

    def checked(self, name: str, looked_at: int, *, before: int, finding: str = "") -> None:
        """A comparison is over; ``before`` is how many differences there were before it."""
        holds = self.difference_count == before and not finding
        self.checks.append(Check(name, looked_at, holds, finding))

    def holds(self, name: str, looked_at: int, finding: str) -> None:
        """Something that must hold; ``finding`` is empty where it does."""
        self.checks.append(Check(name, looked_at, not finding, finding))

    def key(self, measure: str, line_id: str, period: str = ONCE) -> str:
        """The pay-once key of a line."""
        return pay_once_key(self.play.programme.identifier, measure, line_id, "", period)

    def runs_of(self, measure: str, period: str) -> list[RunRow]:
        """The runs of a family, the first first."""
        found = [run for run in self.runs if (run.measure, run.period) == (measure, period)]
        return sorted(found, key=lambda run: run.sequence)

    def moment(self, at: datetime) -> datetime:
        """An instant, local to the programme."""
        return local(at, self.play.zone)


def prefix_of(run: RunRow) -> str:
    """How the identifications of a run's messages begin."""
    return run.run_id.hex[:PREFIX_LETTERS].upper()
