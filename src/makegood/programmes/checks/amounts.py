"""Amounts are money and never negative; settlement days are dates."""

from __future__ import annotations

from collections.abc import Iterator

from makegood.kernel import Finding
from makegood.programmes.checks.base import Draft
from makegood.rules import Kind, Node


def check_amounts(draft: Draft) -> Iterator[Finding]:
    """MG306 an amount that is no money; MG307 one that may be negative."""
    for name, measure in draft.programme.measures.items():
        if measure.amount is not None:
            yield from _amount(draft, name, measure.kind, measure.amount)
        if measure.settled_on is not None and measure.settled_on.type.kind is not Kind.DATE:
            path = ("measures", name, "refund", "pay", "settled_on")
            message = f"settled_on is {measure.settled_on.type.kind.named}, but must be a date"
            yield draft.at("MG306", message, "such as plus_days(FACT, 7)", *path)


def _amount(draft: Draft, name: str, kind: str, amount: Node) -> Iterator[Finding]:
    path = ("measures", name, kind, "amount")
    found = amount.type
    if found.kind is not Kind.MONEY:
        hint = "an amount comes from money facts"
        message = f"the amount is {found.kind.named}, but must be money"
        yield draft.at("MG306", message, hint, *path)
    elif found.low < 0:
        message = f"the amount may be negative (down to {found.low:,})"
        yield draft.at("MG307", message, "bound it: greatest(0, …)", *path)
