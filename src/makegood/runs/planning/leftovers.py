"""Folders of runs that were killed while they were planned."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from makegood.kernel import MakegoodError
from makegood.runs.locks import family_lock, locks
from makegood.runs.planning.manifest import read_manifest
from makegood.runs.rows import select

if TYPE_CHECKING:
    from makegood.configuration import Settings

_KNOWN = "SELECT 1 FROM runs_run WHERE run_id = %s"


def remove_left_over(settings: Settings) -> int:
    """Remove folders whose run was never put in; how many. What somebody is planning stays.

    A folder appears whole, and its rows come right after it, both under the lock of its family:
    one without rows, while nobody holds that lock, was left by a process that died. Half-written
    folders are hidden, and held by whoever writes them.
    """
    folder = settings.runs_folder
    if not folder.is_dir():
        return 0
    removed = _remove_half_written(folder)
    found = [each for each in _folders(folder) if not _known(each[1])]
    if not found:
        return removed
    with locks() as held:
        for path, run_id in found:
            try:
                family = read_manifest(path, run_id)["family"]
            except MakegoodError:
                continue  # not as it was written: somebody looks at it, nobody removes it
            key = family_lock(family["programme"], family["measure"], family["period"])
            with held.held(*key) as got:
                if got and not _known(run_id):
                    shutil.rmtree(path, ignore_errors=True)
                    removed += 1
    return removed


def _remove_half_written(folder: Path) -> int:
    from makegood.population import remove_leftovers

    hidden = [path.name for path in folder.glob(".*.partial-*")]
    for name in {name[1:].partition(".partial-")[0] for name in hidden}:
        remove_leftovers(folder / name)
    return sum(not (folder / name).exists() for name in hidden)


def _folders(parent: Path) -> Iterator[tuple[Path, UUID]]:
    for folder in parent.iterdir():
        try:
            yield folder, UUID(folder.name)
        except ValueError:
            continue


def _known(run_id: UUID) -> bool:
    return bool(select(_KNOWN, [run_id]))
