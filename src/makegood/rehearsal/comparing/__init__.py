"""What the outside has in its books against what the oracle says; one difference is too many."""

from makegood.rehearsal.comparing.whole import compared

__all__ = ["compared"]
