"""The typed tree of the rule language: what every engine compiles from.

Booleans are three-valued (Kleene): true, false, unknown. A value is known, *none* (the line is
known to have no such thing) or unknown. When a tree is built, comparisons are guarded against none,
so that the engines only ever see NULL for unknown and plain three-valued logic.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from makegood.rules.facts import Fact, Kind

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
