"""The manifest: a snapshot's description as JSON, sealed by a hash of its own.

The seal covers everything but itself and ``made_at``: the same inputs give the same seal.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from makegood.population.layout import FORMAT, REJECTS, part_name
from makegood.population.snapshot import Column, Part, Rejects, Snapshot
from makegood.rules import Fact, Kind, Missing


def manifest_text(snapshot: Snapshot) -> str:
    """The manifest of a snapshot as the text of its file."""
    data: dict[str, Any] = {
        "format": FORMAT,
        "as_of": snapshot.as_of.isoformat(),
        "programme": {"id": snapshot.programme, "sha256": snapshot.programme_sha256},
        "source": snapshot.source,
        "rows_in": snapshot.rows_in,
        "rows": snapshot.rows,
        "rejected": snapshot.rejected,
        "rejects": _rejects_data(snapshot.rejects),
        "columns": [_column_data(column) for column in snapshot.columns.values()],
        "parts": [asdict(part) for part in snapshot.parts],
        "content_sha256": snapshot.content_sha256,
        "made_at": snapshot.made_at.isoformat(),
        "makegood": snapshot.version,
    }
    data["seal_sha256"] = seal_of(data)
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def seal_of(data: Mapping[str, Any]) -> str:
    """The hash of a manifest's values without the seal and ``made_at``."""
    sealed = {k: v for k, v in data.items() if k not in ("seal_sha256", "made_at")}
    text = json.dumps(sealed, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()


def snapshot_of(folder: Path, data: Mapping[str, Any]) -> Snapshot:
    """The snapshot that a manifest describes; KeyError, TypeError, ValueError where it is none."""
    columns = [_column_of(column) for column in data["columns"]]
    rejects = data["rejects"]
    snapshot = Snapshot(
        folder=folder,
        as_of=date.fromisoformat(data["as_of"]),
        rows=int(data["rows"]),
        rejected=int(data["rejected"]),
        programme=str(data["programme"]["id"]),
        programme_sha256=str(data["programme"]["sha256"]),
        source=dict(data["source"]),
        columns={column.fact.name: column for column in columns},
        parts=tuple(Part(**part) for part in data["parts"]),
        content_sha256=str(data["content_sha256"]),
        made_at=datetime.fromisoformat(data["made_at"]),
        version=str(data["makegood"]),
        rejects=Rejects(rejects["bytes"], rejects["sha256"], rejects["per_reason"])
        if rejects
        else None,
    )
    if snapshot.rows_in != data["rows_in"] or snapshot.rows != sum(p.rows for p in snapshot.parts):
        raise ValueError("the numbers of rows do not sum")
    if [part.file for part in snapshot.parts] != [part_name(n) for n in range(len(data["parts"]))]:
        raise ValueError("a part has another name than parts have")
    return snapshot


def _rejects_data(rejects: Rejects | None) -> dict[str, Any] | None:
    if rejects is None:
        return None
    return {
        "file": REJECTS,
        "bytes": rejects.bytes,
        "sha256": rejects.sha256,
        "per_reason": dict(sorted(rejects.per_reason.items())),
    }


def _column_data(column: Column) -> dict[str, Any]:
    return fact_data(column.fact) | {
        "observed": {
            "nulls": column.nulls,
            "low": column.low,
            "high": column.high,
            "values": list(column.values),
        }
    }


def fact_data(fact: Fact) -> dict[str, Any]:
    """A fact's declaration as plain values."""
    return {
        "name": fact.name,
        "kind": fact.kind.value,
        "values": list(fact.values),
        "low": fact.low,
        "high": fact.high,
        "missing": fact.missing.value,
    }


def _column_of(data: Mapping[str, Any]) -> Column:
    fact = Fact(
        name=str(data["name"]),
        kind=Kind(data["kind"]),
        values=tuple(data["values"]),
        low=int(data["low"]),
        high=int(data["high"]),
        missing=Missing(data["missing"]),
    )
    seen = data["observed"]
    return Column(fact, int(seen["nulls"]), seen["low"], seen["high"], tuple(seen["values"]))
