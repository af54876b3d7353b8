"""Folders of runs that were killed while they were planned."""

from __future__ import annotations

from makegood.configuration import Settings


def remove_left_over(settings: Settings) -> int:
    """Remove folders of runs that were never put in; how many."""
    raise NotImplementedError
