"""The second engine: a programme as one Python function of a line's facts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from makegood.decisions.outcome import (
    AUTOMATIC,
    EXCLUDED_FIRST,
    NOT_IN_SCOPE,
    UNDETERMINED,
    WITH_DOCUMENT,
)
from makegood.decisions.trees import MeasureTrees, ProgrammeTrees
from makegood.rules import (
    TRUE,
    Fact,
    FormulaName,
    Node,
    PythonWriter,
    evaluator,
    facts_of,
    formulas_in,
    globals_for,
    may_be_null,
    missing_facts,
    plain_name,
)

Value: TypeAlias = int | str | bool | None
Verdict: TypeAlias = tuple[Any, ...]


def decide_function(trees: ProgrammeTrees) -> Callable[..., Verdict]:
    """A function of the facts' values, in the order of ``trees.facts``: (code, amount) in turn.

    The result is flat, two per measure; an amount is None where there is none.
    """
    writer, results = PythonWriter(), []
    reckoned = condition_formulas(trees)
    body = writer.assignments(reckoned)
    for index, tree in enumerate(trees.measures):
        body += _measure_lines(tree, index, writer, set(reckoned))
        results += [f"c{index}", f"a{index}" if tree.amount is not None else "None"]
    return _compiled(trees, [*body, f"return ({', '.join(results)},)"])


def condition_formulas(trees: ProgrammeTrees) -> dict[str, FormulaName]:
    """The formulas that conditions need, and so every line; amounts need theirs only if granted."""
    conditions = [n for t in trees.measures for n in (t.scope, *t.exclusions, t.way)]
    return formulas_in(*conditions)


def _measure_lines(
    tree: MeasureTrees, index: int, writer: PythonWriter, reckoned: set[str]
) -> list[str]:
    code, amount = f"c{index}", f"a{index}"
    lines, unknown, word = [], [], "if"
    if tree.scope != TRUE:
        text = writer.write(tree.scope)
        if may_be_null(tree.scope):
            lines.append(f"if (s{index} := {text}) is False: {code} = {NOT_IN_SCOPE}")
            unknown.append(f"s{index} is None")
        else:
            lines.append(f"if not {text}: {code} = {NOT_IN_SCOPE}")
        word = "elif"
    for number, exclusion in enumerate(tree.exclusions):
        text, name = writer.write(exclusion), f"x{index}_{number}"
        if may_be_null(exclusion):
            text = f"({name} := {text})"
            unknown.append(f"{name} is None")
        lines.append(f"{word} {text}: {code} = {EXCLUDED_FIRST + number}")
        word = "elif"
    if unknown:
        lines.append(f"{word} {' or '.join(unknown)}: {code} = {UNDETERMINED}")
    way = writer.write(tree.way)
    lines.append(f"else: {code} = {way}" if lines else f"{code} = {way}")
    if may_be_null(tree.way):
        lines.append(f"if {code} is None: {code} = {UNDETERMINED}")
    if tree.amount is not None:
        lines.append(f"{amount} = None")
        lines.append(f"if {AUTOMATIC} <= {code} <= {WITH_DOCUMENT}:")
        needed = {n: f for n, f in formulas_in(tree.amount).items() if n not in reckoned}
        lines += [f"    {line}" for line in writer.assignments(needed)]
        lines.append(f"    {amount} = {writer.write(tree.amount)}")
        if may_be_null(tree.amount):
            lines.append(f"    if {amount} is None: {code} = {UNDETERMINED}")
    return lines


def exclusions_function(trees: ProgrammeTrees) -> Callable[..., tuple[tuple[Any, ...], ...]]:
    """A function of the facts' values: per measure the verdict of every exclusion."""
    writer = PythonWriter()
    groups = [
        f"({''.join(writer.write(exclusion) + ', ' for exclusion in tree.exclusions)})"
        for tree in trees.measures
    ]
    needed = formulas_in(*(e for tree in trees.measures for e in tree.exclusions))
    return _compiled(trees, [*writer.assignments(needed), f"return ({', '.join(groups)},)"])


def _compiled(trees: ProgrammeTrees, body: Sequence[str]) -> Callable[..., Any]:
    names = ", ".join(plain_name(fact) for fact in trees.facts)
    source = f"def function({names}):\n" + "\n".join(f"    {line}" for line in body)
    space = globals_for([node for tree in trees.measures for node in tree.all()])
    exec(source, space)  # noqa: S102 - the source is written from typed trees
    function: Callable[..., Any] = space["function"]
    return function


class MissingFacts:
    """Which facts are missing and matter, for one line; evaluators are made once and kept."""

    def __init__(self, trees: ProgrammeTrees) -> None:
        self._trees = trees
        self._evaluators: dict[int, tuple[Node, Callable[..., Any], tuple[str, ...]]] = {}

    def of(self, tree: MeasureTrees, values: Mapping[str, Value]) -> tuple[str, ...]:
        """The names of the missing facts that leave a measure undetermined, in declared order."""
        found: dict[str, Fact] = {}
        for node in tree.all():
            found |= missing_facts(node, values, self.value)
        return tuple(fact.name for fact in self._trees.missing if fact.name in found)

    def mask(self, tree: MeasureTrees, values: Mapping[str, Value]) -> int:
        """The same as a bit mask."""
        names = self.of(tree, values)
        return sum(1 << i for i, fact in enumerate(self._trees.missing) if fact.name in names)

    def value(self, node: Node, values: Mapping[str, object]) -> object:
        """What a tree evaluates to for a line."""
        known = self._evaluators.get(id(node))
        if known is None:
            facts = list(facts_of(node).values())
            known = (node, evaluator(node, facts), tuple(fact.name for fact in facts))
            self._evaluators[id(node)] = known
        _, function, names = known
        return function(*[values[name] for name in names])
