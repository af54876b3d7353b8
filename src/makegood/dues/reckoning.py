"""What ending a line on a day would cost, and how that is reckoned, formula by formula."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeAlias

from django.utils.translation import gettext as _
from django.utils.translation import override

from makegood.decisions import LineDecision
from makegood.dues.cards import decision_status
from makegood.dues.penalties import ExpectedPenalty, PenaltyQuestion, ReckoningStep
from makegood.dues.problems import not_reckoned
from makegood.dues.reducing import Reducer
from makegood.dues.telling import Telling
from makegood.kernel import day_number, day_of
from makegood.programmes import (
    Measure,
    Programme,
    date_text,
    fact_text,
    number_text,
    phrase,
    worded_value,
)
from makegood.redress.quotes import explainer_of
from makegood.redress.serving import LineStanding, decision_of, served_programmes, supposing
from makegood.rules import (
    AllOf,
    Comparison,
    Constant,
    FactName,
    FormulaName,
    Kind,
    Node,
    facts_of,
    missing_facts,
)
from makegood.trust.clock import now

Value: TypeAlias = int | str | bool | None
"""A fact as the engines reckon with it: dates as day numbers, money in minor units."""

_KEPT = 16
_known: dict[str, tuple[Measure, ...]] = {}


def penalty_measures(programme: Programme) -> tuple[Measure, ...]:
    """The refunds of a programme whose amount depends on the day on which a line ends.

    That is the day of the fact that the measure names under ``by_day``.
    """
    found = _known.get(programme.sha256)
    if found is None:
        if len(_known) >= _KEPT:
            _known.clear()
        found = _known[programme.sha256] = tuple(
            measure
            for measure in programme.measures.values()
            if measure.kind == "refund"
            and measure.amount is not None
            and measure.section.by_day in facts_of(measure.amount)
        )
    return found


def penalty_window(measure: Measure) -> tuple[date | None, date | None]:
    """First and last day of ``by_day`` for which a measure is; None where it has no such end."""
    first, last = None, None
    conditions = measure.scope.items if isinstance(measure.scope, AllOf) else (measure.scope,)
    for node in conditions:
        if not isinstance(node, Comparison) or not isinstance(node.right, Constant):
            continue
        left, value = node.left, node.right.value
        if not isinstance(left, FactName) or left.fact.name != measure.section.by_day:
            continue
        if not isinstance(value, int):
            continue
        match node.operator:
            case ">=" | ">":
                first = day_of(value + (node.operator == ">"))
            case "<=" | "<":
                last = day_of(value - (node.operator == "<"))
            case "=":
                first = last = day_of(value)
    return first, last


def penalty_on(
    line_id: str,
    day: date,
    language: str,
    *,
    programme: str | None = None,
    measure: str | None = None,
) -> ExpectedPenalty:
    """What would be due if a line ended on a day, with how it is reckoned.

    By the first programme and measure that have such an amount, where none are named. Whether the
    line is the asker's is the caller's to look at. Raises MakegoodError MG650 where nothing depends
    on the day, MG609 for a day that the fact cannot have, and as ``decision_of``.
    """
    standing, found = _asked(line_id, programme, measure)
    name = str(found.section.by_day)
    then = supposing(standing, [f"{name}={day.isoformat()}"])
    telling = Telling.of(standing.programme, language, now())
    with override(telling.language):
        told = _told(telling, found, then, day)
    is_its_own = standing.values.get(name) == day_number(day)
    return replace(told, has_ended=is_its_own and day <= telling.today)


def penalty_question(
    line_id: str, language: str, *, programme: str | None = None, measure: str | None = None
) -> PenaltyQuestion:
    """What can be asked of ``penalty_on`` for a line. Raises as it does, but for MG609."""
    standing, found = _asked(line_id, programme, measure)
    telling = Telling.of(standing.programme, language, now())
    first, last = penalty_window(found)
    own = standing.values.get(str(found.section.by_day))
    ended = day_of(own) if isinstance(own, int) else None
    nearest = min(max(telling.today, first or telling.today), last or telling.today)
    facts = standing.programme.section.facts
    return PenaltyQuestion(
        programme=standing.programme.identifier,
        measure=found.name,
        title=found.section.title[telling.language],
        fact=facts[str(found.section.by_day)].label[telling.language],
        proposed=ended or nearest,
        first_text=telling.day(first) if first else "",
        last_text=telling.day(last) if last else "",
        ended_on_text=telling.day(ended) if ended and ended <= telling.today else "",
        language=telling.language,
    )


def _asked(
    line_id: str, programme: str | None, measure: str | None
) -> tuple[LineStanding, Measure]:
    names = [programme] if programme is not None else served_programmes()
    for name in names:
        standing = decision_of(name, line_id)
        for found in penalty_measures(standing.programme):
            if measure in (None, found.name):
                return standing, found
    raise not_reckoned(programme or ", ".join(names))


def _told(telling: Telling, measure: Measure, then: LineStanding, day: date) -> ExpectedPenalty:
    reckoning = reckoned(telling, measure, then.values)
    decision = then.of(measure.name)
    first, last = penalty_window(measure)
    return ExpectedPenalty(
        programme=telling.programme.identifier,
        measure=measure.name,
        title=measure.section.title[telling.language],
        label=_label(telling, measure.amount),
        day=day,
        day_text=telling.day(day),
        amount_text=telling.money(reckoning.amount) if reckoning.amount is not None else "",
        status=decision_status(decision),
        sentences=_sentences(telling, decision, then, reckoning),
        facts=reckoning.facts,
        steps=reckoning.steps,
        first_day=first,
        last_day=last,
        language=telling.language,
    )


def _sentences(
    telling: Telling, decision: LineDecision, then: LineStanding, reckoning: Reckoning
) -> tuple[str, ...]:
    explained = explainer_of(telling.programme, telling.language).of(decision, then.values)
    missing: tuple[str, ...] = ()
    if reckoning.missing and not decision.missing:
        facts = ", ".join(reckoning.missing)
        missing = (phrase(telling.language, "decision.undetermined", facts=facts),)
    return (*explained.sentences, *explained.misses, *missing)


@dataclass(frozen=True, slots=True)
class Reckoning:
    """An amount with the steps that come to it; None with the labels of the facts that lack."""

    amount: int | None
    steps: tuple[ReckoningStep, ...]
    facts: tuple[tuple[str, str], ...]
    missing: tuple[str, ...] = ()


def reckoned(telling: Telling, measure: Measure, values: Mapping[str, Value]) -> Reckoning:
    """How a measure's amount is reckoned for a line with these facts.

    The steps are the named formulas that the amount comes to for this line, each after those that
    it is made of; formulas that do not matter for it are left out.
    """
    if measure.amount is None:
        raise not_reckoned(telling.programme.identifier)
    reducer = Reducer(values)
    amount = reducer.value(measure.amount)
    labels = telling.programme.section.facts
    if not isinstance(amount, int):
        full = {name: values.get(name) for name in telling.programme.facts}
        lacking = missing_facts(measure.amount, full, reducer.evaluate)
        missing = tuple(labels[name].label[telling.language] for name in lacking)
        return Reckoning(None, (), (), missing)
    steps, facts = tuple(_steps(telling, reducer, measure.amount)), reducer.facts(measure.amount)
    told = tuple(
        (
            labels[name].label[telling.language],
            fact_text(telling.programme, name, values.get(name), telling.language),
        )
        for name in facts
    )
    return Reckoning(amount, steps, told)


def _steps(telling: Telling, reducer: Reducer, amount: Node) -> Iterator[ReckoningStep]:
    for formula in reducer.formulas(amount):
        yield _step(telling, reducer, formula, _label(telling, formula))
    if not isinstance(amount, FormulaName):
        yield _step(telling, reducer, amount, _("In all"))


def _step(telling: Telling, reducer: Reducer, node: Node, label: str) -> ReckoningStep:
    body = node.body if isinstance(node, FormulaName) else node
    reduced = reducer.reduced(body)
    how = "" if isinstance(reduced, Constant) else _how(telling, reduced)
    return ReckoningStep(label, _figure(telling, node, reducer.value(node)), how)


def _how(telling: Telling, node: Node) -> str:
    return worded_value(telling.programme, node, telling.language)


def _label(telling: Telling, node: Node | None) -> str:
    if not isinstance(node, FormulaName):
        return _("Expected penalty")
    label = telling.programme.section.formulas[node.name].label
    return label[telling.language] if label else node.name


def _figure(telling: Telling, node: Node, value: object) -> str:
    if not isinstance(value, int):
        return phrase(telling.language, "value.unknown")
    match node.type.kind:
        case Kind.MONEY:
            return telling.money(value)
        case Kind.DATE:
            return date_text(day_of(value), telling.language)
        case Kind.BOOLEAN:
            return phrase(telling.language, "value.yes" if value else "value.no")
    return number_text(value, telling.language)
