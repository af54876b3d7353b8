"""From the surface of an expression to the typed tree, with every mistake found in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from sqlglot import exp

from makegood.kernel import day_number
from makegood.rules.arithmetic import ARITHMETIC, read_arithmetic, read_negative
from makegood.rules.calls import read_call
from makegood.rules.comparisons import (
    COMPARISONS,
    read_between,
    read_comparison,
    read_is_null,
    read_membership,
)
from makegood.rules.constants import fitted, read_literal
from makegood.rules.facts import Kind
from makegood.rules.grammar import read_surface, span_of, too_deep
from makegood.rules.hints import unknown_hint
from makegood.rules.names import Names
from makegood.rules.nullness import conjunction
from makegood.rules.problems import Problem
from makegood.rules.size import Size, require_modest, size_of
from makegood.rules.tree import (
    AllOf,
    AnyOf,
    Choice,
    Constant,
    FactName,
    FormulaName,
    Negation,
    Node,
    Span,
    Type,
)

# What of a surface node is read. Whatever else sqlglot finds in it would change its meaning.
_READ = frozenset(
    (
        "this",
        "expression",
        "expressions",
        "low",
        "high",
        "ifs",
        "true",
        "default",
        "to",
        "is_string",
    )
)


class Reader:
    """Reads one expression; collects problems instead of stopping at the first."""

    def __init__(self, text: str, names: Names) -> None:
        self.text = text
        self.names = names
        self.problems: list[Problem] = []
        self._sizes: dict[int, Size] = {}
        self._formula_parts = 0

    def read(self) -> Node | None:
        """The typed tree, or None where there were problems."""
        try:
            tree = self.node(read_surface(self.text))
            require_modest(size_of(tree, self._sizes), 0, len(self.text))
        except Problem as problem:
            self.problems.append(problem)
            return None
        except RecursionError:
            self.problems.append(too_deep(self.text))
            return None
        return None if self.problems else tree

    def span(self, surface: exp.Expression) -> Span:
        """Where a surface node stands in the text."""
        return span_of(surface, self.text)

    def parts(self, *surfaces: exp.Expression) -> list[Node]:
        """Read several parts, so that a mistake in one does not hide those of the others."""
        return self._each(self.node, surfaces)

    def _each(
        self, read: Callable[[exp.Expression], Node], surfaces: Iterable[exp.Expression]
    ) -> list[Node]:
        nodes: list[Node] = []
        first: Problem | None = None
        for surface in surfaces:
            try:
                nodes.append(read(surface))
            except Problem as problem:
                if first is not None:
                    self.problems.append(problem)
                first = first or problem
        if first is not None:
            raise first
        return nodes

    def node(self, surface: exp.Expression) -> Node:
        """The typed node of a surface node. Raises Problem for the first mistake below it."""
        self._refuse_unread(surface)
        match surface:
            case exp.Paren():
                return self.node(surface.this)
            case exp.Boolean() | exp.Literal() | exp.Null() | exp.Cast():
                return read_literal(surface, self.span(surface))
            case exp.Column():
                return self._name(surface)
            case exp.And() | exp.Or():
                return self._connective(surface)
            case exp.Not():
                return self._negation(surface)
            case exp.Between():
                return read_between(self, surface)
            case exp.In():
                return read_membership(self, surface)
            case exp.Is():
                return read_is_null(self, surface)
            case exp.Case():
                return self._choice(surface)
            case exp.Neg():
                return read_negative(self, surface)
            case exp.Anonymous():
                return read_call(self, surface)
        if type(surface) in COMPARISONS:
            return read_comparison(self, surface)
        if type(surface) in ARITHMETIC:
            return read_arithmetic(self, surface)
        raise self._not_in_language(surface)

    def _refuse_unread(self, surface: exp.Expression) -> None:
        """Raise MG202 for a word that sqlglot knows and this language would pass over."""
        for word, value in surface.args.items():
            if value and word not in _READ:
                message = f"{word.upper()} is not in this language"
                hint = "see docs/language.md for what may be written"
                raise Problem("MG202", message, hint, *self.span(surface))

    def condition(self, surface: exp.Expression) -> Node:
        """A part that must be a yes or no."""
        node = self.node(surface)
        if node.type.kind is not Kind.BOOLEAN:
            message = f"this is {node.type.kind.named}, but a condition (yes or no) is wanted"
            raise Problem("MG204", message, "compare it with something", *node.at)
        return node

    def _name(self, surface: exp.Column) -> Node:
        at, name = self.span(surface), surface.name
        names = self.names
        if len(surface.parts) > 1:
            message = f"'{surface.sql()}' is not a name of this language"
            raise Problem("MG202", message, "names have no dots", *at)
        if surface.this.args.get("quoted"):
            hint = f"a name stands without quotes, a value of an enum in single ones: '{name}'"
            raise Problem("MG202", "double quotes are not in this language", hint, *at)
        if name in names.facts:
            return FactName(Type.of(names.facts[name]), names.facts[name], at)
        if name in names.dates:
            number = day_number(names.dates[name])
            return Constant(Type(Kind.DATE, low=number, high=number), number, name, at)
        if name in names.formulas:
            return self._formula(name, at)
        if name in names.tables:
            raise Problem("MG204", f"'{name}' is a table, not a value", "use bands(n, table)", *at)
        raise Problem("MG203", f"unknown name '{name}'", unknown_hint(name, names), *at)

    def _formula(self, name: str, at: Span) -> Node:
        node = FormulaName(self.names.formulas[name].type, name, self.names.formulas[name], at)
        size = size_of(node, self._sizes)
        self._formula_parts += size.parts
        require_modest(replace(size, parts=self._formula_parts), *at)
        return node

    def _connective(self, surface: exp.And | exp.Or) -> Node:
        kind = type(surface)
        flat: list[exp.Expression] = []
        pending: list[exp.Expression] = [surface]
        while pending:
            part = pending.pop()
            if isinstance(part, exp.Paren) and isinstance(part.this, kind):
                part = part.this
            if isinstance(part, kind):
                pending += [part.expression, part.this]
            else:
                flat.append(part)
        items = self._each(self.condition, flat)
        at = self.span(surface)
        if kind is exp.Or:
            return AnyOf(tuple(items), at)
        joined = conjunction(*items)
        return AllOf(joined.items, at) if isinstance(joined, AllOf) else joined

    def _negation(self, surface: exp.Not) -> Node:
        return Negation(self.condition(surface.this), self.span(surface))

    def _choice(self, surface: exp.Case) -> Node:
        at = self.span(surface)
        if surface.this is not None:
            message, hint = "CASE value WHEN is not in this language", "write CASE WHEN"
            raise Problem("MG202", message, hint, *at)
        otherwise = surface.args.get("default")
        if otherwise is None:
            raise Problem("MG213", "CASE without ELSE", "say what holds otherwise", *at)
        branches = surface.args["ifs"]
        conditions = self._each(self.condition, (branch.this for branch in branches))
        values = fitted(self.parts(*(b.args["true"] for b in branches), otherwise))
        first = values[0].type
        low, high = min(v.type.low for v in values), max(v.type.high for v in values)
        kind = Kind.MONEY if any(v.type.kind is Kind.MONEY for v in values) else first.kind
        merged = Type(kind, first.values, low, high)
        return Choice(merged, tuple(zip(conditions, values[:-1], strict=True)), values[-1], at)

    def _not_in_language(self, surface: exp.Expression) -> Problem:
        at = self.span(surface)
        if isinstance(surface, exp.Div | exp.IntDiv | exp.Mod):
            hint = "write prorate(amount, part, whole, down): the rounding must be named"
            return Problem("MG208", "a division without rounding", hint, *at)
        hint = "see docs/language.md for what may be written"
        if isinstance(surface, exp.If):
            hint = "write CASE WHEN … THEN … ELSE … END"
        # sqlglot's word for it helps only where it is the author's too.
        word = surface.key.upper() if surface.key.upper() in self.text.upper() else "this"
        return Problem("MG202", f"{word} is not in this language", hint, *at)


def read_expression(text: str, names: Names) -> tuple[Node | None, list[Problem]]:
    """The typed tree of an expression, or None with everything that is wrong in it."""
    reader = Reader(text, names)
    return reader.read(), reader.problems


def read_condition(text: str, names: Names) -> tuple[Node | None, list[Problem]]:
    """Like ``read_expression``, for what must be a yes or no."""
    tree, problems = read_expression(text, names)
    if tree is not None and tree.type.kind is not Kind.BOOLEAN:
        message = f"this is {tree.type.kind.named}, but a condition (yes or no) is wanted"
        problems.append(Problem("MG204", message, "compare it with something", 0, len(text)))
        return None, problems
    return tree, problems
