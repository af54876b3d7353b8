"""Proof: hashes taken again, counts counted again, and every decision made again, otherwise."""

from __future__ import annotations

import random
import signal
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing
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
from makegood.decisions.manifest import Decisions
from makegood.decisions.recompute import Difference, Recomputer, differences
from makegood.kernel import Finding, MakegoodError, Progress, silent, uninterrupted
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
    tasks = [(index, rows) for index, rows in enumerate(wanted) if rows != []]
    with closing(_rechecked(decisions, job, tasks)) as rechecked:
        for differing, lines in rechecked:
            found += [_differs(each) for each in differing]
            done += lines
            progress("recompute", done, total)
    return found[:SHOWN_MAX], done


_Rows = list[int] | None


class _Recheck:
    """Decides parts again and compares. Made once in every process, so that tasks stay small."""

    here: _Recheck | None = None

    def __init__(self, decisions: Decisions, job: Job) -> None:
        self._decisions, self._job = decisions, job
        self._recomputer = Recomputer(job)

    def part(self, index: int, rows: _Rows) -> tuple[list[Difference], int]:
        """The differences in a part, or in some of its rows, and how many lines were compared."""
        part = self._job.snapshot.parts[index]
        path = self._decisions.folder / self._decisions.parts[index].file
        table = parquet.read_table(path, partitioning=None)
        if table.num_rows != part.rows:
            return [], 0  # the counts have told
        if rows is not None:
            table = table.take(rows)
        again = self._recomputer.part(part, rows)
        return differences(table, again, SHOWN_MAX), again.num_rows


def _prepare(decisions: Decisions, job: Job) -> None:
    """Begin a process. A Ctrl-C is the parent's to answer: it ends its processes itself."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    _Recheck.here = _Recheck(decisions, job)


def _recheck(task: tuple[int, _Rows]) -> tuple[list[Difference], int]:
    if _Recheck.here is None:
        raise RuntimeError("the process was not prepared")
    return _Recheck.here.part(*task)


def _rechecked(
    decisions: Decisions, job: Job, tasks: list[tuple[int, _Rows]]
) -> Generator[tuple[list[Difference], int], None, None]:
    """Whole parts in processes of their own; a sample is quicker here."""
    workers = min(cores(), len(tasks))
    if workers < 2 or tasks[0][1] is not None:  # noqa: PLR2004 - one worker needs no process
        here = _Recheck(decisions, job)
        yield from (here.part(*task) for task in tasks)
        return
    context, given = get_context("spawn"), (decisions, job)
    with ProcessPoolExecutor(workers, context, _prepare, given) as pool:
        # A process hit while it starts says so with a traceback, or leaves the pool waiting.
        with uninterrupted():
            futures = [pool.submit(_recheck, task) for task in tasks]
        try:
            for future in futures:
                yield future.result()
        except BrokenProcessPool as error:
            hint = "is there memory enough? verify a --sample, which needs no processes"
            message = "a process of the second engine was stopped"
            raise MakegoodError(Finding("MG618", message, hint)) from error
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _sampled(job: Job, sample: int | None, seed: int) -> list[_Rows]:
    """Per part the rows to look at; None for all of them."""
    parts = job.snapshot.parts
    if sample is None or sample >= job.snapshot.rows:
        return [None] * len(parts)
    chosen = sorted(random.Random(seed).sample(range(job.snapshot.rows), sample))  # noqa: S311
    wanted: list[_Rows] = []
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
