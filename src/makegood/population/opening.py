"""Opens a snapshot: reads its manifest and looks that every file is there with its size."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from makegood.kernel import Finding, MakegoodError
from makegood.population.layout import FORMAT, MANIFEST, REJECTS
from makegood.population.manifest import fact_data, seal_of, snapshot_of
from makegood.population.placing import kind_of, refuse_within
from makegood.population.snapshot import Head, Outcome, Snapshot
from makegood.rules import Fact

_RESTORE = "restore the folder from a copy, or make the snapshot again"
_NAME = "name the folder that an import or a synthetic population was written to"


def open_snapshot(folder: Path) -> Snapshot:
    """The snapshot in a folder. Reads no facts.

    MakegoodError: MG501 there is none, or these are decisions, MG502 another format, MG503 the
    manifest was changed, MG504 a file is missing or has another size.
    """
    data = _manifest_data(folder)
    if kind_of(data) == "decisions":
        message = f"there is no snapshot in '{_called(folder)}': these are decisions"
        raise MakegoodError(Finding("MG501", f"{message}, not a population", _NAME))
    if data.get("format") != FORMAT:
        message = f"'{_called(folder)}' has the format '{data.get('format')}', not '{FORMAT}'"
        raise MakegoodError(Finding("MG502", message, "open it with the makegood that wrote it"))
    try:
        snapshot = snapshot_of(folder, data)
        intact = data["seal_sha256"] == seal_of(data)
    except (KeyError, TypeError, ValueError, AttributeError):
        intact = False
    if not intact:
        message = f"{_called(folder)}/{MANIFEST} was changed after it was written"
        raise MakegoodError(Finding("MG503", message, _RESTORE))
    findings = list(_sizes(snapshot))
    if findings:
        raise MakegoodError(findings)
    return snapshot


def standing(out: Path, head: Head) -> Outcome | None:
    """What stands in ``out`` already: nothing (None), or the snapshot of the same inputs.

    Another version of the programme is the same input where it declares the same facts.

    MakegoodError (MG508) where it holds anything else: nothing is ever overwritten. MG605 where it
    lies inside another population, or inside decisions.
    """
    refuse_within(out)
    if not out.exists() and not out.is_symlink():
        return None
    if out.is_dir() and not any(out.iterdir()):
        return None
    hint = "nothing was overwritten; choose another folder, or remove this one yourself"
    try:
        snapshot = open_snapshot(out)
    except MakegoodError as error:
        message = f"'{_called(out)}' exists and is no sound snapshot: {error.findings[0].message}"
        raise MakegoodError(Finding("MG508", message, hint)) from error
    for what, stands, wanted in _identity(snapshot, head):
        if stands != wanted:
            message = f"'{_called(out)}' holds a snapshot of other inputs: {what} differs"
            raise MakegoodError(Finding("MG508", message, hint))
    return Outcome(snapshot, written=False)


def _identity(snapshot: Snapshot, head: Head) -> Iterator[tuple[str, Any, Any]]:
    yield "the as-of date", snapshot.as_of, head.as_of
    yield "the programme", snapshot.programme, head.programme
    yield "a fact's declaration", _declared(snapshot.facts), _declared(head.facts)
    yield "the source", _nameless(snapshot.source), _nameless(dict(head.source))


def _declared(facts: Mapping[str, Fact]) -> list[dict[str, Any]]:
    return [fact_data(fact) for fact in facts.values()]


def _nameless(source: dict[str, Any]) -> dict[str, Any]:
    """A source without the names of its files: a renamed file is the same file."""
    return {key: value for key, value in source.items() if key not in ("name", "mapping", "shape")}


def _manifest_data(folder: Path) -> dict[str, Any]:
    path = folder / MANIFEST
    try:
        data = json.loads(path.read_bytes().decode("utf-8"))
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        message = f"there is no snapshot in '{_called(folder)}': {MANIFEST}: {reason}"
        raise MakegoodError(Finding("MG501", message, _NAME)) from error
    except ValueError as error:
        message = f"{_called(folder)}/{MANIFEST} cannot be read as JSON"
        raise MakegoodError(Finding("MG503", message, _RESTORE)) from error
    return data if isinstance(data, dict) else {}


def _called(folder: Path) -> str:
    """A folder's name; the path itself where it has none, as ``.`` has."""
    return folder.name or str(folder)


def _sizes(snapshot: Snapshot) -> Iterator[Finding]:
    files = [(part.file, part.bytes) for part in snapshot.parts]
    if snapshot.rejects:
        files.append((REJECTS, snapshot.rejects.bytes))
    for name, size in files:
        try:
            stands = (snapshot.folder / name).stat().st_size
        except OSError:
            yield Finding("MG504", f"{_called(snapshot.folder)}/{name} is missing", _RESTORE)
            continue
        if stands != size:
            message = f"{_called(snapshot.folder)}/{name} has {stands:,} bytes, not {size:,}"
            yield Finding("MG504", message, _RESTORE)
