"""What is declared and never used: not wrong, but worth a look."""

from __future__ import annotations

from collections.abc import Iterator

from makegood.kernel import Finding
from makegood.programmes.checks.base import Draft
from makegood.rules import Bands, Call, Constant, FactName, FormulaName, Node, walk


def check_unused(draft: Draft) -> Iterator[Finding]:
    """MG390 (warning): a fact, date, formula, table or base that nothing names."""
    used = set(_names_used(draft))
    names, section = draft.programme.names, draft.programme.section
    groups = (
        ("facts", names.facts),
        ("dates", names.dates),
        ("formulas", names.formulas),
        ("tables", names.tables),
        ("bases", section.bases),
    )
    for group, declared in groups:
        for name in declared:
            if name not in used:
                message = f"'{name}' is declared and never used"
                yield draft.warn("MG390", message, "take it out, or use it", group, name)


def _names_used(draft: Draft) -> Iterator[str]:
    for tree in _trees(draft):
        for node in walk(tree):
            if isinstance(node, FactName):
                yield node.fact.name
            elif isinstance(node, FormulaName | Constant) and node.name:
                yield node.name
            elif isinstance(node, Call) and isinstance(node.option, Bands):
                yield node.option.name
    if draft.programme.section.contract:
        yield draft.programme.section.contract
    for measure in draft.programme.section.measures.values():
        yield from (name for name in (measure.base, measure.by_day) if name)
        if measure.refund and measure.refund.account and measure.refund.account.holder:
            yield measure.refund.account.holder


def _trees(draft: Draft) -> Iterator[Node]:
    for measure in draft.programme.measures.values():
        yield measure.scope
        yield measure.automatic
        yield from (e.when for e in measure.exclusions)
        yield from (t for t in (measure.late, measure.amount, measure.settled_on) if t is not None)
    for base in draft.programme.bases.values():
        yield base.where
