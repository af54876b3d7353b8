"""What the log says about its own keys and checkpoints, against the tables that hold them.

Each key, checkpoint and cosignature has an entry that says so, and each such entry has its row.
What matches is forgotten at once, so that only what differs is held.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from makegood.trust.audit.kinds import CHECKPOINT_SIGNED, CHECKPOINT_WITNESSED, SIGNER_MADE
from makegood.trust.audit.verifying.result import Problems

Facts: TypeAlias = Mapping[str, Any]
_KEYS = {
    SIGNER_MADE: ("number",),
    CHECKPOINT_SIGNED: ("number",),
    CHECKPOINT_WITNESSED: ("number", "verifier_key"),
}
CLAIMING = frozenset(_KEYS)
"""Kinds of entries that speak of a row in another table of the log."""


@dataclass
class Claims:
    """Rows that no entry was met for yet, and entries that no row was met for yet."""

    problems: Problems
    _rows: dict[tuple[Any, ...], Facts] = field(default_factory=dict)
    _entries: dict[tuple[Any, ...], tuple[str, Facts]] = field(default_factory=dict)

    def said(self, kind: str, details: Facts, which: str) -> None:
        """An entry of the log says that there is such a row."""
        key = _key(kind, details)
        row = self._rows.pop(key, None)
        if row is None and key not in self._entries:
            self._entries[key] = (which, details)
        else:
            self._compare(kind, details, row, which)

    def kept(self, kind: str, facts: Facts) -> None:
        """A table holds this row."""
        key = _key(kind, facts)
        entry = self._entries.pop(key, None)
        if entry is None:
            self._rows[key] = facts
        else:
            self._compare(kind, entry[1], facts, entry[0])

    def finish(self) -> None:
        """Tell what had no counterpart."""
        for key in self._rows:
            self._tell(key[0], key, "no entry of the log speaks of it")
        for key, (which, _) in self._entries.items():
            self._tell(key[0], key, f"it is missing, and {which} says that it was made")

    def _compare(self, kind: str, said: Facts, kept: Facts | None, which: str) -> None:
        key = _key(kind, said)
        if kept is None:
            self._tell(kind, key, f"{which} says a second time that it was made")
            return
        differing = [name for name, value in kept.items() if said.get(name) != value]
        if differing:
            names = ", ".join(f"'{name}'" for name in differing)
            self._tell(kind, key, f"its {names} is not what {which} says")

    def _tell(self, kind: str, key: tuple[Any, ...], what: str) -> None:
        if kind == CHECKPOINT_SIGNED:
            self.problems.checkpoint_wrong(key[1], what)
        elif kind == SIGNER_MADE:
            self.problems.key_wrong(f"signing key {key[1]}", what)
        else:
            name = str(key[2]).split("+", 1)[0]
            self.problems.key_wrong(f"cosignature of {name} under checkpoint {key[1]}", what)


def _key(kind: str, facts: Facts) -> tuple[Any, ...]:
    return (kind, *(facts.get(name) for name in _KEYS[kind]))
