"""What a folder of decisions says of itself, held against its files and its inputs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
from pyarrow import parquet

from makegood.decisions.bulk import key_of
from makegood.decisions.closure import closed_counts
from makegood.decisions.job import Job
from makegood.decisions.manifest import MANIFEST, RESTORE, Decisions, is_sealed
from makegood.decisions.settle import Settled, file_sha256, settled
from makegood.kernel import Finding, MakegoodError
from makegood.population import content_sha256_total


def changed_manifest(decisions: Decisions) -> Iterator[Finding]:
    """MG614: a manifest whose seal is broken."""
    path = decisions.folder / MANIFEST
    if not is_sealed(json.loads(path.read_bytes())):
        yield Finding("MG614", f"{path} was changed after it was written", RESTORE)


def changed_files(decisions: Decisions) -> Iterator[Finding]:
    """MG611: another programme; MG613: a part that is not as it was written, or one too many."""
    for path in sorted(set(decisions.folder.glob("part-*")) - set(decisions.part_paths())):
        yield Finding("MG613", f"{path} is not of these decisions", "remove it")
    for part in decisions.parts:
        path = decisions.folder / part.file
        if not path.is_file():
            yield Finding("MG613", f"{path} is gone", RESTORE)
        elif path.stat().st_size != part.bytes or file_sha256(path) != part.sha256:
            yield Finding("MG613", f"{path} was changed after it was written", RESTORE)
    copy = decisions.programme_copy
    if not copy.is_file():
        yield Finding("MG611", f"{copy} is gone", RESTORE)
    elif file_sha256(copy) != decisions.programme_sha256:
        yield Finding("MG611", f"{copy} is not the programme that decided", RESTORE)


def unreadable_parts(decisions: Decisions, job: Job) -> list[Finding]:
    """MG613: parts that cannot be read whole; a changed one often can, and then rows are named."""
    return [found for path in decisions.part_paths() for found in _unreadable(path, job)]


def _unreadable(path: Path, job: Job) -> Iterator[Finding]:
    """MG613: a part that cannot be read, or whose columns are not those of decisions."""
    try:
        table = parquet.read_table(path, partitioning=None)
        table.validate(full=True)
    except (OSError, pa.ArrowException) as error:
        reason = str(error).splitlines()[0][:120]
        yield Finding("MG613", f"{path} can no longer be read: {reason}", RESTORE)
        return
    found = {field.name: str(field.type) for field in table.schema}
    wanted = {field.name: str(field.type) for field in job.schema}
    if found != wanted:
        columns = ", ".join(sorted(n for n in {**found, **wanted} if found.get(n) != wanted.get(n)))
        yield Finding("MG613", f"{path} has not the columns of decisions: {columns}", RESTORE)


def not_pinned(decisions: Decisions, job: Job) -> Iterator[Finding]:
    """MG614: a manifest that does not say what its inputs say."""
    told = {
        "as_of": (decisions.as_of, job.snapshot.as_of),
        "programme": (decisions.programme, job.trees.programme.identifier),
        "rows": (decisions.rows, job.snapshot.rows),
        "missing_bits": (decisions.missing_bits, tuple(fact.name for fact in job.trees.missing)),
        "key": (decisions.key, key_of(job, decisions.engine)),
        "rows of parts": (
            [part.rows for part in decisions.parts],
            [part.rows for part in job.snapshot.parts],
        ),
    }
    for what, (written, wanted) in told.items():
        if written != wanted:
            message = f"{decisions.folder / MANIFEST}: '{what}' is {written}, not {wanted}"
            yield Finding("MG614", message, RESTORE)


def not_counted(decisions: Decisions, job: Job) -> Iterator[Finding]:
    """MG614: a manifest that does not say what the parts hold."""
    manifest = decisions.folder / MANIFEST
    try:
        parts = list(_settled_again(decisions, job))
        counted = closed_counts(job, parts)
    except MakegoodError as error:
        yield from error.findings
        return
    for name, measure in counted.items():
        if decisions.measures.get(name) != measure:
            yield Finding(
                "MG614", f"{manifest}: the counts of '{name}' are not the parts'", RESTORE
            )
    content = [part.part.content_sha256 for part in parts]
    if content_sha256_total([job.snapshot.content_sha256, *content]) != decisions.content_sha256:
        yield Finding("MG614", f"{manifest}: the content hash is not the parts'", RESTORE)


def _settled_again(decisions: Decisions, job: Job) -> Iterator[Settled]:
    for part in decisions.parts:
        yield settled(job, decisions.folder / part.file, part.rows)
