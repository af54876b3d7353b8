"""How long work tells how far it is."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[str, int, int | None], None]
"""Called with a stage's name, units done so far, and units in all (None where nobody knows)."""


def silent(stage: str, done: int, total: int | None) -> None:
    """Progress that nobody watches."""
