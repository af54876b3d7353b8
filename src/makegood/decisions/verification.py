"""Proof: hashes taken again, counts counted again, and every decision made again, otherwise."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from pyarrow import parquet

from makegood.decisions.bulk import job_for
from makegood.decisions.duckdb_engine import cores
from makegood.decisions.holding import (
    changed_files,
    changed_manifest,
    not_counted,
    not_pinned,
    unreadable_parts,
)
from makegood.decisions.job import Job
from makegood.decisions.manifest import Decisions, PartWritten
from makegood.decisions.recompute import Difference, Recomputer, differences
from makegood.kernel import Finding, MakegoodError, Progress, silent
from makegood.population import Snapshot, check_snapshot, open_snapshot
from makegood.programmes import load_text

SHOWN_MAX = 5


@dataclass(frozen=True, slots=True)
class Verification:
    """What verifying found; sound where there are no findings."""

    findings: tuple[Finding, ...]
    lines: int
    recomputed: int

    @property
    def sound(self) -> bool:
        """Whether everything held."""
        return not self.findings


def verify(
    decisions: Decisions,
    *,
    population: Path | None = None,
    bases: Sequence[Path] = (),
    sample: int | None = None,
    seed: int = 0,
    progress: Progress = silent,
) -> Verification:
    """Check decisions against their inputs: all lines, or a sample of so many.

    The inputs are where the manifest says, unless given. Raises MakegoodError where they cannot be
    read at all; what does not hold is a finding.
    """
    findings = [*changed_manifest(decisions), *changed_files(decisions)]
    if any(finding.code == "MG611" for finding in findings):
        return Verification(tuple(findings), decisions.rows, 0)
    recomputed = 0
    try:
        job, inputs = _inputs_again(decisions, population, bases, progress)
        findings += inputs or not_pinned(decisions, job)
        unreadable = unreadable_parts(decisions, job)
        findings += unreadable
        if not inputs and not unreadable and _aligned(decisions, job):
            findings += not_counted(decisions, job)
            again, recomputed = _recomputed(decisions, job, sample, seed, progress)
            findings += again
    except MakegoodError as error:
        if not findings:
            raise
        findings += error.findings
    return Verification(tuple(dict.fromkeys(findings)), decisions.rows, recomputed)


def _inputs_again(
    decisions: Decisions, population: Path | None, bases: Sequence[Path], progress: Progress
) -> tuple[Job, list[Finding]]:
    """The job that was decided, and what is wrong with its inputs."""
    programme = load_text(
        decisions.programme_copy.read_bytes().decode(), str(decisions.programme_copy)
    )
    snapshot = open_snapshot(population or decisions.population_path)
    given = [open_snapshot(path) for path in bases] or [
        open_snapshot(_folder(decisions, base.folder)) for base in decisions.bases if base.folder
    ]
    return job_for(programme, snapshot, given), list(_inputs(decisions, snapshot, given, progress))


def _aligned(decisions: Decisions, job: Job) -> bool:
    """Whether the parts are of as many lines as those of the snapshot: not pinned otherwise."""
    return [part.rows for part in decisions.parts] == [part.rows for part in job.snapshot.parts]


def _folder(decisions: Decisions, relative: str) -> Path:
    return (decisions.folder / relative).resolve()


def _inputs(
    decisions: Decisions, snapshot: Snapshot, bases: Sequence[Snapshot], progress: Progress
) -> Iterator[Finding]:
    """MG612: other inputs than those that were decided on; and whatever is wrong with them."""
    hint = "give --population and --base the snapshots that were decided on"
    if snapshot.content_sha256 != decisions.population_sha256:
        message = f"{snapshot.folder} is not the population that was decided on"
        yield Finding("MG612", message, hint)
    wanted = {base.content_sha256 for base in decisions.bases if base.content_sha256}
    if {base.content_sha256 for base in bases} != wanted:
        yield Finding("MG612", "these are not the bases that were decided on", hint)
    for each in (snapshot, *bases):
        yield from check_snapshot(each, progress)


def _recomputed(
    decisions: Decisions, job: Job, sample: int | None, seed: int, progress: Progress
) -> tuple[list[Finding], int]:
    """MG615: cells in which the second engine decides otherwise."""
    wanted = _sampled(job, sample, seed)
    total = sum(
        len(rows) if rows is not None else p.rows
        for p, rows in zip(job.snapshot.parts, wanted, strict=True)
    )
    progress("recompute", 0, total)
    found: list[Finding] = []
    done = 0
    tasks = [(decisions, job, index, rows) for index, rows in enumerate(wanted) if rows != []]
    for differing, lines in _in_processes(tasks):
        found += [_differs(each) for each in differing]
        done += lines
        progress("recompute", done, total)
    return found[:SHOWN_MAX], done


_Task = tuple[Decisions, Job, int, list[int] | None]


def _in_processes(tasks: list[_Task]) -> Iterator[tuple[list[Difference], int]]:
    """Whole parts in processes of their own; a sample is quicker here."""
    workers = min(cores(), len(tasks))
    if workers < 2 or tasks[0][3] is not None:  # noqa: PLR2004 - one worker needs no process
        yield from map(_recompute_part, tasks)
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        yield from pool.map(_recompute_part, tasks)


def _recompute_part(task: _Task) -> tuple[list[Difference], int]:
    decisions, job, index, rows = task
    written: PartWritten = decisions.parts[index]
    table = parquet.read_table(decisions.folder / written.file, partitioning=None)
    if table.num_rows != job.snapshot.parts[index].rows:
        return [], 0  # the counts have told
    if rows is not None:
        table = table.take(rows)
    again = Recomputer(job).part(job.snapshot.parts[index], rows)
    return differences(table, again, SHOWN_MAX), again.num_rows


def _sampled(job: Job, sample: int | None, seed: int) -> list[list[int] | None]:
    """Per part the rows to look at; None for all of them."""
    parts = job.snapshot.parts
    if sample is None or sample >= job.snapshot.rows:
        return [None] * len(parts)
    chosen = sorted(random.Random(seed).sample(range(job.snapshot.rows), sample))  # noqa: S311
    wanted: list[list[int] | None] = []
    first = 0
    for part in parts:
        wanted.append([row - first for row in chosen if first <= row < first + part.rows])
        first += part.rows
    return wanted


def _differs(difference: Difference) -> Finding:
    message = (
        f"line {difference.line}: '{difference.column}' is {difference.written}, "
        f"but the second engine says {difference.recomputed}"
    )
    return Finding("MG615", message, "nothing may be paid from this; look at the line's facts")
