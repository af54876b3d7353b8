"""What earlier runs of a family hold: a key is in one of them at most, and so is an attempt."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from makegood.runs.folders import folder_of, items_file
from makegood.runs.planning.problems import SHORT
from makegood.runs.rows import RunRow, runs

if TYPE_CHECKING:
    from pathlib import Path

    from makegood.configuration import Settings
    from makegood.runs.kinds import RunKind

_FAMILY = "WHERE programme = %s AND measure = %s AND period = %s"


def family_runs(programme: str, measure: str, period: str) -> list[RunRow]:
    """All runs of a family in their order, those that were cancelled too."""
    return runs(f"{_FAMILY} ORDER BY sequence", [programme, measure, period])


def standing(found: Sequence[RunRow], kind: RunKind, due_at: datetime) -> RunRow | None:
    """The run of a family that was planned for this very thing; the newest of them."""
    same = [run for run in found if run.kind is kind and run.due_at == due_at and not run.follows]
    return same[-1] if same else None


def holding(settings: Settings, found: Sequence[RunRow]) -> dict[str, list[Path]]:
    """By run that was not cancelled and has items, their files; the run by the start of its id."""
    return {
        str(run.run_id)[:SHORT]: item_files(settings, run)
        for run in found
        if run.state != "cancelled" and run.items
    }


def item_files(settings: Settings, run: RunRow) -> list[Path]:
    """The files of a run's items, in order."""
    folder = folder_of(settings, run.run_id)
    return [items_file(folder, number) for number in range(1, run.shards + 1)]
