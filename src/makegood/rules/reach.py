"""Whether any line at all could meet a condition: a search for one over the turning points.

Comparisons of facts with constants and with each other are decided exactly, by trying the values at
which they turn. Whatever else stands in a condition is taken as free to be true or false, so that
"no line can" is only ever said where it is so.
"""

from __future__ import annotations

import operator as operators
from collections.abc import Callable, Iterator, Sequence
from enum import Enum
from typing import Any, Final, Literal, TypeAlias

from makegood.rules.facts import Fact, Kind, Missing
from makegood.rules.nullness import may_be_null
from makegood.rules.tree import (
    AllOf,
    AnyOf,
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
    walk,
)

TRIES_MIN, TRIES_MAX = 300, 30_000
WORK_MAX = 3_000_000
"""Nodes looked at in a search: a try looks at every node of every tree."""


class _Open(Enum):
    """Not decided yet: a variable still has no value."""

    OPEN = "open"


OPEN: Final = _Open.OPEN
Verdict: TypeAlias = bool | Literal[_Open.OPEN] | None
Value: TypeAlias = int | str | bool | None
Variable: TypeAlias = FactName | Node

_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": operators.eq,
    "<": operators.lt,
    "<=": operators.le,
    ">": operators.gt,
    ">=": operators.ge,
}


