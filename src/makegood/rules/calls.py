"""Calls of functions: how many arguments, of which types, with which option."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from makegood.kernel import did_you_mean
from makegood.rules.constants import fitted
from makegood.rules.functions import FUNCTIONS, Function
from makegood.rules.functions.prorate import rounding_named
from makegood.rules.hints import function_hint
from makegood.rules.problems import Problem
from makegood.rules.tree import Call, Node, Span

if TYPE_CHECKING:
    from makegood.rules.reader import Reader


def read_call(reader: Reader, surface: exp.Anonymous) -> Node:
    """The typed node of a call. Raises Problem MG206, MG207, or what its arguments are wrong in."""
    at = reader.span(surface)
    name = str(surface.this).lower()
    function = FUNCTIONS.get(name)
    if function is None:
        end = at[0] + len(name)
        raise Problem("MG206", f"unknown function '{name}'", function_hint(name), at[0], end)
    written = list(surface.expressions)
    _count(function, len(written), at)
    option = _option(reader, function, written)
    arguments = reader.parts(*written)
    if "…" in function.parameters:
        arguments = fitted(arguments)
    kind = function.check(arguments, option)
    return Call(kind, function, tuple(arguments), option, at)


def _count(function: Function, written: int, at: Span) -> None:
    wanted = len(function.parameters) + bool(function.option)
    many = "…" in function.parameters
    if (many and written >= wanted) or (not many and written == wanted):
        return
    if function.name == "prorate" and written == wanted - 1:
        hint = "end it with down, up, half_up or half_even"
        raise Problem("MG208", "a division without rounding", hint, *at)
    number = f"at least {wanted}" if many else str(wanted)
    message = f"{function.name} takes {number} arguments, not {written}"
    raise Problem("MG207", message, f"it is called {function.signature}", *at)


def _option(reader: Reader, function: Function, written: list[exp.Expression]) -> object:
    """Take the word at the end off the written arguments and say what it stands for."""
    if not function.option:
        return None
    surface = written.pop()
    word, span = _word(surface), reader.span(surface)
    if function.option == "rounding":
        return rounding_named(word, span)
    tables = reader.names.tables
    if word not in tables:
        hint = did_you_mean(word, tables) or "declare it under 'tables'"
        raise Problem("MG203", f"unknown table '{word}'", hint, *span)
    return tables[word]


def _word(surface: exp.Expression) -> str:
    if isinstance(surface, exp.Literal):
        return str(surface.this)
    return surface.name or surface.sql()
