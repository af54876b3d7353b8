"""What a check sees: the file with its places, the model, and the trees."""

from __future__ import annotations

from dataclasses import dataclass

from makegood.kernel import Finding, Severity
from makegood.programmes.programme import Programme
from makegood.programmes.source import Document

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """A programme whose file fits the model and whose expressions all read."""

    document: Document
    programme: Programme

    def at(
        self, code: str, message: str, hint: str, *path: str | int, key: bool = False
    ) -> Finding:
        """A finding at the value (or key) of a path."""
        return Finding(code, message, hint, self.document.place(path, key=key))

    def warn(self, code: str, message: str, hint: str, *path: str | int) -> Finding:
        """A warning at a key."""
        place = self.document.place(path, key=True)
        return Finding(code, message, hint, place, Severity.WARNING)
