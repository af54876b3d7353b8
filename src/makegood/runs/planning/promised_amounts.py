"""What a line is promised in all: by its customers' claims, and by what was upheld for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from makegood.redress.serving import owner_of
from makegood.runs.planning.upheld import OVER, claims_by_line

if TYPE_CHECKING:
    import pyarrow as pa

ByCustomer = Mapping[str, int]
"""Amounts in minor units by customer."""


def claimed_by_customer(
    programme: str, measure: str, first_holders: Mapping[str, str]
) -> Mapping[str, ByCustomer]:
    """By line what each customer's claims come to; lines without a claim that stands are not in it.

    ``first_holders`` are the lines, with whose each was first.
    """
    found = dict[str, dict[str, int]]()
    for line, several in claims_by_line(programme, measure, sorted(first_holders)).items():
        for claim in several:
            if claim.state not in OVER:
                of_line, whose = found.setdefault(line, {}), owner_of(claim, first_holders[line])
                of_line[whose] = of_line.get(whose, 0) + claim.amount
    return found


def upheld_by_customer(upheld: pa.Table) -> Mapping[str, ByCustomer]:
    """By line what was upheld for each customer, of ``upheld_amounts``."""
    found = dict[str, dict[str, int]]()
    for row in upheld.to_pylist():
        found.setdefault(row["line_id"], {})[row["customer_id"]] = row["amount"]
    return found


def promised_in_all(claimed: ByCustomer, upheld: ByCustomer) -> int:
    """What a line's customers get together.

    Whoever has a claim gets theirs, or what was upheld for them. What was upheld for who has none
    is reckoned against credits of the line, which name nobody and count for each of them
    (``had_by``): so it comes once for the line, as much as the best of them.
    """
    own = sum(max(amount, upheld.get(customer, 0)) for customer, amount in claimed.items())
    return own + max((upheld[each] for each in upheld if each not in claimed), default=0)
