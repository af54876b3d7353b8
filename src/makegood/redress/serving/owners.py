"""Whose something of a line is, that was made for whoever held it then: the one place that says so.

Applications, choices, coupons and quotes stay with who held the line. Of a line that nobody was
named for, the line itself stands as the customer; what was made for it then is its first holder's,
once there is one, and stays theirs when the line is handed on.
"""

from __future__ import annotations

from typing import Protocol

from makegood.redress.serving.holders import first_holder_of


class OfALine(Protocol):
    """What stands for a line, and the customer that it was made for."""

    @property
    def line_id(self) -> str:
        """The line's pseudonym."""
        ...

    @property
    def customer_id(self) -> str:
        """Who held the line then; the line itself where nobody was named."""
        ...


def owner_of(made: OfALine, first_holder: str | None = None) -> str:
    """The customer whose it is now: who reads it, who acts on it, whom it is told.

    ``first_holder`` is whose the line was first, where the caller knows; else it is looked up where
    it matters.
    """
    if made.customer_id != made.line_id:
        return made.customer_id
    return first_holder_of(made.line_id) if first_holder is None else first_holder


def is_of(made: OfALine, customer_id: str, first_holder: str | None = None) -> bool:
    """Whether it is this customer's.

    A customer that is only the name of this very line is its first holder, as for a case that was
    opened before there was one; of other lines of that holder's nothing is.
    """
    owner = owner_of(made, first_holder)
    if owner == customer_id:
        return True
    return made.line_id == customer_id and owner == first_holder_of(customer_id)
