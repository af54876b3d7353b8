"""The tree built again from the leaves, against stored subtrees and signed checkpoints."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from makegood.trust.audit.checkpoint import TreeHead
from makegood.trust.audit.checkpoints import Checkpoint
from makegood.trust.audit.kinds import CHECKPOINT_SIGNED
from makegood.trust.audit.note import BadNote, VerifierKey, parse_note, verified_by
from makegood.trust.audit.storage import STORED_LEVELS
from makegood.trust.audit.tree import Frontier
from makegood.trust.audit.verifying.claims import Claims
from makegood.trust.audit.verifying.result import Problems

_WIDTH = 1 << STORED_LEVELS


class Subtrees:
    """Takes leaves in order and compares each stored subtree when it is complete."""

    def __init__(self, stored: Iterator[tuple[Any, ...]], problems: Problems) -> None:
        self.frontier = Frontier()
        self.is_broken = False
        """A leaf is missing: from there on no hash can be compared."""
        self._stored = stored
        self._problems = problems
        self._next = next(stored, None)

    def add(self, leaf: bytes) -> None:
        """Take the next leaf."""
        frontier = self.frontier
        if (frontier.size + 1) % _WIDTH:
            frontier.add(leaf)
            return
        completed = frontier.add_telling(leaf)
        for level in range(STORED_LEVELS, len(completed), STORED_LEVELS):
            self._compare(level, (frontier.size >> level) - 1, completed[level])

    def finish(self) -> None:
        """Tell of stored subtrees that the tree does not have."""
        while self._next is not None and not self.is_broken:
            level, index, _ = self._next
            self._problems.tree_wrong(_named(level, index), "the tree has no such subtree")
            self._next = next(self._stored, None)

    def _compare(self, level: int, index: int, computed: bytes) -> None:
        if self.is_broken:
            return
        # Both come in the order in which a growing tree completes them.
        place = _order(level, index)
        while self._next is not None and _order(*self._next[:2]) < place:
            self._problems.tree_wrong(_named(*self._next[:2]), "the tree has no such subtree")
            self._next = next(self._stored, None)
        if self._next is None or _order(*self._next[:2]) != place:
            self._problems.tree_wrong(_named(level, index), "its stored hash is missing")
            return
        if self._next[2] != computed:
            self._problems.tree_wrong(
                _named(level, index), "its leaves and its stored hash do not fit"
            )
        self._next = next(self._stored, None)


class Checkpoints:
    """Compares each checkpoint, in order, with the tree at its size."""

    def __init__(
        self,
        rows: Iterator[tuple[Any, ...]],
        keys: tuple[VerifierKey, ...],
        claims: Claims,
        problems: Problems,
        cosignatures: Callable[[int], None],
    ) -> None:
        self.count = 0
        self.covered = 0
        self.signed_at: datetime | None = None
        self.at = -1
        """The size at which the next checkpoint is due; below 0 where none is left."""
        self._rows = rows
        self._keys = keys
        self._claims = claims
        self._problems = problems
        self._cosignatures = cosignatures
        self._reached = 0
        self._head: TreeHead | None = None
        self._row: Checkpoint | None = None
        self._differs = False
        self._advance()

    def compare(self, tree: Subtrees) -> None:
        """Compare all checkpoints of the tree's present size."""
        while self.at == tree.frontier.size:
            if self._head and self._row and not tree.is_broken:
                self._compare_root(self._head, self._row, tree.frontier.root())
            self._advance()

    def finish(self, size: int, *, is_broken: bool) -> None:
        """Tell of checkpoints over more entries than there are."""
        while self._row is not None and self._head is not None:
            if not is_broken:
                self._problems.checkpoint_wrong(
                    self._row.number,
                    f"it covers {self._head.size:,} entries and the log has {size:,}: "
                    f"the last {self._head.size - size:,} are missing",
                )
            self._advance()

    def _compare_root(self, head: TreeHead, row: Checkpoint, root: bytes) -> None:
        if root == head.root:
            self.covered, self.signed_at = head.size, row.signed_at
        elif not self._differs:
            # All later ones differ as well; the first says where to look.
            self._differs = True
            self._problems.checkpoint_wrong(
                row.number,
                f"the entries from {self.covered:,} to {head.size - 1:,} are not those it signed",
            )

    def _advance(self) -> None:
        """Go to the next checkpoint whose note is sound."""
        self._head = self._row = None
        self.at = -1
        for row in self._rows:
            self.count += 1
            checkpoint = Checkpoint(*row)
            if checkpoint.number != self.count:
                self._problems.checkpoint_wrong(self.count, "it is missing")
                self.count = checkpoint.number
            self._claims.kept(CHECKPOINT_SIGNED, checkpoint.facts())
            self._cosignatures(checkpoint.number)
            head = self._sound_head(checkpoint)
            if head is not None:
                self._head, self._row, self.at = head, checkpoint, head.size
                return

    def _sound_head(self, row: Checkpoint) -> TreeHead | None:
        try:
            note = parse_note(row.note)
            verified_by(note, self._keys)
            head = TreeHead.parse(note.text)
        except BadNote as reason:
            self._problems.checkpoint_wrong(row.number, f"its note: {reason}")
            return None
        if note.render() != row.note or len(note.signatures) != 1:
            self._problems.checkpoint_wrong(row.number, "its note is not the one that was signed")
            return None
        if (head.size, head.root) != (row.size, row.root):
            self._problems.checkpoint_wrong(row.number, "size or root are not those of its note")
        if head.size < self._reached:
            self._problems.checkpoint_wrong(row.number, "it is smaller than the one before")
            return None
        self._reached = head.size
        return head


def _order(level: int, index: int) -> tuple[int, int]:
    return (index + 1) << level, level


def _named(level: int, index: int) -> str:
    first = index << level
    return f"entries {first:,} to {first + (1 << level) - 1:,}"
