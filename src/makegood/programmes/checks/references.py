"""Names in the file that must stand for something declared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from makegood.kernel import Finding, did_you_mean
from makegood.programmes.checks.base import Draft
from makegood.programmes.model import MeasureSection
from makegood.rules import Kind


def check_references(draft: Draft) -> Iterator[Finding]:
    """MG120: a base, fact, value or measure that is named but not declared."""
    section = draft.programme.section
    if section.contract and section.contract not in draft.programme.facts:
        yield _unknown(draft, "fact", section.contract, draft.programme.facts, "contract")
    for name, measure in section.measures.items():
        here = ("measures", name)
        if measure.base and measure.base not in section.bases:
            yield _unknown(draft, "base", measure.base, section.bases, *here, "base")
        if measure.by_day:
            yield from _by_day(draft, measure.by_day, *here, "by_day")
        yield from _account(draft, name, measure)
    for index, notice in enumerate(section.notices):
        if notice.measure and notice.measure not in section.measures:
            path = ("notices", index, "measure")
            yield _unknown(draft, "measure", notice.measure, section.measures, *path)


def _by_day(draft: Draft, fact: str, *path: str) -> Iterator[Finding]:
    facts = draft.programme.facts
    days = [name for name, declared in facts.items() if declared.kind is Kind.DATE]
    if fact not in days:
        yield _unknown(draft, "date fact", fact, days, *path)


def _account(draft: Draft, name: str, measure: MeasureSection) -> Iterator[Finding]:
    account = measure.refund.account if measure.refund else None
    if account is None:
        return
    here = ("measures", name, "refund", "account")
    enums = {n: f for n, f in draft.programme.facts.items() if f.kind is Kind.ENUM}
    if account.other_name_for and account.holder is None:
        hint = "add 'holder: FACT', the enum that says what kind of holder a line has"
        yield draft.at("MG120", "whose names these are is not said", hint, *here, key=True)
    if account.holder is None:
        return
    if account.holder not in enums:
        yield _unknown(draft, "enum fact", account.holder, enums, *here, "holder")
        return
    values = enums[account.holder].values
    for index, value in enumerate(account.other_name_for):
        if value not in values:
            yield _unknown(draft, "value", value, values, *here, "other_name_for", index)


def _unknown(draft: Draft, what: str, name: str, known: Iterable[str], *path: str | int) -> Finding:
    listed = ", ".join(known) or "none declared"
    hint = did_you_mean(name, known) or f"there are: {listed}"
    return draft.at("MG120", f"no {what} '{name}'", hint, *path)
