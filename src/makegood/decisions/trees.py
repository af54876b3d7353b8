"""A programme's measures as the trees that decide them, with base populations resolved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from makegood.decisions.bases import BaseSource, membership
from makegood.decisions.outcome import AUTOMATIC, ON_APPLICATION, WITH_DOCUMENT, Meaning, meanings
from makegood.programmes import Measure, Programme
from makegood.rules import (
    FALSE,
    TRUE,
    AnyOf,
    Choice,
    Constant,
    Fact,
    Kind,
    Negation,
    Node,
    Type,
    can_be_missing,
    conjunction,
    facts_of,
)

_CODE = Type(Kind.INTEGER, low=AUTOMATIC, high=WITH_DOCUMENT)


@dataclass(frozen=True, slots=True)
class MeasureTrees:
    """What decides a measure: who is in scope, who is out, which way it comes, how much.

    ``base`` is membership alone and part of ``scope``. ``way`` is a whole number, one of the
    granted codes. All trees are over the facts of the line, and over ``base.<name>`` for a base
    population that is read from another snapshot.
    """

    measure: Measure
    base: Node
    scope: Node
    exclusions: tuple[Node, ...]
    way: Node
    amount: Node | None

    @property
    def name(self) -> str:
        """The measure's name."""
        return self.measure.name

    @property
    def meanings(self) -> dict[int, Meaning]:
        """What its codes mean."""
        return meanings(self.measure)

    def all(self) -> tuple[Node, ...]:
        """Every tree of the measure."""
        amount = () if self.amount is None else (self.amount,)
        return (self.scope, *self.exclusions, self.way, *amount)

    def missing_facts(self) -> list[Fact]:
        """The facts that may be missing and leave it undetermined."""
        found = {fact.name: fact for tree in self.all() for fact in can_be_missing(tree)}
        return list(found.values())


@dataclass(frozen=True, slots=True)
class ProgrammeTrees:
    """All measures of a programme; ``facts`` is what they read, in declared order, bases last."""

    programme: Programme
    measures: tuple[MeasureTrees, ...]
    facts: tuple[Fact, ...]
    missing: tuple[Fact, ...]

    def bit(self, fact: Fact) -> int:
        """The bit of a fact in a mask of missing facts."""
        return 1 << [f.name for f in self.missing].index(fact.name)

    def names_in(self, mask: int) -> tuple[str, ...]:
        """The facts of a mask."""
        return tuple(f.name for i, f in enumerate(self.missing) if mask >> i & 1)


def programme_trees(
    programme: Programme, bases: Mapping[str, BaseSource] | None = None
) -> ProgrammeTrees:
    """The trees of a programme; a base without a source looks at the line itself."""
    sources = bases or {}
    measures = tuple(
        _measure(measure, sources.get(measure.base.name) if measure.base else None)
        for measure in programme.measures.values()
    )
    read = {f.name: f for m in measures for tree in m.all() for f in facts_of(tree).values()}
    order = [*programme.facts, *(name for name in read if name not in programme.facts)]
    facts = tuple(read[name] for name in order if name in read)
    lacking = {f.name for m in measures for f in m.missing_facts()}
    return ProgrammeTrees(programme, measures, facts, tuple(f for f in facts if f.name in lacking))


def _measure(measure: Measure, source: BaseSource | None) -> MeasureTrees:
    base = TRUE if measure.base is None else membership(measure.base, source)
    scope = measure.scope
    if measure.late is not None:
        scope = AnyOf((measure.scope, measure.late))
    return MeasureTrees(
        measure,
        base,
        conjunction(base, scope),
        tuple(exclusion.when for exclusion in measure.exclusions),
        _way(measure),
        measure.amount,
    )


def _way(measure: Measure) -> Node:
    branches: list[tuple[Node, Node]] = []
    if measure.late is not None:
        branches.append((Negation(measure.scope), _code(WITH_DOCUMENT)))
    if measure.automatic == TRUE:
        last = AUTOMATIC
    else:
        last = ON_APPLICATION
        if measure.automatic != FALSE:
            branches.append((measure.automatic, _code(AUTOMATIC)))
    if not branches:
        return _code(last)
    return Choice(_CODE, tuple(branches), _code(last))


def _code(code: int) -> Constant:
    return Constant(_CODE, code)


def columns_of(trees: Sequence[MeasureTrees]) -> list[str]:
    """The columns of decisions after ``line_id``: per measure its code, amount, missing mask."""
    names: list[str] = []
    for tree in trees:
        names.append(tree.name)
        if tree.amount is not None:
            names.append(amount_column(tree.name))
        if tree.missing_facts():
            names.append(missing_column(tree.name))
    return names


def amount_column(measure: str) -> str:
    """The column of a measure's amounts, in minor units."""
    return f"amount_of_{measure}"


def missing_column(measure: str) -> str:
    """The column of a measure's masks of missing facts."""
    return f"missing_of_{measure}"
