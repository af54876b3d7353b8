"""Proofs as texts that need nothing else to be checked.

An inclusion proof is a C2SP tlog-proof whose extra data is the entry's payload. A consistency
proof is JSON with both signed checkpoints.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass

INCLUSION_HEAD = "c2sp.org/tlog-proof@v1"
CONSISTENCY_HEAD = "makegood consistency proof 1"


@dataclass(frozen=True, slots=True)
class InclusionProof:
    """That an entry stands at a place of the log whose signed checkpoint is ``note``."""

    payload: bytes
    leaf_index: int
    hashes: tuple[bytes, ...]
    note: str

    def render(self) -> str:
        """The proof as it is written to a file."""
        lines = [
            INCLUSION_HEAD,
            f"extra {base64.b64encode(self.payload).decode()}",
            f"index {self.leaf_index}",
            *(base64.b64encode(found).decode() for found in self.hashes),
            "",
        ]
        return "\n".join(lines) + "\n" + self.note


@dataclass(frozen=True, slots=True)
class ConsistencyProof:
    """That the log of one checkpoint is the beginning of the log of another."""

    old_size: int
    size: int
    hashes: tuple[bytes, ...]
    old_note: str
    note: str

    def as_json(self) -> dict[str, object]:
        """The proof as plain values."""
        return {
            "format": CONSISTENCY_HEAD,
            "from": self.old_size,
            "to": self.size,
            "hashes": [base64.b64encode(found).decode() for found in self.hashes],
            "from_checkpoint": self.old_note,
            "to_checkpoint": self.note,
        }

    def render(self) -> str:
        """The proof as it is written to a file."""
        return json.dumps(self.as_json(), ensure_ascii=False, indent=2) + "\n"
