"""What a verification found."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from makegood.kernel import Finding
from makegood.trust.audit.head_file import HEAD_FILE

FINDINGS_MAX = 50
"""How many findings are told in words; all are counted."""

RESTORE = "compare with a back-up and an exported copy of the log; nothing in it changes by itself"


@dataclass(frozen=True, slots=True)
class Verification:
    """How large the log is and what is wrong with it, first things first."""

    entries: int
    """All entries, those that wait for their place included."""
    waiting: int
    """Entries that have no place in the tree yet."""
    size: int
    """Leaves of the tree."""
    root: bytes
    checkpoints: int
    covered: int
    """Leaves under the newest sound checkpoint. What is above rests on the database alone."""
    signed_at: datetime | None
    """When the newest sound checkpoint was signed."""
    witnesses: int
    """Cosignatures of outside witnesses."""
    remembered: int | None
    """Entries under the head that is kept outside of the database; None where none is."""
    findings: tuple[Finding, ...]
    problems: int

    @property
    def ok(self) -> bool:
        """Whether nothing at all is wrong."""
        return not self.problems


@dataclass
class Problems:
    """Findings as they come; the first ``FINDINGS_MAX`` are kept, all are counted."""

    kept: list[Finding] = field(default_factory=list)
    count: int = 0

    def entry_changed(self, which: str, what: str) -> None:
        """An entry does not say what was written: MG744."""
        self._tell("MG744", f"{which}: {what}")

    def row_wrong(self, which: str, what: str) -> None:
        """A row was removed or added behind the log's back: MG745."""
        self._tell("MG745", f"{which}: {what}")

    def tree_wrong(self, which: str, what: str) -> None:
        """A place in the tree or a hash of it was changed: MG746."""
        self._tell("MG746", f"{which}: {what}")

    def checkpoint_wrong(self, number: int, what: str) -> None:
        """A checkpoint is missing, changed, or says otherwise than the log: MG747."""
        self._tell("MG747", f"checkpoint {number}: {what}")

    def key_wrong(self, which: str, what: str) -> None:
        """A signing key or a witness's signature is missing, changed, or not trusted: MG748."""
        self._tell("MG748", f"{which}: {what}")

    def head_wrong(self, what: str) -> None:
        """The log does not continue the head that is kept outside of the database: MG747."""
        self._tell("MG747", f"the head kept in secrets/{HEAD_FILE}: {what}")

    def tell(self, *findings: Finding) -> None:
        """Findings of somebody else."""
        self.count += len(findings)
        self.kept.extend(findings[: max(0, FINDINGS_MAX - len(self.kept))])

    def _tell(self, code: str, message: str) -> None:
        self.tell(Finding(code, message, RESTORE))