def satisfiable(
    wanted: Node, *, within: Node, unless: Sequence[Node] = (), surely: bool = False
) -> bool:
    """Whether a line could make ``wanted`` true, ``within`` not false, and none of ``unless`` true.

    True where the search finds one, or gives up; False only where there is none. With ``surely``
    the other way round: True only where there is one, with nothing in it taken as free.
    """
    trees = [within, wanted, *unless]
    variables = list(dict.fromkeys(v for tree in trees for v in _variables(tree)))
    if surely and not all(isinstance(variable, FactName) for variable in variables):
        return False
    candidates = _Candidates(trees, variables)
    size = sum(1 for tree in trees for _ in walk(tree))
    tries = [max(TRIES_MIN, min(TRIES_MAX, WORK_MAX // size))]

    def search(index: int, values: dict[Variable, Value]) -> bool:
        tries[0] -= 1
        if tries[0] < 0:
            return not surely
        if _verdict(within, values) is False or _verdict(wanted, values) in (False, None):
            return False
        if any(_verdict(tree, values) is True for tree in unless):
            return False
        if index == len(variables):
            return True
        variable = variables[index]
        for value in candidates.of(variable):
            values[variable] = value
            if search(index + 1, values):
                return True
        del values[variable]
        return False

    return search(0, {})


def _simple(node: Node) -> FactName | Constant | None:
    while isinstance(node, FormulaName):
        node = node.body
    return node if isinstance(node, FactName | Constant) else None


def _variables(node: Node) -> Iterator[Variable]:
    """What a condition turns on: facts, and whole parts that are too involved to look into."""
    match node:
        case Constant():
            return
        case FactName():
            yield node
        case Comparison() | Membership() | IsEmpty():
            operands = [_simple(child) for child in children(node)]
            if any(operand is None for operand in operands):
                yield node
            else:
                yield from (o for o in operands if isinstance(o, FactName))
        case AllOf() | AnyOf() | Negation() | FormulaName() | Choice():
            for child in children(node):
                yield from _variables(child)
        case _:
            yield node


def _verdict(node: Node, values: dict[Variable, Value]) -> Verdict:
    match node:
        case Constant():
            return bool(node.value)
        case FormulaName():
            return _verdict(node.body, values)
        case Comparison() | Membership() | IsEmpty():
            return _atom(node, values)
        case AllOf() | AnyOf():
            return _connective(node, values)
        case Negation():
            inner = _verdict(node.item, values)
            return inner if inner is OPEN or inner is None else not inner
        case Choice():
            for condition, value in node.branches:
                test = _verdict(condition, values)
                if test is OPEN or test is None:
                    return test
                if test:
                    return _verdict(value, values)
            return _verdict(node.otherwise, values)
        case _:
            found = values.get(node, OPEN)
            return found if found is OPEN or found is None else bool(found)


def _connective(node: AllOf | AnyOf, values: dict[Variable, Value]) -> Verdict:
    deciding = isinstance(node, AnyOf)
    verdicts = []
    for item in node.items:
        verdict = _verdict(item, values)
        if verdict is deciding:
            return deciding
        verdicts.append(verdict)
    if OPEN in verdicts:
        return OPEN
    return None if None in verdicts else not deciding


def _atom(node: Comparison | Membership | IsEmpty, values: dict[Variable, Value]) -> Verdict:
    operands = [_simple(child) for child in children(node)]
    if any(operand is None for operand in operands):
        found = values.get(node, OPEN)
        return found if found is OPEN or found is None else bool(found)
    known = [o.value if isinstance(o, Constant) else values.get(o, OPEN) for o in operands if o]
    if OPEN in known:
        return OPEN
    if isinstance(node, IsEmpty):
        return known[0] is None
    if None in known:
        return None
    if isinstance(node, Membership):
        return known[0] in [item.value for item in node.items]
    return _COMPARE[node.operator](known[0], known[1])


class _Candidates:
    """For every variable the values at which some comparison turns."""

    def __init__(self, trees: Sequence[Node], variables: Sequence[Variable]) -> None:
        self._turns: dict[str, set[Value]] = {}
        self._linked: dict[str, Fact] = {}
        self._reach = 1 + sum(isinstance(v, FactName) and _has_order(v.fact) for v in variables)
        for tree in trees:
            self._collect(tree)

    def _collect(self, node: Node) -> None:
        if isinstance(node, Comparison):
            left, right = _simple(node.left), _simple(node.right)
            self._note(left, right)
            self._note(right, left)
            if isinstance(left, FactName) and isinstance(right, FactName):
                self._linked |= {side.fact.name: side.fact for side in (left, right)}
        elif isinstance(node, Membership):
            for item in node.items:
                self._note(_simple(node.value), item)
        for child in children(node):
            self._collect(child)

    def _note(self, fact: FactName | Constant | None, constant: Node | None) -> None:
        if isinstance(fact, FactName) and isinstance(constant, Constant):
            self._turns.setdefault(fact.fact.name, set()).add(constant.value)

    def of(self, variable: Variable) -> list[Value]:
        """The values to try."""
        if not isinstance(variable, FactName):
            return [True, False, None] if may_be_null(variable) else [True, False]
        fact = variable.fact
        found = self._values(fact)
        return found if fact.missing is Missing.NEVER else [*found, None]

    def _values(self, fact: Fact) -> list[Value]:
        turns = self._turns.get(fact.name, set())
        if fact.kind is Kind.BOOLEAN:
            return [True, False]
        if fact.kind is Kind.ENUM:
            if fact.name in self._linked:
                return list(fact.values)
            others = [value for value in fact.values if value not in turns]
            return [*(v for v in fact.values if v in turns), *others[:2]]
        points, reach = {int(turn or 0) for turn in turns}, 1
        if fact.name in self._linked:
            points, reach = self._shared_points(fact.kind), self._reach
        near = {point + step for point in points for step in range(-reach, reach + 1)}
        inside = sorted(point for point in near if fact.low <= point <= fact.high)
        return list(dict.fromkeys([*inside, fact.low, fact.high]))

    def _shared_points(self, kind: Kind) -> set[int]:
        """Where facts that are compared with each other turn: at each other's turns and bounds."""
        alike = [fact for fact in self._linked.values() if fact.kind is kind]
        points = {bound for fact in alike for bound in (fact.low, fact.high)}
        return points | {int(t or 0) for fact in alike for t in self._turns.get(fact.name, ())}


def _has_order(fact: Fact) -> bool:
    return fact.kind in (Kind.INTEGER, Kind.MONEY, Kind.DATE)
