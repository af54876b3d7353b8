"""Decide a whole snapshot: one pass, pinned inputs, a closed result, or nothing at all."""

from __future__ import annotations

import json
import os.path
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import version as package_version
from pathlib import Path

from makegood.decisions.bases import BaseSource, base_sources
from makegood.decisions.closure import closed_counts
from makegood.decisions.engines import engine_named
from makegood.decisions.fitting import check_base_lines, check_fits
from makegood.decisions.job import Job
from makegood.decisions.manifest import MANIFEST, BaseUsed, Decisions, open_decisions
from makegood.decisions.settle import file_sha256
from makegood.decisions.trees import programme_trees
from makegood.kernel import Clock, Finding, MakegoodError, Progress, silent
from makegood.population import Snapshot, Staging, content_sha256_total, refuse_within
from makegood.programmes import Programme


@dataclass(frozen=True, slots=True)
class DecisionOutcome:
    """Decisions that stand in their folder; ``written`` is False where they stood there before."""

    decisions: Decisions
    written: bool


def job_for(programme: Programme, snapshot: Snapshot, bases: Sequence[Snapshot] = ()) -> Job:
    """A job, its inputs checked against each other. Raises MakegoodError MG602 to MG604."""
    job = fitting_job(programme, snapshot, bases)
    check_base_lines(job)
    return job


def fitting_job(programme: Programme, snapshot: Snapshot, bases: Sequence[Snapshot] = ()) -> Job:
    """A job of which only the manifests were looked at: enough for one line (MG602, MG604)."""
    sources = base_sources(programme, snapshot.as_of, bases)
    job = Job(programme_trees(programme, sources), snapshot, sources)
    check_fits(job)
    return job


def decide(
    programme: Programme,
    snapshot: Snapshot,
    bases: Sequence[Snapshot],
    out: Path,
    *,
    clock: Clock,
    engine: str = "duckdb",
    progress: Progress = silent,
) -> DecisionOutcome:
    """Decide every line for every measure and keep the result in ``out``.

    The same inputs again write nothing. Raises MakegoodError where inputs do not fit each other
    (MG602 to MG604), where ``out`` holds something else or lies in a folder that never changes
    (MG605), where the decisions that stand there were changed (MG606, MG614), or where the result
    is not closed (MG607); then nothing is left behind.
    """
    chosen = engine_named(engine)
    job = job_for(programme, snapshot, bases)
    refuse_within(out)
    key = key_of(job, engine)
    standing = _standing(out, key)
    if standing is not None:
        return DecisionOutcome(standing, written=False)
    with Staging(out) as staging:
        parts = chosen.run(job, staging.folder, progress)
        decisions = Decisions(
            folder=out,
            programme=programme.identifier,
            programme_sha256=programme.sha256,
            programme_file=Path(programme.file).name,
            population_folder=_relative(snapshot.folder, out),
            population_sha256=snapshot.content_sha256,
            as_of=snapshot.as_of,
            rows=snapshot.rows,
            engine=engine,
            engine_version=chosen.version(),
            makegood_version=package_version("makegood"),
            made_at=clock.now().isoformat(timespec="seconds"),
            content_sha256=content_sha256_total(
                [snapshot.content_sha256, *(p.part.content_sha256 for p in parts)]
            ),
            key=key,
            measures=closed_counts(job, parts),
            bases=tuple(_base_used(source, out) for source in job.sources.values()),
            missing_bits=tuple(fact.name for fact in job.trees.missing),
            parts=tuple(p.part for p in parts),
        )
        text = json.dumps(decisions.as_json(), ensure_ascii=False, indent=1)
        (staging.folder / MANIFEST).write_text(text + "\n", encoding="utf-8")
        (staging.folder / "programme.yaml").write_text(programme.text, encoding="utf-8")
        if not staging.publish():
            return DecisionOutcome(_standing_or_refused(out, key), written=False)
    return DecisionOutcome(decisions, written=True)


def key_of(job: Job, engine: str) -> str:
    """What the result is made from, in one hash."""
    bases = [
        f"{s.base.name}={s.origin.value}:{s.snapshot.content_sha256 if s.snapshot else ''}"
        for s in job.sources.values()
    ]
    given = [job.trees.programme.sha256, job.snapshot.content_sha256, engine, *bases]
    return sha256("\n".join(given).encode()).hexdigest()


def _standing(out: Path, key: str) -> Decisions | None:
    if not out.exists() and not out.is_symlink():
        return None
    if out.is_dir() and not out.is_symlink() and not any(out.iterdir()):
        return None
    return _standing_or_refused(out, key)


def _standing_or_refused(out: Path, key: str) -> Decisions:
    try:
        found = open_decisions(out)
    except MakegoodError as error:
        if any(finding.code == "MG614" for finding in error.findings):
            raise
        found = None
    hint = "nothing was overwritten; choose another folder"
    if found is None:
        raise MakegoodError(Finding("MG605", f"'{out}' holds something else", hint))
    if found.key != key:
        message = f"'{out}' holds decisions from other inputs"
        raise MakegoodError(Finding("MG605", message, hint))
    for part in found.parts:
        path = out / part.file
        # Only the bytes tell: a flipped bit leaves the size as it was.
        if not path.is_file() or file_sha256(path) != part.sha256:
            message = f"'{out}' holds these decisions, but {part.file} is damaged"
            raise MakegoodError(Finding("MG606", message, "see 'makegood verify'; then remove it"))
    return found


def _base_used(source: BaseSource, out: Path) -> BaseUsed:
    snapshot = source.snapshot
    return BaseUsed(
        source.base.name,
        source.base.as_of,
        source.origin.value,
        snapshot.content_sha256 if snapshot else "",
        _relative(snapshot.folder, out) if snapshot else "",
    )


def _relative(folder: Path, out: Path) -> str:
    """A folder as seen from the decisions, so that both can move together."""
    return os.path.relpath(folder.resolve(), out.resolve())
