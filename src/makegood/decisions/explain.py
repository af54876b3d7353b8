"""The words of a decision, in every language: one place, so that page, shop and letter agree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from makegood.decisions.bases import BASE_PREFIX
from makegood.decisions.line import LineDecider, LineDecision
from makegood.decisions.misses import Miss, Side, nearest_misses
from makegood.decisions.outcome import Disposition, Way
from makegood.decisions.python_engine import Value
from makegood.kernel import day_of
from makegood.programmes import (
    Measure,
    Programme,
    date_text,
    fact_text,
    moment_text,
    number_text,
    phrase,
)
from makegood.rules import Kind, facts_of

SAME_MAX = 10_000
"""How many explanations without amounts an explainer keeps, to say the same again at once."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """A decision in one language: the measure's title, the sentences, and the amount in words.

    ``misses`` say by how little a line that does not qualify lies outside; empty for others.
    """

    decision: LineDecision
    title: str
    sentences: tuple[str, ...]
    misses: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """All sentences in one paragraph."""
        return " ".join((*self.sentences, *self.misses))


class Explainer:
    """Explains the decisions for lines in one language."""

    def __init__(self, decider: LineDecider, language: str) -> None:
        self._decider = decider
        self._programme = decider.programme
        self._language = language
        self._same: dict[tuple[Value, ...], Explanation] = {}
        self._trees = {tree.name: tree for tree in decider.trees.measures}
        self._scope_facts = {
            name: tuple(facts_of(tree.scope)) for name, tree in self._trees.items()
        }
        self._fixed: dict[tuple[str, int], tuple[str, ...]] = {}
        self._labels = {
            name: fact.label[language] for name, fact in self._programme.section.facts.items()
        }
        # The decider hands out these very objects, and keeps them: their identity will do.
        self._known = {
            id(decision): self._worded(decision, {})
            for decision in decider.plain_decisions()
            if decision.disposition in (Disposition.GRANTED, Disposition.EXCLUDED)
        }

    def explain(self, values: Mapping[str, Value]) -> tuple[Explanation, ...]:
        """The decision for every measure of a line, each in words."""
        known = self._known
        return tuple(
            known[id(decision)] if id(decision) in known else self.of(decision, values)
            for decision in self._decider.decide(values)
        )

    def of(self, decision: LineDecision, values: Mapping[str, Value]) -> Explanation:
        """One decision in words, as made from its code and the line's facts."""
        if decision.amount is not None or decision.missing or decision.also:
            return self._worded(decision, values)
        key = self._words_key(decision, values)
        found = self._same.get(key)
        if found is None:
            if len(self._same) >= SAME_MAX:
                self._same.clear()
            found = self._same[key] = self._worded(decision, values)
        return found

    def _words_key(self, decision: LineDecision, values: Mapping[str, Value]) -> tuple[Value, ...]:
        """All that the words of a decision without an amount depend on."""
        if decision.disposition is not Disposition.NOT_IN_SCOPE:
            return (decision.measure, decision.code)
        facts = self._scope_facts[decision.measure]
        return (decision.measure, *[values.get(name) for name in facts])

    def _worded(self, decision: LineDecision, values: Mapping[str, Value]) -> Explanation:
        measure = self._programme.measures[decision.measure]
        key = (decision.measure, decision.code)
        fixed = self._fixed.get(key)
        if fixed is None:
            fixed = self._fixed[key] = self._fixed_sentences(decision, measure)
        sentences = fixed
        misses: tuple[str, ...] = ()
        if decision.amount is not None:
            amount = self._programme.currency.text(decision.amount, self._language)
            sentences = (*sentences, self._say("decision.amount", amount=amount))
        if decision.missing:
            facts = ", ".join(self._missing(name) for name in decision.missing)
            sentences = (*sentences, self._say("decision.undetermined", facts=facts))
        if decision.also:
            also = (e for e in measure.exclusions if e.name in decision.also)
            said = (
                self._say("decision.also", because=e.because[self._language].rstrip(".。"))
                for e in also
            )
            sentences = (*sentences, *said)
        if decision.disposition is Disposition.NOT_IN_SCOPE:
            misses = self._misses(measure, values)
        return Explanation(decision, measure.section.title[self._language], sentences, misses)

    def _say(self, key: str, **values: object) -> str:
        return phrase(self._language, key, **values)

    def _fixed_sentences(self, decision: LineDecision, measure: Measure) -> tuple[str, ...]:
        """What a code alone says, whatever the line."""
        language = self._language
        match decision.disposition:
            case Disposition.UNDETERMINED:
                return ()
            case Disposition.NOT_IN_SCOPE:
                return (self._say("decision.not_in_scope"),)
            case Disposition.EXCLUDED:
                reason = decision.meaning.reason
                because = next(e.because for e in measure.exclusions if e.name == reason)
                return (self._say("decision.excluded", because=because[language].rstrip(".。")),)
        late = measure.section.late
        if decision.meaning.way is Way.WITH_DOCUMENT and late is not None:
            document = late.document[language]
            return (self._say("decision.granted_with_document", document=document),)
        if decision.meaning.way is Way.AUTOMATIC:
            return (self._say("decision.granted_automatic"),)
        return (self._say("decision.granted_on_application"), *self._window(measure))

    def _window(self, measure: Measure) -> tuple[str, ...]:
        claim = measure.section.claim
        if claim is None:
            return ()
        opens = moment_text(claim.since, self._language)
        if claim.until is None:
            return (self._say("decision.apply_from", opens=opens),)
        closes = moment_text(claim.until, self._language)
        return (self._say("decision.apply_between", opens=opens, closes=closes),)

    def _missing(self, name: str) -> str:
        if not name.startswith(BASE_PREFIX):
            return self._labels[name]
        base = self._programme.bases[name.removeprefix(BASE_PREFIX)]
        day = date_text(base.as_of, self._language)
        return self._say("decision.on_day", fact=base.label[self._language], day=day)

    def _misses(self, measure: Measure, values: Mapping[str, Value]) -> tuple[str, ...]:
        evaluate = self._decider.missing.value
        tree = self._trees[measure.name]
        outside = []
        if measure.base is not None and evaluate(tree.base, values) is False:
            label = measure.base.label[self._language]
            outside.append(self._say("decision.not_in_base", base=label))
        found = nearest_misses(measure.scope, values, evaluate)
        told = (_miss_text(self._programme, m, self._language, self._labels) for m in found)
        return (*outside, *told)


