"""Reads a shape file and binds it to the facts: everything that does not fit, all at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

from makegood.kernel import Finding, MakegoodError, did_you_mean
from makegood.population.synthetic.attributes import ATTRIBUTES
from makegood.population.synthetic.mixes import MIXES
from makegood.population.synthetic.shape import FactShape, Shape, Weights
from makegood.programmes import Document, read_document, sorted_findings, validate
from makegood.rules import Fact, Kind, Missing

_BANDS = (
    "tenure_days",
    "contract_age_days",
    "subsidy_won",
    "suspended_for_days",
    "late_for_days",
)
_FEE_DIGITS_MAX = 9


def read_shape(path: Path, facts: Mapping[str, Fact], as_of: date) -> tuple[Shape, str]:
    """The shape and the hash of its file. MakegoodError with every finding (MG1xx, MG43x)."""
    document = read_document(path)
    shape, findings = validate(document, Shape)
    if shape is not None:
        findings += _facts(document, shape, facts)
        findings += _mixes(document, shape)
        findings += _numbers(document, shape)
        findings += _departures(document, shape, as_of)
    if shape is None or findings:
        raise MakegoodError(sorted_findings(findings))
    return shape, document.sha256


def _facts(document: Document, shape: Shape, facts: Mapping[str, Fact]) -> Iterator[Finding]:
    for name in facts.keys() - shape.facts.keys():
        place = document.place(("facts",), key=True)
        yield Finding("MG432", f"the fact '{name}' has no shape", "name its attribute", place)
    for name, fact_shape in shape.facts.items():
        place = document.place(("facts", name), key=True)
        if name not in facts:
            hint = did_you_mean(name, facts) or "the programme declares no such fact"
            yield Finding("MG431", f"unknown fact '{name}'", hint, place)
            continue
        for message, hint in _misfits(facts[name], fact_shape):
            yield Finding("MG433", f"'{name}': {message}", hint, place)


def _misfits(fact: Fact, shape: FactShape) -> Iterator[tuple[str, str]]:
    attribute = ATTRIBUTES.get(shape.attribute)
    if attribute is None:
        known = f"the model has: {', '.join(sorted(ATTRIBUTES))}"
        hint = did_you_mean(shape.attribute, ATTRIBUTES) or known
        yield f"the model has no attribute '{shape.attribute}'", hint
        return
    if attribute.kind is not fact.kind:
        yield f"the attribute is {attribute.kind}, the fact {fact.kind}", "choose another attribute"
    elif fact.kind is Kind.ENUM:
        for value in shape.recode.keys() - set(attribute.values):
            yield f"'{value}' is no value of the attribute", did_you_mean(value, attribute.values)
        for value in attribute.values:
            named = shape.recode.get(value, value)
            if named not in fact.values:
                hint = did_you_mean(named, fact.values) or f"recode '{value}'"
                yield f"'{named}' is no value of the fact", hint
    if (attribute.empties or shape.missing_per_million) and fact.missing is Missing.NEVER:
        yield "it may be empty, but the fact never is", "declare the fact's 'missing'"


def _mixes(document: Document, shape: Shape) -> Iterator[Finding]:
    places: list[tuple[tuple[str | int, ...], dict[str, Weights]]] = [(("mix",), shape.mix)]
    places += [(("departures", i, "mix"), d.mix) for i, d in enumerate(shape.departures)]
    for path, mixes in places:
        for name, weights in mixes.items():
            place = document.place((*path, name), key=True)
            if name not in MIXES:
                hint = did_you_mean(name, MIXES) or f"known: {', '.join(MIXES)}"
                yield Finding("MG434", f"unknown mix '{name}'", hint, place)
                continue
            for value in weights.keys() - MIXES[name].keys():
                hint = did_you_mean(value, MIXES[name]) or f"known: {', '.join(MIXES[name])}"
                yield Finding("MG434", f"the mix '{name}' has no '{value}'", hint, place)
            if not sum(weights.values()):
                yield Finding("MG434", f"every weight of '{name}' is 0", "weigh one", place)


def _numbers(document: Document, shape: Shape) -> Iterator[Finding]:
    """Bands and weights that leave nothing to draw from, and keys that are no numbers or days."""
    for kind in {"person", "minor"} - shape.holder_age.keys():
        place = document.place(("holder_age",), key=True)
        yield Finding("MG434", f"'holder_age' says nothing of '{kind}'", "give its bands", place)
    bands = {name: getattr(shape, name) for name in _BANDS}
    bands |= {f"holder_age.{kind}": given for kind, given in shape.holder_age.items()}
    weights = {name: sum(band.weight for band in given) for name, given in bands.items()}
    weights["monthly_fee_won"] = sum(shape.monthly_fee_won.values())
    for name, weight in weights.items():
        if not weight:
            place = document.place(name.split("."), key=True)
            yield Finding("MG434", f"every weight of '{name}' is 0", "weigh one", place)
    for fee in shape.monthly_fee_won:
        if not (fee.isascii() and fee.isdigit() and len(fee) <= _FEE_DIGITS_MAX):
            place = document.place(("monthly_fee_won", fee), key=True)
            yield Finding("MG434", f"'{fee}' is no fee", "give a fee in whole won", place)


def _departures(document: Document, shape: Shape, as_of: date) -> Iterator[Finding]:
    for position, departure in enumerate(shape.departures):
        place = document.place(("departures", position))
        for day in departure.holidays.keys() - departure.days():
            yield Finding("MG435", f"'{departure.name}' has no day '{day}'", "", place)
        if departure.last_day < departure.first_day:
            yield Finding("MG435", f"'{departure.name}' ends before it begins", "", place)
        elif not sum(departure.day_weights()):
            yield Finding("MG435", f"'{departure.name}' has no day with a weight", "", place)
    if sum(departure.lines for departure in shape.departures) > shape.of_lines:
        place = document.place(("of_lines",))
        yield Finding("MG435", "more lines depart than there are", "mend 'lines'", place)
    if as_of < shape.opened_until:
        place = document.place(("opened_until",))
        message = f"as of {as_of} some of the lines are not opened yet"
        hint = f"choose a date from {shape.opened_until} on, or an earlier 'opened_until'"
        yield Finding("MG436", message, hint, place)
