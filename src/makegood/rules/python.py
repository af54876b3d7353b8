"""Compile typed trees to Python source: the second engine, and the quick one for a single line.

The text comes from the tree alone. None is unknown (or, for a value, none); dates are day numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any

from makegood.kernel import Rounding, divide
from makegood.rules.facts import Fact
from makegood.rules.functions import Bands
from makegood.rules.functions.dates import (
    age_of_numbers,
    months_of_numbers,
    plus_months_of_number,
)
from makegood.rules.functions.extremes import first_known
from makegood.rules.nullness import may_be_null
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
    formulas_in,
    walk,
)


def plain_name(fact: Fact) -> str:
    """The variable of a fact: its own name behind a mark that no keyword has."""
    return f"f_{fact.name}" if "." not in fact.name else f"b_{fact.name.replace('.', '_')}"


def formula_variable(name: str) -> str:
    """The variable that holds a named formula's value."""
    return f"v_{name}"


class PythonWriter:
    """Writes trees as Python expressions over variables named by ``variable``.

    A named formula is a variable too; ``assignments`` writes the statements that set them. A
    comparison relies on its guard against none, unless ``alone``: then it may stand without one.
    """

    def __init__(
        self, variable: Callable[[Fact], str] = plain_name, *, alone: bool = False
    ) -> None:
        self._variable = variable
        self._alone = alone
        self._fresh = count()

    def write(self, node: Node) -> str:
        """The Python of a tree."""
        match node:
            case Constant():
                return repr(node.value) if not _negative(node) else f"({node.value})"
            case FactName():
                return self._variable(node.fact)
            case FormulaName():
                return formula_variable(node.name)
            case Comparison():
                operator = "==" if node.operator == "=" else node.operator
                return self._strict(
                    (node.left, node.right),
                    lambda a: f"({a[0]} {operator} {a[1]})",
                    bare=self._bare(node),
                )
            case Membership():
                items = f"({', '.join(repr(item.value) for item in node.items)},)"
                return self._strict(
                    (node.value,), lambda a: f"({a[0]} in {items})", bare=self._bare(node)
                )
            case IsEmpty():
                return f"({self.write(node.value)} is None)"
            case AllOf():
                return self._connective(node.items, "and")
            case AnyOf():
                return self._connective(node.items, "or")
            case Negation():
                return self._strict((node.item,), lambda a: f"(not {a[0]})")
            case Choice():
                return self._choice(node)
            case Arithmetic():
                return self._strict(
                    (node.left, node.right), lambda a: f"({a[0]} {node.operator} {a[1]})"
                )
            case Call():
                if node.function.strict:
                    return self._strict(
                        node.arguments, lambda a: node.function.python(a, node.option)
                    )
                arguments = [self.write(argument) for argument in node.arguments]
                return node.function.python(arguments, node.option)

    def _bare(self, node: Node) -> bool:
        return not (self._alone or may_be_null(node))

    def assignments(self, formulas: dict[str, FormulaName]) -> list[str]:
        """Statements that reckon formulas, in the order given: each after those that it names."""
        return [f"{formula_variable(n)} = {self.write(f.body)}" for n, f in formulas.items()]

    def _strict(
        self, nodes: tuple[Node, ...], build: Callable[[list[str]], str], *, bare: bool = False
    ) -> str:
        """What ``build`` makes of the operands, or None as soon as one of them is None."""
        names, tests = [], []
        for node in nodes:
            text = self.write(node)
            if bare or not may_be_null(node):
                names.append(text)
            elif isinstance(node, FactName):
                names.append(text)
                tests.append(f"{text} is None")
            else:
                name = f"t{next(self._fresh)}"
                names.append(name)
                tests.append(f"({name} := {text}) is None")
        whole = build(names)
        return f"(None if {' or '.join(tests)} else {whole})" if tests else whole

    def _connective(self, items: tuple[Node, ...], word: str) -> str:
        """Kleene AND or OR: the deciding value wins over unknown, whatever the order."""
        sure = [self.write(item) for item in items if not may_be_null(item)]
        unsure = [item for item in items if may_be_null(item)]
        if not unsure:
            return f"({f' {word} '.join(sure)})"
        deciding, other = ("False", "True") if word == "and" else ("True", "False")
        names, tests = [], []
        for item in unsure:
            name = f"t{next(self._fresh)}"
            names.append(name)
            tests.append(f"({name} := {self.write(item)}) is {deciding}")
        unknown = " or ".join(f"{name} is None" for name in names)
        body = f"({deciding} if {' or '.join(tests)} else None if {unknown} else {other})"
        if not sure:
            return body
        settled = f"({f' {word} '.join(sure)})"
        return (
            f"({body} if {settled} else False)"
            if word == "and"
            else (f"(True if {settled} else {body})")
        )

    def _choice(self, node: Choice) -> str:
        """Flat, however many branches: Python nests parentheses 200 deep at most."""
        parts = []
        for condition, value in node.branches:
            test, chosen = self.write(condition), self.write(value)
            if may_be_null(condition):
                name = f"t{next(self._fresh)}"
                parts.append(f"{chosen} if ({name} := {test}) else None if {name} is None else ")
            else:
                parts.append(f"{chosen} if {test} else ")
        return f"({''.join(parts)}{self.write(node.otherwise)})"


def _negative(node: Constant) -> bool:
    return not isinstance(node.value, bool | str) and node.value < 0


def globals_for(nodes: list[Node]) -> dict[str, Any]:
    """What compiled Python calls: the functions, the roundings, and the tables the trees use."""
    names: dict[str, Any] = {
        "age_of_numbers": age_of_numbers,
        "months_of_numbers": months_of_numbers,
        "plus_months_of_number": plus_months_of_number,
        "first_known": first_known,
        "divide": divide,
        "HALF_UP": Rounding.HALF_UP,
        "HALF_EVEN": Rounding.HALF_EVEN,
    }
    for node in nodes:
        for part in walk(node):
            if isinstance(part, Call) and isinstance(part.option, Bands):
                names[f"TABLE_{part.option.name}"] = part.option.total
    return names


def evaluator(node: Node, facts: list[Fact]) -> Callable[..., Any]:
    """A Python function of the facts' values, in the order given, that evaluates the tree."""
    names, writer = ", ".join(plain_name(fact) for fact in facts), PythonWriter(alone=True)
    body = [*writer.assignments(formulas_in(node)), f"return {writer.write(node)}"]
    space = globals_for([node])
    source = f"def evaluate({names}):\n" + "\n".join(f"    {line}" for line in body)
    exec(source, space)  # noqa: S102 - the source is written from a typed tree
    compiled: Callable[..., Any] = space["evaluate"]
    return compiled
