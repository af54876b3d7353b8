"""The surface of the language: SQL expressions as sqlglot reads them, with their places.

Only reading happens here. Functions are left unresolved, so that each stays what the author wrote.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from typing import Any, ClassVar, cast

import sqlglot
from sqlglot import TokenType, exp
from sqlglot.errors import SqlglotError
from sqlglot.parser import Parser as SqlParser

from makegood.rules.problems import Problem
from makegood.rules.tree import Span

TEXT_LENGTH_MAX = 10_000
_DEEPEST = "name parts of it under 'formulas'"

_SHAPE = "conditions are written as in SQL: a = 'x' AND (b > 3 OR c IS NULL)"
_REASONS = {
    "Required keyword: 'expression' missing": "something is missing behind this",
    "Required keyword: 'this' missing": "something is missing here",
    "Expecting )": "a ')' is missing behind this",
    "Expecting (": "a '(' is missing before this",
    "Expecting END": "CASE has no END",
    "Invalid expression / Unexpected token": "this does not belong here",
}

logging.getLogger("sqlglot").setLevel(logging.CRITICAL)


def _placed_word(kind: type[exp.Expression], **values: object) -> Callable[[Any, Any], Any]:
    """A primary that keeps where it stands, as sqlglot's own of these words do not."""
    return lambda parser, token: parser.expression(kind(**values)).update_positions(token)


class _Expressions(sqlglot.Dialect):
    """SQL without any function that sqlglot knows by itself."""

    class Parser(SqlParser):
        FUNCTIONS: ClassVar[dict[str, Any]] = {}
        FUNCTION_PARSERS: ClassVar[dict[str, Any]] = {}
        NO_PAREN_FUNCTIONS: ClassVar[dict[Any, Any]] = {}
        PRIMARY_PARSERS = SqlParser.PRIMARY_PARSERS | {
            TokenType.NULL: _placed_word(exp.Null),
            TokenType.TRUE: _placed_word(exp.Boolean, this=True),
            TokenType.FALSE: _placed_word(exp.Boolean, this=False),
        }


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
        hint = "write one, without ';'"
        raise Problem("MG201", "one expression is wanted here", hint, 0, len(text))
    return cast("exp.Expression", found[0])


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
    if "tokenizing" in reason:
        start, end = max(text.rfind("'"), text.rfind('"'), 0), len(text)
        return Problem("MG201", "a quote is opened here and not closed", _SHAPE, start, end)
    reason = _REASONS.get(reason, reason[:1].lower() + reason[1:])
    return Problem(
        "MG201",
        f"this cannot be read: {reason}",
        _SHAPE,
        start,
        end,
    )


def span_of(node: exp.Expression, text: str) -> Span:
    """Where a surface node stands: from its first to its last word that has a place."""
    places = [part.meta for part in node.walk() if "start" in part.meta]
    if not places:
        return 0, len(text)
    start = min(int(place["start"]) for place in places)
    end = max(int(place["end"]) + 1 for place in places)
    if isinstance(node, exp.Case):
        start = max(0, text.upper().rfind("CASE", 0, start))
        closed = text.upper().find("END", end)
        end = closed + len("END") if closed >= 0 else end
    if isinstance(node, exp.Cast) and text[:start].rstrip().upper().endswith("DATE"):
        start = text.upper().rfind("DATE", 0, start)
    return start, _closed(text, start, end)


def _closed(text: str, start: int, end: int) -> int:
    """The end, past the brackets that are opened before it and closed right behind it."""
    words = re.sub(r"'[^']*'", "", text[start:end])
    for _ in range(words.count("(") - words.count(")")):
        behind = re.match(r"\s*\)", text[end:])
        end += behind.end() if behind else 0
    return end
