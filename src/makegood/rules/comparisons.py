"""Comparisons: a value beside another, in a range, in a list, or empty."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from makegood.rules.constants import fitted
from makegood.rules.facts import Kind
from makegood.rules.nullness import conjunction, guarded
from makegood.rules.problems import Problem
from makegood.rules.tree import (
    Comparison,
    Constant,
    FactName,
    FormulaName,
    IsEmpty,
    Membership,
    Negation,
    Node,
    Span,
)

if TYPE_CHECKING:
    from makegood.rules.reader import Reader

COMPARISONS: dict[type[exp.Expression], str] = {
    exp.EQ: "=",
    exp.NEQ: "<>",
    exp.LT: "<",
    exp.LTE: "<=",
    exp.GT: ">",
    exp.GTE: ">=",
}


def read_comparison(reader: Reader, surface: exp.Expression) -> Node:
    """``=``, ``<>``, ``<`` and the like. Raises Problem MG204 or MG212."""
    at, operator = reader.span(surface), COMPARISONS[type(surface)]
    if isinstance(surface.expression, exp.Null) or isinstance(surface.this, exp.Null):
        message = "a comparison with NULL is never true"
        raise Problem("MG212", message, "write IS NULL or IS NOT NULL", *at)
    left, right = fitted(reader.parts(surface.this, surface.expression))
    ordered = operator not in ("=", "<>")
    if ordered and left.type.kind in (Kind.BOOLEAN, Kind.ENUM):
        message = f"{left.type.kind.value} values have no order"
        raise Problem("MG204", message, "use =, <> or IN", *at)
    return _compared(operator, left, right, at)


def _compared(operator: str, left: Node, right: Node, at: Span) -> Node:
    if operator == "<>":
        return Negation(guarded(Comparison("=", left, right, at)), at)
    return guarded(Comparison(operator, left, right, at))


def read_between(reader: Reader, surface: exp.Between) -> Node:
    """``BETWEEN``, both ends inclusive. Raises Problem MG204 or MG301."""
    at = reader.span(surface)
    value, low, high = fitted(reader.parts(surface.this, surface.args["low"], surface.args["high"]))
    if value.type.kind in (Kind.BOOLEAN, Kind.ENUM):
        message = f"{value.type.kind.value} values have no order"
        raise Problem("MG204", message, "use =, <> or IN", *at)
    if low.type.low > high.type.high:
        span = (low.at[0], high.at[1])
        raise Problem("MG301", "the range ends before it begins", "swap the ends", *span)
    lower = _compared(">=", value, low, at)
    return conjunction(lower, _compared("<=", value, high, at))


def read_membership(reader: Reader, surface: exp.In) -> Node:
    """``IN`` over plain values. Raises Problem MG107 or MG202."""
    at = reader.span(surface)
    if not surface.expressions:
        raise Problem("MG202", "IN wants a list of values", "write IN ('a', 'b')", *at)
    value, *items = fitted(reader.parts(surface.this, *surface.expressions))
    constants: list[Constant] = []
    for item in items:
        if not isinstance(item, Constant):
            raise Problem("MG202", "IN takes plain values only", "use OR for others", *item.at)
        if item.value in [c.value for c in constants]:
            raise Problem("MG107", "this value stands in the list twice", "keep one", *item.at)
        constants.append(item)
    return guarded(Membership(value, tuple(constants), at))


def read_is_null(reader: Reader, surface: exp.Is) -> Node:
    """``IS NULL`` of a fact or a formula. Raises Problem MG202."""
    at = reader.span(surface)
    if not isinstance(surface.expression, exp.Null):
        hint = "a yes-or-no fact is a condition by itself: write it, or NOT it"
        raise Problem("MG202", "IS is only for NULL here", hint, *at)
    value = reader.node(surface.this)
    if not isinstance(value, FactName | FormulaName):
        hint = "name the expression under 'formulas'"
        raise Problem("MG202", "IS NULL asks about a fact or a formula", hint, *at)
    return IsEmpty(value, at)
