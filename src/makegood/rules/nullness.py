"""Where NULL may appear in a tree, what it means there, and the guards that keep none apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from makegood.rules.facts import Fact, Missing
from makegood.rules.tree import (
    BOOLEAN,
    FALSE,
    TRUE,
    AllOf,
    AnyOf,
    Arithmetic,
    Call,
    Choice,
    Comparison,
    Constant,
    FactName,
    FormulaName,
    IsEmpty,
    Membership,
    Negation,
    Node,
    children,
)


def conjunction(*nodes: Node) -> Node:
    """AND of the nodes, flattened, without what is always true."""
    items: list[Node] = []
    for node in nodes:
        items.extend(node.items if isinstance(node, AllOf) else [node])
    items = list(dict.fromkeys(item for item in items if item != TRUE))
    if not items:
        return TRUE
    return items[0] if len(items) == 1 else AllOf(tuple(items), nodes[0].at)


def may_be_null(node: Node) -> bool:
    """Whether an engine may see NULL for this node."""
    match node:
        case Constant() | IsEmpty():
            return False
        case FactName():
            return node.fact.missing is not Missing.NEVER
        case Comparison() | Membership() | AllOf() | AnyOf() | Negation():
            return any(_may_be_unknown(child) for child in children(node))
        case Call() if not node.function.strict:
            return all(may_be_null(argument) for argument in node.arguments)
        case _:
            return any(may_be_null(child) for child in children(node))


def _may_be_unknown(node: Node) -> bool:
    """Like ``may_be_null``, but none does not count: comparisons are guarded against it."""
    match node:
        case FactName():
            return node.fact.missing is Missing.UNKNOWN
        case Constant() | IsEmpty():
            return False
        case Call() if not node.function.strict:
            return all(may_be_null(a) for a in node.arguments) and any(
                _may_be_unknown(a) for a in node.arguments
            )
        case _:
            return any(_may_be_unknown(child) for child in children(node))


def can_be_missing(node: Node) -> list[Fact]:
    """The facts that a line may lack so that the tree is unknown, by name once, in order."""
    return list({fact.name: fact for fact in _lackable(node)}.values())


def _lackable(node: Node) -> Iterator[Fact]:
    if not may_be_null(node):
        return
    if isinstance(node, FactName):
        yield node.fact
    for child in children(node):
        yield from _lackable(child)


def null_with(node: Node, fact: Fact) -> bool:
    """Whether the node is NULL in every case in which the fact is."""
    match node:
        case FactName():
            return node.fact == fact
        case FormulaName():
            return null_with(node.body, fact)
        case Comparison() | Membership() | Negation() | Arithmetic():
            return any(null_with(child, fact) for child in children(node))
        case Call() if node.function.strict:
            return any(null_with(argument, fact) for argument in node.arguments)
        case Choice():
            values = [value for _, value in node.branches]
            return all(null_with(value, fact) for value in (*values, node.otherwise))
        case _:
            return False


def none_test(node: Node) -> Node | None:
    """A condition that is true where the value is none; nothing where it never is."""
    match node:
        case FactName():
            return IsEmpty(node, node.at) if node.fact.missing is Missing.NONE else None
        case FormulaName():
            return none_test(node.body)
        case Arithmetic():
            return _any(none_test(child) for child in children(node))
        case Call():
            tests = [none_test(argument) for argument in node.arguments]
            if node.function.strict:
                return _any(tests)
            found = [test for test in tests if test is not None]
            return AllOf(tuple(found), node.at) if len(found) == len(tests) else None
        case Choice():
            return _choice_test(node)
        case _:
            return None


def _choice_test(node: Choice) -> Node | None:
    tests = [none_test(value) for _, value in node.branches]
    last = none_test(node.otherwise)
    if last is None and all(test is None for test in tests):
        return None
    branches = tuple(
        (condition, test or FALSE)
        for (condition, _), test in zip(node.branches, tests, strict=True)
    )
    return Choice(BOOLEAN, branches, last or FALSE, node.at)


def _any(tests: Iterable[Node | None]) -> Node | None:
    found = tuple(dict.fromkeys(test for test in tests if test is not None))
    if not found:
        return None
    return found[0] if len(found) == 1 else AnyOf(found, found[0].at)


def guarded(condition: Comparison | Membership) -> Node:
    """The condition, false where one of its operands is none."""
    test = _any([none_test(child) for child in children(condition)])
    if test is None:
        return condition
    tests = test.items if isinstance(test, AnyOf) else (test,)
    present = (Negation(each, condition.at) for each in tests)
    return AllOf((*present, condition), condition.at)
