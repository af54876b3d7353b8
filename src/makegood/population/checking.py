"""Checks a snapshot against its manifest: every byte, and everything the bytes say."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.parquet as pq

from makegood.kernel import Finding, Progress, silent
from makegood.population.content import content_sha256_of, content_sha256_total
from makegood.population.layout import LINE_ID, REJECTS, schema_of
from makegood.population.parts import file_sha256, is_rising, joined, observe
from makegood.population.snapshot import Column, Part, Snapshot

_RESTORE = "restore the file from a copy, or make the snapshot again"


def check_snapshot(snapshot: Snapshot, progress: Progress = silent) -> list[Finding]:
    """Everything in which the files differ from the manifest; empty where all is as written.

    Hashes each file, and the content of each part (MG505 the bytes, MG506 what they say), looks
    at order, uniqueness, counts and observed values (MG507), and at the rejects (MG511).
    """
    findings: list[Finding] = []
    sightings: list[tuple[Column, ...]] = []
    before = ""
    for done, part in enumerate(snapshot.parts):
        progress("check parts", done, len(snapshot.parts))
        found, seen, before = _part(snapshot, part, before)
        findings += found
        sightings += [seen] if seen else []
    progress("check parts", len(snapshot.parts), len(snapshot.parts))
    findings += _whole(snapshot, sightings) if not findings else []
    findings += _rejects(snapshot)
    return findings


def _part(
    snapshot: Snapshot, part: Part, before: str
) -> tuple[list[Finding], tuple[Column, ...] | None, str]:
    path, name = snapshot.folder / part.file, f"{snapshot.folder.name}/{part.file}"
    findings = []
    try:
        if file_sha256(path) != part.sha256:
            findings.append(Finding("MG505", f"{name} was changed after it was written", _RESTORE))
        schema = schema_of(snapshot.facts)
        table = pq.read_table(path, schema=schema, memory_map=False, partitioning=None)
        table.validate(full=bool(findings))
    except (OSError, pa.ArrowException) as error:
        message = f"{name} can no longer be read: {str(error).splitlines()[0][:120]}"
        return [*findings, Finding("MG505", message, _RESTORE)], None, part.last_line
    if content_sha256_of(table) != part.content_sha256:
        findings.append(Finding("MG506", f"{name} says something else than was written", _RESTORE))
    faults = _order(table, part, before)
    findings += [Finding("MG507", f"{name}: {what}", _RESTORE) for what in faults]
    seen = tuple(observe(f, table.column(n)) for n, f in snapshot.facts.items())
    return findings, seen, part.last_line


def _order(table: pa.Table, part: Part, before: str) -> Iterator[str]:
    ids = table.column(LINE_ID)
    if table.num_rows != part.rows:
        yield f"it holds {table.num_rows:,} rows, not {part.rows:,}"
    if not is_rising(ids):
        yield "its line ids do not strictly rise"
    if len(ids) and (ids[0].as_py(), ids[-1].as_py()) != (part.first_line, part.last_line):
        yield "its first or last line is another"
    if before and part.first_line.encode() <= before.encode():
        yield "it does not start after the end of the part before"


def _whole(snapshot: Snapshot, sightings: list[tuple[Column, ...]]) -> Iterator[Finding]:
    name = snapshot.folder.name
    if content_sha256_total(p.content_sha256 for p in snapshot.parts) != snapshot.content_sha256:
        yield Finding("MG506", f"{name}: the parts' content hashes do not sum", _RESTORE)
    for seen in zip(*sightings, strict=True):
        column = joined(seen)
        if column != snapshot.columns[column.fact.name]:
            message = f"{name}: '{column.fact.name}' holds other values than the manifest says"
            yield Finding("MG507", message, _RESTORE)


def _rejects(snapshot: Snapshot) -> Iterator[Finding]:
    if snapshot.rejects is None:
        return
    name = f"{snapshot.folder.name}/{REJECTS}"
    try:
        changed = file_sha256(snapshot.folder / REJECTS) != snapshot.rejects.sha256
    except OSError:
        yield Finding("MG511", f"{name} can no longer be read", _RESTORE)
        return
    if changed:
        yield Finding("MG511", f"{name} was changed after it was written", _RESTORE)
    if sum(snapshot.rejects.per_reason.values()) != snapshot.rejected:
        yield Finding("MG507", f"{name}: the rejects per reason do not sum", _RESTORE)
