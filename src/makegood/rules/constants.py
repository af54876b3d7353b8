"""Literals, and how they take the type of what they stand beside."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from sqlglot import exp

from makegood.kernel import day_number, did_you_mean
from makegood.rules.facts import WHOLE_MAX, Kind
from makegood.rules.problems import Problem
from makegood.rules.tree import FALSE, TRUE, Constant, Node, Span, Type

_NUMBERS = (Kind.INTEGER, Kind.MONEY)


def read_literal(surface: exp.Expression, at: Span) -> Constant:
    """A literal as a constant. Raises Problem for what the language has no literal for."""
    match surface:
        case exp.Boolean():
            return replace(TRUE if surface.this else FALSE, at=at)
        case exp.Cast():
            return _date(surface, at)
        case exp.Null():
            hint = "a fact is empty or not: use IS NULL; to give a default use coalesce"
            raise Problem("MG212", "NULL is not a value here", hint, *at)
    if surface.args.get("is_string"):
        return Constant(Type(Kind.ENUM, (str(surface.this),)), str(surface.this), "", at)
    text = str(surface.this)
    if not (text.isascii() and text.isdecimal()):
        hint = "write whole numbers; a share is prorate(amount, part, whole, down)"
        raise Problem("MG214", f"'{text}' is no whole number", hint, *at)
    if len(text) > len(str(WHOLE_MAX)) or int(text) > WHOLE_MAX:
        hint = f"the largest number is {WHOLE_MAX:,}"
        raise Problem("MG210", "this number is more than 64 bits hold", hint, *at)
    number = int(text)
    return Constant(Type(Kind.INTEGER, low=number, high=number), number, "", at)


def _date(surface: exp.Cast, at: Span) -> Constant:
    literal = surface.this
    if surface.to.this is not exp.DataType.Type.DATE or not isinstance(literal, exp.Literal):
        hint = "the only one of this shape is DATE '2026-01-13'"
        raise Problem("MG202", "a cast is not in this language", hint, *at)
    # Python reads week dates and dates without hyphens too; people would not.
    text = str(literal.this)
    usual = re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII)
    try:
        number = day_number(date.fromisoformat(text if usual else ""))
    except ValueError:
        message = f"'{text}' is no date"
        raise Problem("MG107", message, "write DATE '2026-01-13'", *at) from None
    return Constant(Type(Kind.DATE, low=number, high=number), number, "", at)


def fitted(nodes: Sequence[Node]) -> list[Node]:
    """The nodes with one common type: words become values of an enum, whole numbers money.

    Raises Problem MG204 where kinds differ and MG205 for a word that the enum does not have.
    """
    enums = [n.type for n in nodes if n.type.kind is Kind.ENUM and not _is_word(n)]
    if enums:
        return [_in_enum(node, enums[0]) for node in nodes]
    kinds = {node.type.kind for node in nodes}
    if len(kinds) > 1 and not kinds <= set(_NUMBERS):
        raise _mixed(nodes)
    if kinds == {Kind.ENUM}:
        hint = "compare a word with an enum fact"
        raise Problem("MG204", "words alone have no type here", hint, *nodes[0].at)
    if kinds == set(_NUMBERS):
        return [_as_money(node) for node in nodes]
    return list(nodes)


def _is_word(node: Node) -> bool:
    return isinstance(node, Constant) and node.type.kind is Kind.ENUM


def _in_enum(node: Node, enum: Type) -> Node:
    if node.type.kind is not Kind.ENUM:
        message = f"{node.type.kind.named} beside an enum"
        raise Problem("MG204", message, f"its values are {_listed(enum)}", *node.at)
    if not isinstance(node, Constant):
        if node.type.values != enum.values:
            hint = "enums with the same values in the same order can be compared"
            raise Problem("MG204", "two enums with different values", hint, *node.at)
        return node
    if node.value not in enum.values:
        near = did_you_mean(str(node.value), enum.values)
        hint = near or f"its values are {_listed(enum)}"
        raise Problem("MG205", f"'{node.value}' is not a value of this fact", hint, *node.at)
    return replace(node, type=enum)


def _listed(enum: Type) -> str:
    return ", ".join(f"'{value}'" for value in enum.values)


def _as_money(node: Node) -> Node:
    if node.type.kind is Kind.MONEY:
        return node
    if isinstance(node, Constant):
        return replace(node, type=replace(node.type, kind=Kind.MONEY))
    message = "a number where money is wanted"
    raise Problem("MG204", message, "multiply it by an amount, or declare the fact money", *node.at)


def _mixed(nodes: Sequence[Node]) -> Problem:
    first = nodes[0].type.kind
    wrong = next((n for n in nodes if n.type.kind is not first), nodes[0])
    message = f"{_named(wrong)} beside {_named(nodes[0])}"
    hint = "compare what is alike; days(from, to) and prorate(…) make numbers of others"
    if any(_is_word(node) for node in nodes):
        hint = "only the values of an enum are written in quotes"
        if Kind.DATE in (first, wrong.type.kind):
            hint = "a date is written DATE '2026-01-13', or named under 'dates'"
    return Problem("MG204", message, hint, *wrong.at)


def _named(node: Node) -> str:
    return "a word in quotes" if _is_word(node) else node.type.kind.named
