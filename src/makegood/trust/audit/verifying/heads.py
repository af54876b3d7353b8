"""The head that is kept outside of the database against the tree and its checkpoints."""

from __future__ import annotations

from makegood.kernel import MakegoodError
from makegood.trust.audit.head_file import HeadFile, RememberedHead, unusable_finding
from makegood.trust.audit.note import BadNote, VerifierKey, verified_by
from makegood.trust.audit.verifying.result import Problems
from makegood.trust.audit.verifying.trees import Checkpoints, Subtrees


class OutsideHead:
    """Compared once the tree has the size that is remembered.

    The file is read when this is made: before the snapshot of the database, which is never older
    than the file then.
    """

    def __init__(self, file: HeadFile | None, problems: Problems) -> None:
        self._problems = problems
        self._remembered: RememberedHead | None = None
        try:
            self._remembered = file.read() if file else None
        except MakegoodError as error:
            problems.tell(*error.findings)

    @property
    def size(self) -> int | None:
        """How many entries it covers; None where nothing is remembered."""
        return self._remembered.head.size if self._remembered else None

    def expect_signed(self, keys: tuple[VerifierKey, ...]) -> None:
        """Tell where none of the log's keys signed it."""
        if self._remembered is None:
            return
        try:
            verified_by(self._remembered.note, keys)
        except BadNote as reason:
            origin = self._remembered.head.origin
            what = f"it is of another log, '{origin}', or the signing keys are: {reason}"
            self._problems.tell(unusable_finding(what))

    def compare(self, tree: Subtrees, checkpoints: Checkpoints) -> None:
        """Compare it with the tree, which has its size now; after the checkpoints of this size."""
        if self._remembered is None or tree.is_broken:
            return
        head = self._remembered.head
        if tree.frontier.root() != head.root:
            covered = checkpoints.covered
            # Where a checkpoint of the same size holds, somebody signed another history.
            first = covered if covered < head.size else 0
            self._problems.head_wrong(
                f"the entries from {first:,} to {head.size - 1:,} are not those it covers"
            )

    def finish(self, size: int, checkpoints: Checkpoints) -> None:
        """Tell where the log or its checkpoints end before it."""
        if self._remembered is None:
            return
        remembered = self._remembered.head.size
        if size < remembered:
            self._problems.head_wrong(
                f"it covers {remembered:,} entries and the log has {size:,}: "
                f"the last {remembered - size:,} are missing"
            )
        elif checkpoints.covered < remembered:
            self._problems.head_wrong(
                f"it covers {remembered:,} entries and the newest sound checkpoint "
                f"{checkpoints.covered:,}: checkpoints are missing"
            )
