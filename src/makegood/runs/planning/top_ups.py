"""What an amended programme adds to what was already done."""

from __future__ import annotations

from dataclasses import dataclass

from makegood.configuration import Settings
from makegood.kernel import Progress, silent
from makegood.runs.planning.due import Due


@dataclass(frozen=True, slots=True)
class TopUp:
    """What a measure's lines are due beyond what was done; amounts in minor units.

    ``worse`` lines got more than the version in force gives: nothing is taken back.
    """

    due: Due
    heads: int
    amount: int
    worse: int
    worse_amount: int


def top_ups(
    settings: Settings, programme_name: str, progress: Progress = silent
) -> tuple[TopUp, ...]:
    """What the version in force adds to what was done, by measure. Proposes; changes nothing."""
    raise NotImplementedError