def _miss_text(programme: Programme, miss: Miss, language: str, labels: Mapping[str, str]) -> str:
    """One miss in words: ``day of termination 30 August 2025 is 2 days before …``."""
    label = labels[miss.fact][:1].upper() + labels[miss.fact][1:]
    if miss.value is None or miss.side is Side.NONE:
        return phrase(language, "miss.none", fact=label)
    value = fact_text(programme, miss.fact, miss.value, language)
    if miss.bound is None:
        if not miss.wanted:
            return phrase(language, "miss.is", fact=label, value=value)
        wanted = ", ".join(fact_text(programme, miss.fact, w, language) for w in miss.wanted)
        return phrase(language, "miss.is_not", fact=label, value=value, wanted=wanted)
    low = miss.side is Side.LOW
    if miss.kind is Kind.DATE:
        distance = phrase(language, "miss.day")
        if miss.distance != 1:
            distance = phrase(language, "miss.days", count=number_text(miss.distance, language))
        bound = date_text(day_of(miss.bound), language)
        key = "miss.before" if low else "miss.after"
    else:
        distance = fact_text(programme, miss.fact, miss.distance, language)
        bound = fact_text(programme, miss.fact, miss.bound, language)
        key = "miss.below" if low else "miss.above"
    return phrase(language, key, fact=label, value=value, bound=bound, distance=distance)
