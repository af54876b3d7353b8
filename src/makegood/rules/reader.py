"""From the surface of an expression to the typed tree, with every mistake found in it."""

from __future__ import annotations

from dataclasses import replace

from sqlglot import exp

from makegood.kernel import day_number
from makegood.rules.calls import read_call
from makegood.rules.constants import fitted, read_literal
from makegood.rules.facts import Kind
from makegood.rules.functions.base import bounded
from makegood.rules.grammar import read_surface, span_of, too_deep
from makegood.rules.hints import unknown_hint
from makegood.rules.names import Names
from makegood.rules.problems import Problem
from makegood.rules.size import Size, require_modest, size_of
from makegood.rules.tree import (
    AllOf,
    AnyOf,
    Arithmetic,
    Choice,
    Comparison,
    Constant,
    FactName,
    FormulaName,
    IsEmpty,
    Membership,
    Negation,
    Node,
    Span,
    Type,
    conjunction,
    guarded,
)

_COMPARISONS: dict[type[exp.Expression], str] = {
    exp.EQ: "=",
    exp.NEQ: "<>",
    exp.LT: "<",
    exp.LTE: "<=",
    exp.GT: ">",
    exp.GTE: ">=",
}
_ARITHMETIC: dict[type[exp.Expression], str] = {exp.Add: "+", exp.Sub: "-", exp.Mul: "*"}


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
        nodes, first = [], None
        for surface in surfaces:
            try:
                nodes.append(self.node(surface))
            except Problem as problem:
                if first is not None:
                    self.problems.append(problem)
                first = first or problem
        if first is not None:
            raise first
        return nodes

    def node(self, surface: exp.Expression) -> Node:
        """The typed node of a surface node. Raises Problem for the first mistake below it."""
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
                return self._between(surface)
            case exp.In():
                return self._membership(surface)
            case exp.Is():
                return self._is(surface)
            case exp.Case():
                return self._choice(surface)
            case exp.Neg():
                return self._negative(surface)
            case exp.Anonymous():
                return read_call(self, surface)
        if type(surface) in _COMPARISONS:
            return self._comparison(surface)
        if type(surface) in _ARITHMETIC:
            return self._arithmetic(surface)
        raise self._not_in_language(surface)

    def condition(self, surface: exp.Expression) -> Node:
        """A part that must be a yes or no."""
        node = self.node(surface)
        if node.type.kind is not Kind.BOOLEAN:
            message = f"this is {node.type.kind.named}, but a condition (yes or no) is wanted"
            raise Problem("MG204", message, "compare it with something", *node.at)
        return node

    def _conditions(self, *surfaces: exp.Expression) -> list[Node]:
        nodes, first = [], None
        for surface in surfaces:
            try:
                nodes.append(self.condition(surface))
            except Problem as problem:
                if first is not None:
                    self.problems.append(problem)
                first = first or problem
        if first is not None:
            raise first
        return nodes

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
        items = self._conditions(*flat)
        at = self.span(surface)
        if kind is exp.Or:
            return AnyOf(tuple(items), at)
        joined = conjunction(*items)
        return AllOf(joined.items, at) if isinstance(joined, AllOf) else joined

    def _negation(self, surface: exp.Not) -> Node:
        return Negation(self.condition(surface.this), self.span(surface))

    def _comparison(self, surface: exp.Expression) -> Node:
        at, operator = self.span(surface), _COMPARISONS[type(surface)]
        if isinstance(surface.expression, exp.Null) or isinstance(surface.this, exp.Null):
            message = "a comparison with NULL is never true"
            raise Problem("MG212", message, "write IS NULL or IS NOT NULL", *at)
        left, right = fitted(self.parts(surface.this, surface.expression))
        ordered = operator not in ("=", "<>")
        if ordered and left.type.kind in (Kind.BOOLEAN, Kind.ENUM):
            message = f"{left.type.kind.value} values have no order"
            raise Problem("MG204", message, "use =, <> or IN", *at)
        return self._compared(operator, left, right, at)

    def _compared(self, operator: str, left: Node, right: Node, at: Span) -> Node:
        if operator == "<>":
            return Negation(guarded(Comparison("=", left, right, at)), at)
        return guarded(Comparison(operator, left, right, at))

    def _between(self, surface: exp.Between) -> Node:
        at = self.span(surface)
        value, low, high = fitted(
            self.parts(surface.this, surface.args["low"], surface.args["high"])
        )
        if value.type.kind in (Kind.BOOLEAN, Kind.ENUM):
            message = f"{value.type.kind.value} values have no order"
            raise Problem("MG204", message, "use =, <> or IN", *at)
        if low.type.low > high.type.high:
            span = (low.at[0], high.at[1])
            raise Problem("MG301", "the range ends before it begins", "swap the ends", *span)
        lower = self._compared(">=", value, low, at)
        return conjunction(lower, self._compared("<=", value, high, at))

    def _membership(self, surface: exp.In) -> Node:
        at = self.span(surface)
        if not surface.expressions:
            raise Problem("MG202", "IN wants a list of values", "write IN ('a', 'b')", *at)
        value, *items = fitted(self.parts(surface.this, *surface.expressions))
        constants: list[Constant] = []
        for item in items:
            if not isinstance(item, Constant):
                raise Problem("MG202", "IN takes plain values only", "use OR for others", *item.at)
            if item.value in [c.value for c in constants]:
                raise Problem("MG107", "this value stands in the list twice", "keep one", *item.at)
            constants.append(item)
        return guarded(Membership(value, tuple(constants), at))

    def _is(self, surface: exp.Is) -> Node:
        at = self.span(surface)
        if not isinstance(surface.expression, exp.Null):
            hint = "a yes-or-no fact is a condition by itself: write it, or NOT it"
            raise Problem("MG202", "IS is only for NULL here", hint, *at)
        value = self.node(surface.this)
        if not isinstance(value, FactName | FormulaName):
            hint = "name the expression under 'formulas'"
            raise Problem("MG202", "IS NULL asks about a fact or a formula", hint, *at)
        return IsEmpty(value, at)

    def _choice(self, surface: exp.Case) -> Node:
        at = self.span(surface)
        if surface.this is not None:
            message, hint = "CASE value WHEN is not in this language", "write CASE WHEN"
            raise Problem("MG202", message, hint, *at)
        otherwise = surface.args.get("default")
        if otherwise is None:
            raise Problem("MG213", "CASE without ELSE", "say what holds otherwise", *at)
        branches = surface.args["ifs"]
        conditions = self._conditions(*(branch.this for branch in branches))
        values = fitted(self.parts(*(b.args["true"] for b in branches), otherwise))
        first = values[0].type
        low, high = min(v.type.low for v in values), max(v.type.high for v in values)
        kind = Kind.MONEY if any(v.type.kind is Kind.MONEY for v in values) else first.kind
        merged = Type(kind, first.values, low, high)
        return Choice(merged, tuple(zip(conditions, values[:-1], strict=True)), values[-1], at)

    def _negative(self, surface: exp.Neg) -> Node:
        at = self.span(surface)
        item = self.node(surface.this)
        if item.type.kind not in (Kind.INTEGER, Kind.MONEY):
            raise Problem(
                "MG204", f"{item.type.kind.named} has no negative", "only numbers have one", *at
            )
        negative = Type(item.type.kind, low=-item.type.high, high=-item.type.low)
        if isinstance(item, Constant):
            return Constant(negative, -int(item.value), "", at)
        zero = Constant(Type(item.type.kind, low=0, high=0), 0, "", at)
        return Arithmetic(negative, "-", zero, item, at)

    def _arithmetic(self, surface: exp.Expression) -> Node:
        at, operator = self.span(surface), _ARITHMETIC[type(surface)]
        left, right = self.parts(surface.this, surface.expression)
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


def _bounds(operator: str, left: Type, right: Type) -> tuple[int, int]:
    match operator:
        case "+":
            return left.low + right.low, left.high + right.high
        case "-":
            return left.low - right.high, left.high - right.low
        case _:
            corners = [a * b for a in (left.low, left.high) for b in (right.low, right.high)]
            return min(corners), max(corners)


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
