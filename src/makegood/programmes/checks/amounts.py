"""Amounts are money and never negative; settlement days are dates."""

from __future__ import annotations

from collections.abc import Iterator

from makegood.kernel import Finding
from makegood.programmes.checks.base import Draft
from makegood.programmes.programme import Measure
from makegood.rules import (
    AnyOf,
    Arithmetic,
    Call,
    Choice,
    Constant,
    FormulaName,
    Kind,
    Node,
    children,
    facts_of,
    none_test,
    satisfiable,
)


def check_amounts(draft: Draft) -> Iterator[Finding]:
    """MG306 an amount that is no money; MG307 one that may be negative; MG308 one of none."""
    for name, measure in draft.programme.measures.items():
        if measure.amount is not None:
            yield from _amount(draft, name, measure.kind, measure.amount)
            yield from _none(draft, name, measure, measure.amount)
        if measure.settled_on is not None and measure.settled_on.type.kind is not Kind.DATE:
            path = ("measures", name, "refund", "pay", "settled_on")
            message = f"settled_on is {measure.settled_on.type.kind.named}, but must be a date"
            yield draft.at("MG306", message, "such as plus_days(FACT, 7)", *path)


def _amount(draft: Draft, name: str, kind: str, amount: Node) -> Iterator[Finding]:
    path = ("measures", name, kind, "amount")
    found = amount.type
    if found.kind is not Kind.MONEY and not _is_plain_number(amount):
        hint = "an amount comes from money facts, or is a number of minor units"
        message = f"the amount is {found.kind.named}, but must be money"
        yield draft.at("MG306", message, hint, *path)
    elif found.low < 0:
        message = f"the amount may be negative (down to {found.low:,})"
        yield draft.at("MG307", message, "bound it: greatest(0, …)", *path)


def _is_plain_number(node: Node) -> bool:
    """Whether a value is reckoned from written numbers alone: such are minor units."""
    match node:
        case Constant():
            return node.type.kind is Kind.INTEGER
        case FormulaName():
            return _is_plain_number(node.body)
        case Choice():
            values = [value for _, value in node.branches]
            return all(_is_plain_number(value) for value in (*values, node.otherwise))
        case Arithmetic() | Call():
            return all(_is_plain_number(child) for child in children(node))
        case _:
            return False


def _none(draft: Draft, name: str, measure: Measure, amount: Node) -> Iterator[Finding]:
    """Where a line is granted, and its amount is known not to exist: what would it be paid."""
    none = none_test(amount)
    if none is None:
        return
    scope = AnyOf((measure.scope, measure.late)) if measure.late else measure.scope
    excluded = [exclusion.when for exclusion in measure.exclusions]
    if satisfiable(none, within=scope, unless=excluded, surely=True):
        facts = ", ".join(f"'{f.name}'" for f in facts_of(none).values())
        message = f"a line in scope may have no amount at all: {facts} may be none"
        hint = "say what it stands for: coalesce(…, 0), or leave such lines out of 'for'"
        yield draft.at("MG308", message, hint, "measures", name, measure.kind, "amount")
