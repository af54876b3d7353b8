"""Compile typed trees to SQL for an engine. The text comes from the tree alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from makegood.kernel import day_of
from makegood.rules.dialects import Dialect
from makegood.rules.facts import Fact, Kind
from makegood.rules.nullness import can_be_missing, may_be_null, null_with
from makegood.rules.tree import (
    AllOf,
    AnyOf,
    Arithmetic,
    Call,
    Choice,
    Comparison,
    Constant,
    FactName,
    FormulaName,
    IsEmpty,
    Membership,
    Negation,
    Node,
)


def plain_column(fact: Fact) -> str:
    """The column of a fact by its own name."""
    return f'"{fact.name}"'


@dataclass(frozen=True, slots=True)
class SqlWriter:
    """Writes trees in one engine's SQL; ``column`` says where a fact stands.

    With ``formula``, a named formula is the column it says, and not written out again.
    """

    dialect: Dialect
    column: Callable[[Fact], str] = plain_column
    formula: Callable[[FormulaName], str] | None = None

    def write(self, node: Node) -> str:
        """The SQL of a tree; NULL is unknown (or, for a value, none)."""
        match node:
            case Constant():
                return self._constant(node)
            case FactName():
                return self._name(self.column(node.fact))
            case FormulaName():
                return self.formula(node) if self.formula else self.write(node.body)
            case Comparison():
                return f"({self.write(node.left)} {node.operator} {self.write(node.right)})"
            case Membership():
                items = ", ".join(self._constant(item) for item in node.items)
                return f"({self.write(node.value)} IN ({items}))"
            case IsEmpty():
                return f"({self.write(node.value)} IS NULL)"
            case AllOf():
                return f"({' AND '.join(self.write(item) for item in node.items)})"
            case AnyOf():
                return f"({' OR '.join(self.write(item) for item in node.items)})"
            case Negation():
                return self._negation(node)
            case Choice():
                return self._choice(node)
            case Arithmetic():
                left, right = self._number(node.left), self._number(node.right)
                return f"({left} {node.operator} {right})"
            case Call():
                return self._call(node)

    def test(self, node: Node) -> str:
        """SQL that is TRUE exactly where the condition is true, and FALSE or NULL elsewhere.

        Shorter than ``write``: a comparison with an empty fact is not true either way, so that it
        needs no guard against none.
        """
        match node:
            case AllOf():
                items = [item for item in node.items if not _is_idle_guard(item, node.items)]
                return f"({' AND '.join(self.test(item) for item in items)})"
            case AnyOf():
                return f"({' OR '.join(self.test(item) for item in node.items)})"
            case _:
                return self.write(node)

    def _name(self, column: str) -> str:
        return column if self.dialect.name == "duckdb" else column.replace('"', "`")

    def _constant(self, node: Constant) -> str:
        match node.type.kind:
            case Kind.BOOLEAN:
                return "TRUE" if node.value else "FALSE"
            case Kind.DATE:
                return sql_date(day_of(int(node.value)))
            case Kind.ENUM:
                return sql_text(str(node.value))
            case _:
                number = int(node.value)
                return str(number) if number >= 0 else f"({number})"

    def _negation(self, node: Negation) -> str:
        if isinstance(node.item, IsEmpty):
            return f"({self.write(node.item.value)} IS NOT NULL)"
        return f"(NOT {self.write(node.item)})"

    def _choice(self, node: Choice) -> str:
        if len(node.branches) == 1 and may_be_null(node.branches[0][0]):
            condition, value = node.branches[0]
            if isinstance(value, Constant) and isinstance(node.otherwise, Constant):
                whole = (value.type.kind, node.otherwise.type.kind)
                if set(whole) <= {Kind.INTEGER, Kind.MONEY}:
                    return self._either(condition, int(value.value), int(node.otherwise.value))
        cases = []
        for index, (condition, value) in enumerate(node.branches):
            cases.append(f"WHEN {self.test(condition)} THEN {self.write(value)}")
            later = [value for _, value in node.branches[index + 1 :]]
            if _needs_null_case(condition, [*later, node.otherwise]):
                cases.append(f"WHEN {self.write(condition)} IS NULL THEN NULL")
        return f"CASE {' '.join(cases)} ELSE {self.write(node.otherwise)} END"

    def _either(self, condition: Node, value: int, otherwise: int) -> str:
        """One of two numbers, NULL where unknown, with the condition evaluated once."""
        step = value - otherwise
        return f"({otherwise} + ({step}) * CAST({self.write(condition)} AS BIGINT))"

    def _call(self, node: Call) -> str:
        arguments = [self._number(argument) for argument in node.arguments]
        text = node.function.sql(self.dialect, arguments, node.option)
        if node.function.strict and not node.function.null_through:
            tests = [
                f"{a} IS NULL"
                for a, n in zip(arguments, node.arguments, strict=True)
                if may_be_null(n)
            ]
            if tests:
                return f"CASE WHEN {' OR '.join(tests)} THEN NULL ELSE {text} END"
        return text

    def _number(self, node: Node) -> str:
        """A value that will be reckoned with: whole numbers in 64 bits, as their bounds assume."""
        text = self.write(node)
        whole = node.type.kind in (Kind.INTEGER, Kind.MONEY)
        wide = isinstance(node, FactName) and node.type.kind is Kind.MONEY
        narrow = whole and isinstance(node, FactName | Constant | FormulaName | Choice) and not wide
        return f"CAST({text} AS BIGINT)" if narrow else text


def _is_idle_guard(item: Node, items: tuple[Node, ...]) -> bool:
    """Whether an item only says that a fact is there that another item compares anyway."""
    if not isinstance(item, Negation) or not isinstance(item.item, IsEmpty):
        return False
    value = item.item.value
    return isinstance(value, FactName) and any(
        isinstance(other, Comparison | Membership) and null_with(other, value.fact)
        for other in items
    )


def _needs_null_case(condition: Node, later: list[Node]) -> bool:
    """Whether an unknown condition needs a case of its own.

    It needs none where every value that could still be chosen is NULL too, whichever of the
    condition's facts is missing: such cases cost as much as the condition itself.
    """
    facts = can_be_missing(condition)
    return any(not null_with(value, fact) for fact in facts for value in later)


def sql_date(day: date) -> str:
    """A date as a literal."""
    return f"DATE '{day.isoformat()}'"


def sql_text(text: str) -> str:
    """A text as a literal."""
    return "'" + text.replace("'", "''") + "'"
