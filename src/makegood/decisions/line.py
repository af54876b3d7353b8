"""Decisions for one line, in microseconds, with all that an explanation needs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from operator import itemgetter

from makegood.decisions.bases import BaseSource
from makegood.decisions.outcome import EXCLUDED_FIRST, UNDETERMINED, Disposition, Meaning
from makegood.decisions.python_engine import (
    MissingFacts,
    Value,
    decide_function,
    exclusions_function,
)
from makegood.decisions.trees import programme_trees
from makegood.programmes import Programme


@dataclass(frozen=True, slots=True)
class LineDecision:
    """The decision of one measure for one line.

    ``also`` are further exclusions that apply, after the first, which is the reason. ``missing``
    are the facts that are missing and matter, of an undetermined one. ``amount`` is in minor units.
    """

    measure: str
    meaning: Meaning
    amount: int | None = None
    also: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()

    @property
    def code(self) -> int:
        """The code, as bulk decisions hold it."""
        return self.meaning.code

    @property
    def disposition(self) -> Disposition:
        """granted, excluded, not in scope or undetermined."""
        return self.meaning.disposition


def _picker(names: tuple[str, ...]) -> Callable[[Mapping[str, Value]], tuple[Value, ...]]:
    """A function that takes the values of these names out of a mapping; KeyError if one lacks."""
    if len(names) > 1:
        return itemgetter(*names)
    return lambda values: tuple(values[name] for name in names)


class LineDecider:
    """Decides lines one by one. Made once per programme; safe to share between threads.

    Values are engine values by fact: day numbers for dates, whole numbers, booleans, an enum's
    word, and None for an empty fact. A fact that is not given is empty.
    """

    def __init__(self, programme: Programme, bases: Mapping[str, BaseSource] | None = None) -> None:
        self.programme = programme
        self.trees = programme_trees(programme, bases)
        self._decide = decide_function(self.trees)
        self._exclusions = exclusions_function(self.trees)
        self.missing = MissingFacts(self.trees)
        self._names = tuple(fact.name for fact in self.trees.facts)
        self._pick = _picker(self._names)
        self._meanings = tuple(tree.meanings for tree in self.trees.measures)
        self._plain = tuple(
            {code: LineDecision(tree.name, meaning) for code, meaning in tree.meanings.items()}
            for tree in self.trees.measures
        )

    def plain_decisions(self) -> Iterator[LineDecision]:
        """The decisions that a code says alone: ``decide`` hands out these very objects."""
        for plain in self._plain:
            yield from plain.values()

    def decide(self, values: Mapping[str, Value]) -> tuple[LineDecision, ...]:
        """The decision for every measure, in the programme's order."""
        try:
            given = self._pick(values)
        except KeyError:
            given = tuple(values.get(name) for name in self._names)
        verdict = self._decide(*given)
        exclusions = None
        decisions = []
        for index, plain in enumerate(self._plain):
            code, amount = verdict[2 * index], verdict[2 * index + 1]
            if code >= EXCLUDED_FIRST:
                exclusions = exclusions or self._exclusions(*given)
                decisions.append(self._excluded(index, code, exclusions[index]))
            elif code == UNDETERMINED:
                decisions.append(self._undetermined(index, values))
            elif amount is None:
                decisions.append(plain[code])
            else:
                meaning = self._meanings[index][code]
                decisions.append(LineDecision(plain[code].measure, meaning, amount))
        return tuple(decisions)

    def _excluded(self, index: int, code: int, verdicts: tuple[object, ...]) -> LineDecision:
        first = code - EXCLUDED_FIRST
        tree = self.trees.measures[index]
        also = tuple(
            exclusion.name
            for number, exclusion in enumerate(tree.measure.exclusions)
            if number > first and verdicts[number] is True
        )
        if not also:
            return self._plain[index][code]
        return LineDecision(tree.name, self._meanings[index][code], None, also)

    def _undetermined(self, index: int, values: Mapping[str, Value]) -> LineDecision:
        tree = self.trees.measures[index]
        full = {name: values.get(name) for name in self._names}
        missing = self.missing.of(tree, full)
        return LineDecision(tree.name, self._meanings[index][UNDETERMINED], None, (), missing)
