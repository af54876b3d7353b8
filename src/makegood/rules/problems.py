"""What is wrong in an expression, before anybody knows in which file it stands."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem(Exception):
    """A mistake in an expression, from character ``start`` up to ``end``."""

    code: str
    message: str
    hint: str
    start: int
    end: int
