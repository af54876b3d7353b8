"""What a function of the rule language is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from makegood.rules.dialects import Dialect
from makegood.rules.facts import WHOLE_MAX, Kind
from makegood.rules.problems import Problem
from makegood.rules.tree import Constant, Node, Type

TypeRule: TypeAlias = Callable[[Sequence[Node], object], Type]
SqlWriter: TypeAlias = Callable[[Dialect, Sequence[str], object], str]
PythonWriter: TypeAlias = Callable[[Sequence[str], object], str]


@dataclass(frozen=True, slots=True)
class Function:
    """A function: how it is called, its type rule, and its text for every engine.

    ``parameters`` are the names shown in help; the last may end in ``…`` for one or more. An
    ``option`` is a last argument that is a word and not a value: a rounding, a table. A *strict*
    function is none or unknown as soon as one argument is; ``null_through`` says that its SQL does
    that by itself. Its Python never sees None.
    """

    name: str
    parameters: tuple[str, ...]
    check: TypeRule
    sql: SqlWriter
    python: PythonWriter
    option: str = ""
    strict: bool = True
    null_through: bool = True
    means: str = ""

    @property
    def signature(self) -> str:
        """``prorate(amount, part, whole, rounding)``."""
        names = [*self.parameters, self.option] if self.option else list(self.parameters)
        return f"{self.name}({', '.join(names)})"

    def __reduce__(self) -> tuple[Callable[[str], Function], tuple[str]]:
        # Trees go to other processes, where the same table is: a function goes by its name.
        return _function_named, (self.name,)


def _function_named(name: str) -> Function:
    from makegood.rules.functions import FUNCTIONS

    return FUNCTIONS[name]


def require(node: Node, kinds: tuple[Kind, ...], role: str) -> None:
    """Raise MG204 unless the argument is of one of the kinds."""
    if node.type.kind not in kinds:
        wanted = " or ".join(kind.named for kind in kinds)
        word = isinstance(node, Constant) and node.type.kind is Kind.ENUM
        given = "a word in quotes" if word else node.type.kind.named
        hint = "a date is written DATE '2026-01-13'" if word and Kind.DATE in kinds else ""
        raise Problem("MG204", f"{role} is {given}, but must be {wanted}", hint, *node.at)


def bounded(node_type: Type, span: tuple[int, int]) -> Type:
    """The type itself, or MG210 where a value might not fit 64 bits."""
    if max(abs(node_type.low), abs(node_type.high)) > WHOLE_MAX:
        raise Problem(
            "MG210",
            f"the result may reach {max(abs(node_type.low), abs(node_type.high)):,}, "
            "more than 64 bits hold",
            "give the facts in it a narrower 'min' and 'max'",
            *span,
        )
    return node_type
