"""The surface of the language: SQL expressions as sqlglot reads them, with their places.

Only reading happens here. Functions are left unresolved, so that each stays what the author wrote.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.parser import Parser

from makegood.rules.problems import Problem
from makegood.rules.tree import Span

TEXT_LENGTH_MAX = 10_000
_DEEPEST = "name parts of it under 'formulas'"

logging.getLogger("sqlglot").setLevel(logging.CRITICAL)


class _Expressions(sqlglot.Dialect):
    """SQL without any function that sqlglot knows by itself."""

    class Parser(Parser):
        FUNCTIONS: dict[str, Any] = {}  # noqa: RUF012 - sqlglot's own way to set it
        FUNCTION_PARSERS: dict[str, Any] = {}  # noqa: RUF012
        NO_PAREN_FUNCTIONS: dict[Any, Any] = {}  # noqa: RUF012


_DIALECT = _Expressions()


def read_surface(text: str) -> exp.Expression:
    """The surface tree of an expression. Raises Problem (MG201, MG216) where it is none."""
    if len(text) > TEXT_LENGTH_MAX:
        message = f"an expression of {len(text):,} characters, at most {TEXT_LENGTH_MAX:,} can be"
        raise Problem("MG216", message, _DEEPEST, 0, 1)
    try:
        found = [tree for tree in _DIALECT.parse(text) if tree is not None]
    except RecursionError:
        raise too_deep(text) from None
    except SqlglotError as error:
        raise _syntax(text, error) from error
    if len(found) != 1:
        raise Problem("MG201", "one expression is wanted here", "write one, without ';'", 0, len(text))
    return found[0]


def too_deep(text: str) -> Problem:
    """MG216 for an expression that nests deeper than can be read."""
    return Problem("MG216", "this nests too deep to be read", _DEEPEST, 0, len(text))


def _syntax(text: str, error: SqlglotError) -> Problem:
    details = getattr(error, "errors", None) or [{}]
    first = details[0]
    start, end = len(text) - 1, len(text)
    if first.get("highlight"):
        before, word = str(first.get("start_context") or ""), str(first["highlight"])
        at = text.find(before + word)
        start = at + len(before) if at >= 0 else max(0, text.find(word))
        end = start + len(word)
    reason = str(first.get("description") or error).split(". Line")[0].split(" for <class")[0]
    reason = {
        "Required keyword: 'expression' missing": "something is missing behind this",
        "Required keyword: 'this' missing": "something is missing here",
    }.get(reason, reason[:1].lower() + reason[1:])
    return Problem(
        "MG201",
        f"this cannot be read: {reason}",
        "conditions are written as in SQL: a = 'x' AND (b > 3 OR c IS NULL)",
        start,
        end,
    )


def span_of(node: exp.Expression, text: str) -> Span:
    """Where a surface node stands: from its first to its last word that has a place."""
    starts, ends = [], []
    for part in _placed(node):
        starts.append(int(part.meta["start"]))
        ends.append(int(part.meta["end"]) + 1)
    return (min(starts), max(ends)) if starts else (0, len(text))


def _placed(node: exp.Expression) -> Iterator[exp.Expression]:
    for part in node.walk():
        if "start" in part.meta:
            yield part
