"""Which facts are missing *and matter* where a tree is unknown.

A missing fact matters where the part it stands in is unknown: beside a false condition of an AND it
does not. The same definition is compiled to a bit mask in SQL and walked in Python.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from makegood.rules.facts import Fact
from makegood.rules.nullness import may_be_null
from makegood.rules.sql import SqlWriter
from makegood.rules.tree import (
    AllOf,
    AnyOf,
    Call,
    Choice,
    FactName,
    FormulaName,
    Node,
    children,
)


def mask_sql(
    node: Node,
    writer: SqlWriter,
    bit: Callable[[Fact], int],
    formula: Callable[[FormulaName], str] | None = None,
) -> str:
    """SQL of the mask of missing facts that matter; 0 where the tree is known.

    With ``formula``, the mask of a named formula is the column it says.
    """
    if not may_be_null(node):
        return "0"
    match node:
        case FormulaName() if formula is not None:
            return formula(node)
        case FactName():
            return f"CASE WHEN {writer.write(node)} IS NULL THEN {bit(node.fact)} ELSE 0 END"
        case Choice():
            return _choice_sql(node, writer, bit, formula)
    parts = _joined([mask_sql(child, writer, bit, formula) for child in children(node)])
    decides_alone = isinstance(node, AllOf | AnyOf) or (
        isinstance(node, Call) and not node.function.strict
    )
    if not decides_alone:
        # A strict node is unknown as soon as a part is, and a known part has an empty mask.
        return parts
    return f"CASE WHEN {writer.write(node)} IS NULL THEN {parts} ELSE 0 END"


def _choice_sql(
    node: Choice,
    writer: SqlWriter,
    bit: Callable[[Fact], int],
    formula: Callable[[FormulaName], str] | None,
) -> str:
    cases = []
    for condition, value in node.branches:
        test = writer.write(condition)
        cases.append(f"WHEN {test} THEN {mask_sql(value, writer, bit, formula)}")
        if may_be_null(condition):
            cases.append(f"WHEN {test} IS NULL THEN {mask_sql(condition, writer, bit, formula)}")
    return f"CASE {' '.join(cases)} ELSE {mask_sql(node.otherwise, writer, bit, formula)} END"


def _joined(masks: list[str]) -> str:
    real = [mask for mask in masks if mask != "0"]
    return f"({' | '.join(f'({mask})' for mask in real)})" if real else "0"


Values = Mapping[str, object]
Evaluate = Callable[[Node, Values], object]


def missing_facts(node: Node, values: Values, evaluate: Evaluate) -> dict[str, Fact]:
    """The missing facts that matter for one line, by name; empty where the tree is known."""
    if not may_be_null(node) or evaluate(node, values) is not None:
        return {}
    if isinstance(node, FactName):
        return {node.fact.name: node.fact}
    if isinstance(node, Choice):
        for condition, value in node.branches:
            verdict = evaluate(condition, values)
            if verdict is None:
                return missing_facts(condition, values, evaluate)
            if verdict:
                return missing_facts(value, values, evaluate)
        return missing_facts(node.otherwise, values, evaluate)
    found: dict[str, Fact] = {}
    for child in children(node):
        found |= missing_facts(child, values, evaluate)
    return found
