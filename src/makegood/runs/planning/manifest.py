"""What the folder of a run says of itself, sealed by a hash of its own."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from makegood.runs.folders import LEFT_OUT, MANIFEST
from makegood.runs.planning.problems import damaged

if TYPE_CHECKING:
    from makegood.runs.planning.writing import Written
    from makegood.runs.rows import RunRow

FORMAT = "makegood-run/1"


def write_manifest(
    folder: Path, run: RunRow, written: Written, content_sha256: str, decisions_folder: str
) -> None:
    """Write the manifest of a planned run into its folder."""
    data: dict[str, Any] = {
        "format": FORMAT,
        "run": str(run.run_id),
        "family": {"programme": run.programme, "measure": run.measure, "period": run.period},
        "kind": run.kind.value,
        "channel": run.channel.value,
        "follows": str(run.follows) if run.follows else None,
        "due_at": run.due_at.isoformat(),
        "programme_sha256": run.programme_sha256,
        "messages_sha256": run.messages_sha256,
        "snapshot_sha256": run.snapshot_sha256,
        "decisions_sha256": run.decisions_sha256,
        "decisions": decisions_folder,
        "engine": run.engine,
        "decided": run.decided,
        "lines": written.lines,
        "items": run.items,
        "total": run.total,
        "quantity": written.quantity,
        "items_sha256": run.items_sha256,
        "content_sha256": content_sha256,
        "left_out": {
            "file": LEFT_OUT,
            "lines": run.left_out,
            "sha256": written.left_out_sha256,
            "per_reason": dict(sorted(written.reasons.items())),
        },
        "shards": [asdict(shard) for shard in written.shards],
    }
    data["seal_sha256"] = _seal_of(data)
    text = json.dumps(data, ensure_ascii=False, indent=1)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")


def read_manifest(folder: Path, run_id: UUID) -> dict[str, Any]:
    """The manifest of a run. Raises MakegoodError MG866 where it is gone or was changed."""
    try:
        data = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        sealed = data["seal_sha256"] == _seal_of(data) and data["run"] == str(run_id)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise damaged(run_id, "its manifest cannot be read") from None
    if not sealed:
        raise damaged(run_id, "its manifest was changed after it was written")
    return dict(data)


def _seal_of(data: Mapping[str, Any]) -> str:
    sealed = {key: value for key, value in data.items() if key != "seal_sha256"}
    text = json.dumps(sealed, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()
