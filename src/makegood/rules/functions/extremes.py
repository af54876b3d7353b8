"""``least``, ``greatest`` and ``coalesce``: functions of any number of values of one type."""

from __future__ import annotations

from collections.abc import Sequence

from makegood.rules.facts import Kind
from makegood.rules.functions.base import Function, require
from makegood.rules.tree import Node, Type

_ORDERED = (Kind.INTEGER, Kind.MONEY, Kind.DATE)


def _kind(arguments: Sequence[Node]) -> Kind:
    """The common kind; plain numbers beside money count as money (the reader checked the rest)."""
    kinds = {argument.type.kind for argument in arguments}
    return Kind.MONEY if Kind.MONEY in kinds else arguments[0].type.kind


def _check_least(arguments: Sequence[Node], option: object) -> Type:
    for argument in arguments:
        require(argument, _ORDERED, "every value")
    low = min(a.type.low for a in arguments)
    return Type(_kind(arguments), low=low, high=min(a.type.high for a in arguments))


def _check_greatest(arguments: Sequence[Node], option: object) -> Type:
    for argument in arguments:
        require(argument, _ORDERED, "every value")
    low = max(a.type.low for a in arguments)
    return Type(_kind(arguments), low=low, high=max(a.type.high for a in arguments))


def _check_coalesce(arguments: Sequence[Node], option: object) -> Type:
    low, high = min(a.type.low for a in arguments), max(a.type.high for a in arguments)
    return Type(_kind(arguments), arguments[0].type.values, low, high)


def _python_coalesce(a: Sequence[str], option: object) -> str:
    return f"first_known({', '.join(a)})"


def first_known(*values: object) -> object:
    """The first of the values that is not None, for compiled Python."""
    return next((value for value in values if value is not None), None)


LEAST = Function(
    "least",
    ("value", "…"),
    _check_least,
    sql=lambda dialect, a, option: f"least({', '.join(a)})",
    python=lambda a, option: f"min({', '.join(a)})",
    null_through=False,
    means="the smallest of the values (the earliest of dates)",
)
GREATEST = Function(
    "greatest",
    ("value", "…"),
    _check_greatest,
    sql=lambda dialect, a, option: f"greatest({', '.join(a)})",
    python=lambda a, option: f"max({', '.join(a)})",
    null_through=False,
    means="the largest of the values (the latest of dates)",
)
COALESCE = Function(
    "coalesce",
    ("value", "…"),
    _check_coalesce,
    sql=lambda dialect, a, option: f"coalesce({', '.join(a)})",
    python=_python_coalesce,
    strict=False,
    means="the first value that is there: the one way to say what a missing fact stands for",
)
