"""How one comes to a measure: by itself, by application, or late with a document."""

from __future__ import annotations

from collections.abc import Iterator

from makegood.kernel import Finding
from makegood.programmes.checks.base import Draft
from makegood.programmes.programme import Measure
from makegood.rules import TRUE


def check_claims(draft: Draft) -> Iterator[Finding]:
    """MG320 nobody can apply; MG321 parts of a measure that do not go together."""
    for name, measure in draft.programme.measures.items():
        yield from _ways_in(draft, name, measure)
        yield from _bill(draft, name, measure)


def _ways_in(draft: Draft, name: str, measure: Measure) -> Iterator[Finding]:
    section, here = measure.section, ("measures", name)
    if section.automatic is not None and measure.automatic != TRUE and section.claim is None:
        hint = "add a 'claim' with a window and channels"
        message = f"some lines of '{name}' do not get it by themselves, and nobody can apply"
        yield draft.at("MG320", message, hint, *here, "automatic")
    if section.claim is None and section.late is not None:
        hint = "a late window is for applications: add a 'claim'"
        yield draft.at("MG320", f"nobody can apply for '{name}'", hint, *here, "late", key=True)
    if section.claim is not None and section.automatic is not None and measure.automatic == TRUE:
        hint = "take out one of the two"
        message = f"everybody gets '{name}' by itself, yet there is a claim"
        yield draft.at("MG321", message, hint, *here, "claim", key=True)


def _bill(draft: Draft, name: str, measure: Measure) -> Iterator[Finding]:
    refund, discount = measure.section.refund, measure.section.discount
    here: tuple[str, ...] = ("measures", name)
    if refund and refund.to == "bill":
        if refund.bill is None:
            hint = "add 'bill: 2026-02'"
            path = (*here, "refund", "to")
            yield draft.at("MG321", "a refund on a bill without the bill", hint, *path)
        if refund.pay or refund.account:
            hint = "take them out, or pay to: bank_account"
            message = "a refund on a bill has no pay-out days and no account"
            yield draft.at("MG321", message, hint, *here, "refund", "to")
    if refund and refund.to == "bank_account" and refund.bill is not None:
        hint = "write 'to: bill', or take the bill out"
        yield draft.at("MG321", "a bill for a refund to an account", hint, *here, "refund", "bill")
    if discount and discount.amount is None and discount.first_month is None:
        hint = "give an 'amount' with its 'bill', or 'first_month' and 'months' of offers"
        message = "neither an amount nor offers"
        yield draft.at("MG321", message, hint, *here, "discount", key=True)
    if discount and (discount.amount is None) is not (discount.bill is None):
        hint = "an amount comes off a bill: give both"
        message = "an amount without its bill, or a bill without an amount"
        yield draft.at("MG321", message, hint, *here, "discount", key=True)
    for kind, of_bill in (("refund", refund), ("discount", discount)):
        if of_bill and of_bill.bill_by is not None:
            yield from _bill_by(draft, of_bill.bill, of_bill.bill_by, *here, kind, "bill_by")


def _bill_by(draft: Draft, bill: str | None, last: str, *path: str) -> Iterator[Finding]:
    if bill is None:
        hint = "add the first as 'bill'"
        yield draft.at("MG321", "a last bill without a first one", hint, *path)
    elif last <= bill:
        hint = "put them in order, or take 'bill_by' out"
        message = f"the last bill, {last}, does not come after the first, {bill}"
        yield draft.at("MG301", message, hint, *path)
