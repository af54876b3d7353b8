"""Arithmetic over whole numbers and money, its bounds reckoned as it is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from makegood.rules.constants import fitted
from makegood.rules.facts import Kind
from makegood.rules.functions.base import bounded
from makegood.rules.problems import Problem
from makegood.rules.tree import Arithmetic, Constant, Node, Type

if TYPE_CHECKING:
    from makegood.rules.reader import Reader

ARITHMETIC: dict[type[exp.Expression], str] = {exp.Add: "+", exp.Sub: "-", exp.Mul: "*"}


def read_negative(reader: Reader, surface: exp.Neg) -> Node:
    """A number with a minus before it. Raises Problem MG204."""
    at = reader.span(surface)
    item = reader.node(surface.this)
    if item.type.kind not in (Kind.INTEGER, Kind.MONEY):
        raise Problem(
            "MG204", f"{item.type.kind.named} has no negative", "only numbers have one", *at
        )
    negative = Type(item.type.kind, low=-item.type.high, high=-item.type.low)
    if isinstance(item, Constant):
        return Constant(negative, -int(item.value), "", at)
    zero = Constant(Type(item.type.kind, low=0, high=0), 0, "", at)
    return Arithmetic(negative, "-", zero, item, at)


def read_arithmetic(reader: Reader, surface: exp.Expression) -> Node:
    """``+``, ``-`` and ``*`` of numbers and money. Raises Problem MG204 or MG210."""
    at, operator = reader.span(surface), ARITHMETIC[type(surface)]
    left, right = reader.parts(surface.this, surface.expression)
    kinds = (left.type.kind, right.type.kind)
    if Kind.DATE in kinds:
        hint = "days(from, to) counts days; plus_days(day, n) and plus_months(day, n) move one"
        raise Problem("MG204", "dates are not added or subtracted", hint, *at)
    if not set(kinds) <= {Kind.INTEGER, Kind.MONEY}:
        wrong = left if left.type.kind not in (Kind.INTEGER, Kind.MONEY) else right
        message = f"{wrong.type.kind.named} is no number"
        raise Problem("MG204", message, "reckon with integers and money", *wrong.at)
    if operator == "*":
        if kinds == (Kind.MONEY, Kind.MONEY):
            hint = "multiply an amount by a number"
            raise Problem("MG204", "money times money means nothing", hint, *at)
        kind = Kind.MONEY if Kind.MONEY in kinds else Kind.INTEGER
    else:
        left, right = fitted([left, right])
        kind = Kind.MONEY if Kind.MONEY in (left.type.kind, right.type.kind) else Kind.INTEGER
    low, high = _bounds(operator, left.type, right.type)
    return Arithmetic(bounded(Type(kind, low=low, high=high), at), operator, left, right, at)


def _bounds(operator: str, left: Type, right: Type) -> tuple[int, int]:
    match operator:
        case "+":
            return left.low + right.low, left.high + right.high
        case "-":
            return left.low - right.high, left.high - right.low
        case _:
            corners = [a * b for a in (left.low, left.high) for b in (right.low, right.high)]
            return min(corners), max(corners)
