"""Studies carried out: what a text comes to or changes over all lines, what it adds to what was.

Each takes as long as deciding every line does; a worker does it, and the page looks at its row.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any
from uuid import UUID

from makegood.configuration import Settings
from makegood.kernel import Finding, MakegoodError, Progress
from makegood.publication import (
    StudyKind,
    StudyProgress,
    begin_study,
    end_study,
    forecast_of,
    text_of,
)
from makegood.runs.planning import newest_decisions, not_topped_up, plan_run, top_ups
from makegood.runs.planning.problems import no_lines

if TYPE_CHECKING:
    from makegood.decisions import Comparison
    from makegood.population import Snapshot
    from makegood.programmes import Programme
    from makegood.publication import Study


def carry_out_study(settings: Settings, study_id: UUID) -> None:
    """Carry out a study and keep what came of it; one that is over is left as it is.

    What is wrong with the lines or the text is kept as findings. Anything else is raised, and the
    study may be carried out once more.
    """
    study = begin_study(study_id)
    if study is None:
        return
    try:
        result = _result(settings, study, StudyProgress(study_id))
    except MakegoodError as error:
        end_study(study_id, None, error.findings)
    else:
        end_study(study_id, result)


def _result(settings: Settings, study: Study, progress: Progress) -> dict[str, Any]:
    programme = _programme(study.sha256)
    match study.kind:
        case StudyKind.FORECAST:
            decided = newest_decisions(settings, programme, None, progress, promised=False)
            return forecast_of(programme, decided.decisions)
        case StudyKind.DIFFERENCE:
            return _difference(_programme(study.against_sha256), programme, progress)
        case StudyKind.TOP_UPS:
            found = top_ups(settings, study.programme, progress)
            others = not_topped_up(study.programme)
            return {
                "top_ups": [each.as_json() for each in found],
                "not_topped_up": [each.as_json() for each in others],
            }
        case StudyKind.TOP_UP_RUNS:
            return _planned(settings, study, progress)


def _programme(sha256: str) -> Programme:
    from makegood.programmes import load_text

    text = text_of(sha256)
    if text is None:
        hint = "bring the file once more"
        raise MakegoodError(Finding("MG670", f"no text {sha256[:12]} is kept", hint))
    return load_text(text)


def _difference(old: Programme, new: Programme, progress: Progress) -> dict[str, Any]:
    from makegood.decisions import diff
    from makegood.redress.serving import bases_for, newest, snapshot_of

    known = newest(new.identifier)
    if known is None:
        raise no_lines(new.identifier, "any day")
    snapshot = snapshot_of(known)
    # Each version may ask for bases of its own; one of a day serves both.
    bases: dict[object, Snapshot] = {
        base.as_of: base for each in (old, new) for base in bases_for(each, snapshot)
    }
    compared = diff(old, new, snapshot, list(bases.values()), progress=progress)
    return {"as_of": snapshot.as_of.isoformat(), **_told(compared)}


def _told(found: Comparison) -> dict[str, Any]:
    return {
        "lines": found.lines,
        "unchanged": found.unchanged,
        "changes": [
            {
                "measure": change.measure,
                "old": change.old.label if change.old else "",
                "new": change.new.label if change.new else "",
                "effect": change.effect,
                "lines": change.lines,
                "amount": change.new_amount - change.old_amount,
            }
            for change in found.changes
        ],
        "keys": [asdict(change) for change in found.keys],
    }


def _planned(settings: Settings, study: Study, progress: Progress) -> dict[str, Any]:
    found = top_ups(settings, study.programme, progress)
    planned = [
        plan_run(settings, study.programme, each.due, study.asked_by, progress, again=True)
        for each in found
        if each.heads
    ]
    return {"runs": [str(run.run_id) for run in planned]}
