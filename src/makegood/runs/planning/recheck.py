"""The items of a run are made again from proved decisions, line by line, without any engine."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from makegood.kernel import Progress
from makegood.runs.folders import LEFT_OUT, folder_of, sha256_of_file
from makegood.runs.planning.followed import expect_followed
from makegood.runs.planning.line_check import BY_CLAIMS
from makegood.runs.planning.manifest import read_manifest
from makegood.runs.planning.problems import damaged
from makegood.runs.planning.side_by_side import SideBySide
from makegood.runs.planning.verified import expect_proved
from makegood.runs.rows import shards_of
from makegood.runs.shipments import expect_all_unchanged

if TYPE_CHECKING:
    from makegood.configuration import Settings
    from makegood.decisions import Decisions
    from makegood.programmes import Programme
    from makegood.runs.rows import RunRow


def recheck(settings: Settings, run: RunRow, progress: Progress) -> None:
    """Raises MakegoodError with the first thing that is not as it must be.

    MG866 and MG873 for files that were changed, MG611 to MG615 for decisions, MG868 for an item
    that the decisions do not say, or one that lacks.
    """
    folder = folder_of(settings, run.run_id)
    manifest = read_manifest(folder, run.run_id)
    expect_all_unchanged(settings, run, shards_of(run.run_id))
    if run.follows is not None:
        expect_followed(settings, run)
        return
    if sha256_of_file(folder / LEFT_OUT) != manifest["left_out"]["sha256"]:
        raise damaged(run.run_id, f"{LEFT_OUT} was changed after it was written")
    decisions = _decisions(settings, run, manifest["decisions"])
    expect_proved(decisions, progress)
    programme = _programme(decisions)
    if run.measure:
        SideBySide(settings, run, programme, decisions, progress).expect_same()
    if run.kind in BY_CLAIMS and run.items:
        from makegood.runs.planning.claimed import expect_amounts

        expect_amounts(settings, run, programme, decisions, progress)


def _decisions(settings: Settings, run: RunRow, name: str) -> Decisions:
    from makegood.decisions import open_decisions

    decisions = open_decisions(settings.decisions_folder / name)
    if decisions.content_sha256 != run.decisions_sha256:
        raise damaged(run.run_id, f"the decisions in {name} are not those it was planned from")
    return decisions


def _programme(decisions: Decisions) -> Programme:
    """The programme as it was decided with, read from its copy; the same text only once."""
    text = decisions.programme_copy.read_text(encoding="utf-8")
    return _loaded(text, str(decisions.programme_copy))


@lru_cache(maxsize=8)
def _loaded(text: str, file: str) -> Programme:
    from makegood.programmes import load_text

    return load_text(text, file)
