"""Pay-out tables: every application has a day of payment."""

from __future__ import annotations

from collections.abc import Iterator

from makegood.kernel import Finding, day_of
from makegood.programmes.checks.base import Draft
from makegood.programmes.model.kinds import Pay
from makegood.programmes.programme import Measure
from makegood.rules import (
    AllOf,
    Comparison,
    Constant,
    FactName,
    Kind,
    Node,
    conjunction,
    evaluator,
    facts_of,
)


def check_payouts(draft: Draft) -> Iterator[Finding]:
    """MG304: a pay-out table with a gap; MG301: its days out of order."""
    for name, measure in draft.programme.measures.items():
        pay = measure.section.refund.pay if measure.section.refund else None
        if pay is not None:
            yield from _table(draft, name, measure, pay)


def _table(draft: Draft, name: str, measure: Measure, pay: Pay) -> Iterator[Finding]:
    here: tuple[str | int, ...] = ("measures", name, "refund", "pay")
    if bool(pay.table) is (pay.within_days is not None):
        message = "when it is paid is said not at all, or twice"
        hint = "give a 'table', or 'within_days'"
        yield draft.at("MG304", message, hint, *here, key=True)
    for index, row in enumerate(pay.table):
        path = (*here, "table", index)
        if row.pay_on < row.applied_by:
            message = f"paid on {row.pay_on}, before the last application of {row.applied_by}"
            yield draft.at("MG301", message, "pay later", *path, "pay_on")
        if index and row.applied_by <= pay.table[index - 1].applied_by:
            message = f"{row.applied_by} does not come after {pay.table[index - 1].applied_by}"
            yield draft.at("MG301", message, "put the rows in order", *path, "applied_by")
        if index and row.pay_on <= pay.table[index - 1].pay_on:
            message = f"{row.pay_on} does not come after {pay.table[index - 1].pay_on}"
            yield draft.at("MG301", message, "put the rows in order", *path, "pay_on")
    late = measure.section.late
    if pay.table and late is not None and late.pay_within_days is None:
        message = "late applications have no day of payment: the table is for those in time"
        yield draft.at(
            "MG304", message, "add 'pay_within_days'", "measures", name, "late", key=True
        )
    if pay.table:
        yield from _gaps(draft, measure, pay, *here)


def _gaps(draft: Draft, measure: Measure, pay: Pay, *here: str | int) -> Iterator[Finding]:
    claim, last = measure.section.claim, pay.table[-1]
    if claim is not None and claim.until is None:
        hint = "give the claim an end, or pay 'within_days'"
        message = f"applications after {last.applied_by} have no day of payment"
        yield draft.at("MG304", message, hint, *here, "table", key=True)
    elif claim is not None and claim.until is not None and claim.until.date() > last.applied_by:
        message = (
            f"applications after {last.applied_by}, until {claim.until.date()}, "
            "have no day of payment"
        )
        yield draft.at("MG304", message, "add a row", *here, "table", key=True)
    if measure.settled_on is not None and measure.settled_on.type.kind is Kind.DATE:
        latest = _latest(measure.settled_on, conjunction(measure.scope))
        if latest is not None and day_of(latest) > last.pay_on:
            message = f"a line settled on {day_of(latest)} has no day of payment after it"
            hint = f"the last is {last.pay_on}: add a later row"
            yield draft.at("MG304", message, hint, *here, "table", key=True)


def _latest(settled_on: Node, scope: Node) -> int | None:
    """The latest settlement of a line in scope, where it follows from upper bounds of one fact."""
    facts = list(facts_of(settled_on).values())
    if len(facts) != 1:
        return None
    items = scope.items if isinstance(scope, AllOf) else (scope,)
    bounds = [
        int(item.right.value) - (item.operator == "<")
        for item in items
        if isinstance(item, Comparison)
        and isinstance(item.left, FactName)
        and item.left.fact == facts[0]
        and isinstance(item.right, Constant)
        and item.operator in ("<", "<=", "=")
    ]
    if not bounds:
        return None
    found = evaluator(settled_on, facts)(min(bounds))
    return int(found) if found is not None else None
