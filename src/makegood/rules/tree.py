"""The typed tree of the rule language: what every engine compiles from.

Booleans are three-valued (Kleene): true, false, unknown. A value is known, *none* (the line is
known to have no such thing) or unknown. When a tree is built, comparisons are guarded against none,
so that the engines only ever see NULL for unknown and plain three-valued logic.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from makegood.rules.facts import Fact, Kind, Missing

if TYPE_CHECKING:
    from makegood.rules.functions import Function

Span: TypeAlias = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Type:
    """A kind with its bounds, as ``Fact`` has them. ``values`` are an enum's, in declared order."""

    kind: Kind
    values: tuple[str, ...] = ()
    low: int = 0
    high: int = 1

    @classmethod
    def of(cls, fact: Fact) -> Type:
        """The type of a declared fact."""
        return cls(fact.kind, fact.values, fact.low, fact.high)


BOOLEAN = Type(Kind.BOOLEAN)


@dataclass(frozen=True, slots=True)
class Constant:
    """A literal, or a programme date by its ``name``. Dates are day numbers."""

    type: Type
    value: bool | int | str
    name: str = ""
    at: Span = field(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class FactName:
    """A fact of the line."""

    type: Type
    fact: Fact
    at: Span = field(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class FormulaName:
    """A named formula, with its body."""

    type: Type
    name: str
    body: Node
    at: Span = field(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class Comparison:
    """``left operator right``; the operator is one of ``= < <= > >=``."""

    operator: str
    left: Node
    right: Node
    at: Span = field(default=(0, 0), compare=False)
    type: Type = BOOLEAN


@dataclass(frozen=True, slots=True)
class Membership:
    """The value is one of the constants."""

    value: Node
    items: tuple[Constant, ...]
    at: Span = field(default=(0, 0), compare=False)
    type: Type = BOOLEAN


@dataclass(frozen=True, slots=True)
class IsEmpty:
    """The value is none or unknown. Never unknown itself."""

    value: Node
    at: Span = field(default=(0, 0), compare=False)
    type: Type = BOOLEAN


@dataclass(frozen=True, slots=True)
class AllOf:
    """Kleene AND."""

    items: tuple[Node, ...]
    at: Span = field(default=(0, 0), compare=False)
    type: Type = BOOLEAN


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Kleene OR."""

    items: tuple[Node, ...]
    at: Span = field(default=(0, 0), compare=False)
    type: Type = BOOLEAN


@dataclass(frozen=True, slots=True)
class Negation:
    """Kleene NOT."""

    item: Node
    at: Span = field(default=(0, 0), compare=False)
    type: Type = BOOLEAN


@dataclass(frozen=True, slots=True)
class Choice:
    """CASE: the value of the first true condition; an unknown condition makes it unknown."""

    type: Type
    branches: tuple[tuple[Node, Node], ...]
    otherwise: Node
    at: Span = field(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """``left operator right`` over whole numbers; the operator is one of ``+ - *``."""

    type: Type
    operator: str
    left: Node
    right: Node
    at: Span = field(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class Call:
    """A function of the table, with its arguments and, where it has one, its ``option``."""

    type: Type
    function: Function
    arguments: tuple[Node, ...]
    option: object = None
    at: Span = field(default=(0, 0), compare=False)


Node: TypeAlias = (
    Constant
    | FactName
    | FormulaName
    | Comparison
    | Membership
    | IsEmpty
    | AllOf
    | AnyOf
    | Negation
    | Choice
    | Arithmetic
    | Call
)

TRUE = Constant(BOOLEAN, True)
FALSE = Constant(BOOLEAN, False)


def children(node: Node) -> tuple[Node, ...]:
    """The nodes directly below, in reading order."""
    match node:
        case Constant() | FactName():
            return ()
        case FormulaName():
            return (node.body,)
        case Comparison() | Arithmetic():
            return (node.left, node.right)
        case Membership() | IsEmpty():
            return (node.value,)
        case AllOf() | AnyOf():
            return node.items
        case Negation():
            return (node.item,)
        case Choice():
            return (*(part for branch in node.branches for part in branch), node.otherwise)
        case Call():
            return node.arguments


def walk(node: Node) -> Iterator[Node]:
    """The node and everything below it, depth first."""
    yield node
    for child in children(node):
        yield from walk(child)


def formulas_in(*nodes: Node) -> dict[str, FormulaName]:
    """The named formulas in some trees, each after those that it names itself."""
    found: dict[str, FormulaName] = {}
    for node in nodes:
        for child in children(node):
            found |= {n: f for n, f in formulas_in(child).items() if n not in found}
        if isinstance(node, FormulaName):
            found.setdefault(node.name, node)
    return found


def facts_of(node: Node) -> dict[str, Fact]:
    """The facts a tree reads, by name, in the order in which they first appear."""
    return {n.fact.name: n.fact for n in walk(node) if isinstance(n, FactName)}


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


def _any(tests: Iterator[Node | None] | list[Node | None]) -> Node | None:
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
