"""The nearest miss: by how little a line lies outside, fact by fact."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from makegood.decisions.python_engine import Value
from makegood.rules import (
    AllOf,
    AnyOf,
    Choice,
    Comparison,
    Constant,
    FactName,
    IsEmpty,
    Kind,
    Membership,
    Negation,
    Node,
)

Evaluate = Callable[[Node, Mapping[str, object]], object]
_FAR = 10**9


class Side(StrEnum):
    """How a fact lies beside what is wanted."""

    LOW = "low"
    HIGH = "high"
    OTHER = "other"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Miss:
    """A fact that is not as wanted: its value, the bound it misses and by how much.

    ``distance`` counts days for dates, units for numbers, minor units for money.
    """

    fact: str
    kind: Kind
    value: Value
    side: Side
    bound: int | None = None
    distance: int = 0
    wanted: tuple[str, ...] = ()


def nearest_misses(node: Node, values: Mapping[str, Value], evaluate: Evaluate) -> list[Miss]:
    """What of a condition that is false would have to be otherwise, along the nearest way.

    Empty where the condition is not false, or where no single facts tell.
    """
    if evaluate(node, values) is not False:
        return []
    return list(dict.fromkeys(_misses(node, values, evaluate, wanted=True)))


def _misses(
    node: Node, values: Mapping[str, Value], evaluate: Evaluate, *, wanted: bool
) -> list[Miss]:
    """What stands between a node and the wanted verdict; what is unknown does not: nobody knows."""
    if evaluate(node, values) is not (not wanted):
        return []
    match node:
        case Negation():
            return _misses(node.item, values, evaluate, wanted=not wanted)
        case AllOf() | AnyOf():
            ways = [_misses(item, values, evaluate, wanted=wanted) for item in node.items]
            if isinstance(node, AllOf) is wanted:
                return [miss for way in ways for miss in way]
            return min((way for way in ways if way), key=_cost, default=[])
        case Comparison():
            return _comparison(node, values, wanted=wanted)
        case Membership() if isinstance(node.value, FactName):
            known = tuple(str(item.value) for item in node.items)
            words = known if wanted else ()
            return [_other(node.value, values, words)]
        case IsEmpty() if isinstance(node.value, FactName):
            return [_other(node.value, values, ())]
        case FactName():
            return [_other(node, values, ())]
        case Choice():
            for condition, value in node.branches:
                if evaluate(condition, values) is True:
                    return _misses(value, values, evaluate, wanted=wanted)
            return _misses(node.otherwise, values, evaluate, wanted=wanted)
        case _:
            return []


def _cost(misses: list[Miss]) -> tuple[int, int]:
    return len(misses), sum(miss.distance for miss in misses)


def _other(node: FactName, values: Mapping[str, Value], wanted: tuple[str, ...]) -> Miss:
    value = values.get(node.fact.name)
    side = Side.NONE if value is None else Side.OTHER
    return Miss(node.fact.name, node.fact.kind, value, side, None, _FAR, wanted)


_MIRROR = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "="}
_OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}


def _comparison(node: Comparison, values: Mapping[str, Value], *, wanted: bool) -> list[Miss]:
    """A fact beside a constant: its side, and how far it is from the nearest that would do."""
    left, right, operator = node.left, node.right, node.operator
    if isinstance(left, Constant):
        left, right, operator = right, left, _MIRROR[operator]
    if not isinstance(left, FactName) or not isinstance(right, Constant):
        return []
    value = values.get(left.fact.name)
    if operator == "=" or isinstance(right.value, str | bool):
        words = (str(right.value),) if wanted and isinstance(right.value, str) else ()
        return [_other(left, values, words)]
    if not wanted:
        operator = _OPPOSITE[operator]
    if value is None or isinstance(value, str):
        return [_other(left, values, ())]
    bound = right.value + {">": 1, "<": -1}.get(operator, 0)
    side = Side.LOW if operator in (">", ">=") else Side.HIGH
    return [Miss(left.fact.name, left.fact.kind, value, side, bound, abs(bound - int(value)))]
