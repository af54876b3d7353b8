"""A programme as one SELECT over a snapshot: codes, whole amounts, masks of missing facts.

The SELECT is built in steps, each a projection over the one before, so that every named formula is
written and reckoned once: the formulas that conditions need, the codes, the formulas of amounts
(for lines that may be granted only), the amounts, the masks of formulas, and last the result.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from makegood.decisions.outcome import (
    AUTOMATIC,
    EXCLUDED_FIRST,
    NOT_IN_SCOPE,
    UNDETERMINED,
    WITH_DOCUMENT,
)
from makegood.decisions.python_engine import condition_formulas
from makegood.decisions.trees import (
    MeasureTrees,
    ProgrammeTrees,
    amount_column,
    missing_column,
)
from makegood.rules import (
    TRUE,
    Dialect,
    Fact,
    FormulaName,
    Node,
    SqlWriter,
    children,
    formulas_in,
    mask_sql,
    may_be_null,
)

SHORT_NODES = 8
"""A formula of at most so many nodes is written out where it is used: a step costs more."""

SHORT_MASK = 3000
"""A mask of at most so many characters is written out where it is used."""


def decisions_sql(trees: ProgrammeTrees, dialect: Dialect, source: str) -> str:
    """The SELECT. ``source`` is a relation of ``line_id``, the facts, and ``base.<name>``."""
    steps = Steps(source)
    columns = Selection(trees, dialect).add_to(steps)
    final = ",\n  ".join(["line_id", *columns])
    text = f"SELECT\n  {final}\nFROM {steps.relation}"
    return text if dialect.name == "duckdb" else text.replace('"', "`")


@dataclass(slots=True)
class Steps:
    """A relation that grows by columns."""

    relation: str
    count: int = 0

    def add(self, columns: Iterable[str]) -> None:
        """Put a projection with further columns over it."""
        listed = ",\n  ".join(columns)
        if listed:
            self.count += 1
            self.relation = f"(SELECT *,\n  {listed}\nFROM {self.relation}) AS step{self.count}"


@dataclass(slots=True)
class Selection:
    """The columns of one programme's decisions; all its names begin with ``prefix``."""

    trees: ProgrammeTrees
    dialect: Dialect
    prefix: str = ""
    writer: SqlWriter = field(init=False)
    _short: set[str] = field(init=False, default_factory=set)
    _masks: dict[str, str] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.writer = SqlWriter(self.dialect, self._fact, self._formula)
        everything = (tree for measure in self.trees.measures for tree in measure.all())
        for name, formula in formulas_in(*everything).items():
            if self._size(formula.body) <= SHORT_NODES:
                self._short.add(name)

    def _size(self, node: Node) -> int:
        """How many nodes a tree has, with the formulas in it that are written out."""
        if isinstance(node, FormulaName):
            return self._size(node.body) if node.name in self._short else 1
        return 1 + sum(self._size(child) for child in children(node))

    def add_to(self, steps: Steps) -> list[str]:
        """Add what the decisions need step by step; the final columns, by their names."""
        early = condition_formulas(self.trees)
        self._add_formulas(steps, early, gate="")
        steps.add(f"{self._first_code(t)} AS {self._code(t)}" for t in self.trees.measures)
        paid = [t for t in self.trees.measures if t.amount is not None]
        late = formulas_in(*(t.amount for t in paid if t.amount is not None))
        gate = " OR ".join(f"{self._code(t)} BETWEEN {AUTOMATIC} AND {UNDETERMINED}" for t in paid)
        needed = {name: formula for name, formula in late.items() if name not in early}
        self._add_formulas(steps, needed, gate=gate)
        steps.add(
            f"CASE WHEN {self._granted(t)} THEN {self.writer.write(t.amount)} END"
            f" AS {self._inner(t, 'amount')}"
            for t in paid
            if t.amount is not None
        )
        self._add_masks(steps, {**early, **late})
        return [column for tree in self.trees.measures for column in self._final(tree)]

    def _fact(self, fact: Fact) -> str:
        return f'"{self.prefix}{fact.name}"' if "." in fact.name else f'"{fact.name}"'

    def _formula(self, formula: FormulaName) -> str:
        if formula.name in self._short:
            return f"({self.writer.write(formula.body)})"
        return f'"{self.prefix}formula:{formula.name}"'

    def _mask(self, formula: FormulaName) -> str:
        return self._masks[formula.name]

    def _inner(self, tree: MeasureTrees, what: str) -> str:
        return f'"{self.prefix}{what}:{tree.name}"'

    def _code(self, tree: MeasureTrees) -> str:
        return self._inner(tree, "code")

    def _add_formulas(self, steps: Steps, formulas: dict[str, FormulaName], *, gate: str) -> None:
        long = {name: formula for name, formula in formulas.items() if name not in self._short}
        for level in _levels(long):
            columns = []
            for formula in level:
                text = self.writer.write(formula.body)
                text = f"CASE WHEN {gate} THEN {text} END" if gate else text
                columns.append(f"{text} AS {self._formula(formula)}")
            steps.add(columns)

    def _add_masks(self, steps: Steps, formulas: dict[str, FormulaName]) -> None:
        """The masks of formulas: written out where they are short, else a step of their own.

        They are read for undetermined lines only, of which there are few. A formula that is only
        read where something known stands in for it, as in ``coalesce(formula, 0)``, needs none.
        """
        asked = {name for t in self.trees.measures for node in t.all() for name in _asked(node)}
        for name, formula in formulas.items():
            if name not in asked:
                continue
            mask = mask_sql(formula.body, self.writer, self.trees.bit, self._mask)
            if len(mask) > SHORT_MASK:
                users = [t for t in self.trees.measures if name in formulas_in(*t.all())]
                gate = " OR ".join(f"({self._undetermined(tree)})" for tree in users)
                column = f'"{self.prefix}mask:{name}"'
                steps.add([f"CASE WHEN {gate} THEN {mask} ELSE 0 END AS {column}"])
                mask = column
            self._masks[name] = mask

    def _first_code(self, tree: MeasureTrees) -> str:
        """The code before the amount is known."""
        inside = self._code_inside(tree, self._way(tree))
        if tree.scope == TRUE:
            return inside
        cases = [f"WHEN {self.writer.test(tree.scope)} THEN {inside}"]
        if may_be_null(tree.scope):
            outside = self._code_inside(tree, str(UNDETERMINED))
            cases.append(f"WHEN {self.writer.write(tree.scope)} IS NULL THEN {outside}")
        return f"CASE {' '.join(cases)} ELSE {NOT_IN_SCOPE} END"

    def _code_inside(self, tree: MeasureTrees, otherwise: str) -> str:
        """The first exclusion that is true; undetermined where one might be; else ``otherwise``."""
        cases = [
            f"WHEN {self.writer.test(exclusion)} THEN {EXCLUDED_FIRST + index}"
            for index, exclusion in enumerate(tree.exclusions)
        ]
        unsure = [self.writer.write(e) for e in tree.exclusions if may_be_null(e)]
        if unsure:
            unknown = " OR ".join(f"{condition} IS NULL" for condition in unsure)
            cases.append(f"WHEN {unknown} THEN {UNDETERMINED}")
        return f"CASE {' '.join(cases)} ELSE {otherwise} END" if cases else otherwise

    def _way(self, tree: MeasureTrees) -> str:
        way = self.writer.write(tree.way)
        return f"coalesce({way}, {UNDETERMINED})" if may_be_null(tree.way) else way

    def _granted(self, tree: MeasureTrees) -> str:
        return f"{self._code(tree)} BETWEEN {AUTOMATIC} AND {WITH_DOCUMENT}"

    def _amount_lost(self, tree: MeasureTrees) -> str:
        """Granted, but the amount cannot be reckoned; nothing where it always can."""
        if tree.amount is None or not may_be_null(tree.amount):
            return ""
        return f"{self._granted(tree)} AND {self._inner(tree, 'amount')} IS NULL"

    def _undetermined(self, tree: MeasureTrees) -> str:
        lost = self._amount_lost(tree)
        plain = f"{self._code(tree)} = {UNDETERMINED}"
        return f"{plain} OR ({lost})" if lost else plain

    def _final(self, tree: MeasureTrees) -> list[str]:
        code, lost, columns = self._code(tree), self._amount_lost(tree), []
        if lost:
            code = f"CASE WHEN {lost} THEN {UNDETERMINED} ELSE {code} END"
        columns.append(f'CAST({code} AS TINYINT) AS "{self.prefix}{tree.name}"')
        if tree.amount is not None:
            name = f'"{self.prefix}{amount_column(tree.name)}"'
            columns.append(f"CAST({self._inner(tree, 'amount')} AS BIGINT) AS {name}")
        if tree.missing_facts():
            bit = self.trees.bit
            masks = [mask_sql(node, self.writer, bit, self._mask) for node in tree.all()]
            mask = " | ".join(f"({m})" for m in masks if m != "0")
            case = f"CASE WHEN {self._undetermined(tree)} THEN CAST({mask} AS BIGINT) END"
            columns.append(f'{case} AS "{self.prefix}{missing_column(tree.name)}"')
        return columns


def _asked(node: Node) -> Iterator[str]:
    """The formulas whose masks the mask of a tree reads."""
    if may_be_null(node):
        if isinstance(node, FormulaName):
            yield node.name
        for child in children(node):
            yield from _asked(child)


def _levels(formulas: dict[str, FormulaName]) -> list[list[FormulaName]]:
    """The formulas in groups, each naming only those of groups before."""
    levels: list[list[FormulaName]] = []
    done: dict[str, int] = {}
    for name, formula in formulas.items():
        named = [done[n] for n in formulas_in(formula.body) if n in done]
        done[name] = 1 + max(named, default=-1)
        if done[name] == len(levels):
            levels.append([])
        levels[done[name]].append(formula)
    return levels
