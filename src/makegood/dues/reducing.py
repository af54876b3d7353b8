"""What of an expression matters for one line: the branch that was taken, the greater of two."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any, TypeAlias

from makegood.rules import (
    Arithmetic,
    Call,
    Choice,
    Constant,
    FactName,
    FormulaName,
    Node,
    children,
    evaluator,
    facts_of,
)

Value: TypeAlias = int | str | bool | None

_ONE_OF_THEM = frozenset({"least", "greatest", "coalesce"})
"""The functions whose value is that of one of their arguments."""


class Reducer:
    """Reduces expressions for a line with these facts, as engine values."""

    def __init__(self, values: Mapping[str, Value]) -> None:
        self._values = values
        self._functions: dict[int, tuple[Node, Callable[..., Any], tuple[str, ...]]] = {}

    def value(self, node: Node) -> object:
        """What a tree comes to for the line; None where facts are missing."""
        return self.evaluate(node, self._values)

    def evaluate(self, node: Node, values: Mapping[str, object]) -> object:
        """What a tree comes to for other facts."""
        known = self._functions.get(id(node))
        if known is None:
            facts = list(facts_of(node).values())
            known = (node, evaluator(node, facts), tuple(fact.name for fact in facts))
            self._functions[id(node)] = known
        _, function, names = known
        return function(*[values.get(name) for name in names])

    def reduced(self, node: Node) -> Node:
        """The tree without what does not matter; named formulas stay as they are."""
        match node:
            case Choice():
                return self.reduced(self._taken(node))
            case Call() if node.function.name in _ONE_OF_THEM:
                wanted = self.value(node)
                of_it = (each for each in node.arguments if self.value(each) == wanted)
                return self.reduced(next(of_it, node.arguments[0]))
            case Call():
                arguments = tuple(self.reduced(each) for each in node.arguments)
                return replace(node, arguments=arguments)
            case Arithmetic():
                return replace(node, left=self.reduced(node.left), right=self.reduced(node.right))
        return node

    def formulas(self, node: Node) -> tuple[FormulaName, ...]:
        """The named formulas that a tree comes to for the line, each after those it is made of."""
        found: dict[str, FormulaName] = {}
        self._collect(node, found)
        return tuple(found.values())

    def facts(self, node: Node) -> tuple[str, ...]:
        """The facts that matter, in the order in which they come up."""
        nodes = [self.reduced(formula.body) for formula in self.formulas(node)]
        nodes.append(self.reduced(node))
        names = (fact.fact.name for part in nodes for fact in _own_facts(part))
        return tuple(dict.fromkeys(names))

    def _collect(self, node: Node, found: dict[str, FormulaName]) -> None:
        reduced = self.reduced(node)
        if isinstance(reduced, FormulaName):
            if reduced.name not in found:
                self._collect(reduced.body, found)
                found.setdefault(reduced.name, reduced)
            return
        for child in children(reduced):
            self._collect(child, found)

    def _taken(self, node: Choice) -> Node:
        for condition, value in node.branches:
            if self.value(condition) is True:
                return value
        return node.otherwise


def _own_facts(node: Node) -> Iterator[FactName]:
    """The facts that a tree names itself, not those of the formulas that it names."""
    if isinstance(node, FormulaName | Constant):
        return
    if isinstance(node, FactName):
        yield node
    for child in children(node):
        yield from _own_facts(child)
