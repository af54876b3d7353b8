"""Dates in order: windows, reminders, offers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from makegood.kernel import Finding
from makegood.programmes.checks.base import Draft
from makegood.programmes.model import Discount
from makegood.programmes.programme import Measure


def check_calendar(draft: Draft) -> Iterator[Finding]:
    """MG301 dates out of order; MG305 a reminder or an offer outside its window."""
    for name, measure in draft.programme.measures.items():
        yield from _windows(draft, name, measure)
        yield from _reminders(draft, name, measure)
        if measure.section.discount:
            yield from _slots(draft, measure.section.discount, "measures", name, "discount")
            yield from _offers(draft, measure.section.discount, "measures", name, "discount")


def _windows(draft: Draft, name: str, measure: Measure) -> Iterator[Finding]:
    section, here = measure.section, ("measures", name)
    claim, choice = section.claim, section.choice
    if claim and claim.until is not None and claim.until <= claim.since:
        yield _backwards(draft, claim.since, claim.until, *here, "claim", "to")
    first, last = (section.uplift.since, section.uplift.until) if section.uplift else (None, None)
    if first and last and last < first:
        yield _backwards(draft, first, last, *here, "uplift", "until")
    opens, closes = (choice.choose_from, choice.choose_until) if choice else (None, None)
    if opens and closes and closes <= opens:
        yield _backwards(draft, opens, closes, *here, "choice", "choose_until")


def _reminders(draft: Draft, name: str, measure: Measure) -> Iterator[Finding]:
    claim = measure.section.claim
    for index, moment in enumerate(measure.section.remind):
        path = ("measures", name, "remind", index)
        if claim is None:
            hint = "reminders are for those who have not applied: add a 'claim'"
            yield draft.at("MG305", "a reminder without anything to apply for", hint, *path)
        elif moment < claim.since or (claim.until is not None and moment > claim.until):
            window = f"{claim.since:%Y-%m-%d %H:%M} to " + (
                f"{claim.until:%Y-%m-%d %H:%M}" if claim.until else "…"
            )
            hint = f"applications are taken {window}"
            yield draft.at("MG305", "a reminder outside the claim's window", hint, *path)
        if index and moment <= measure.section.remind[index - 1]:
            yield _backwards(draft, measure.section.remind[index - 1], moment, *path)


def _slots(draft: Draft, discount: Discount, *here: str) -> Iterator[Finding]:
    before = 0
    for index, slot in enumerate(discount.slots):
        path: tuple[str | int, ...] = (*here, "slots", index)
        if slot.first <= before or slot.last < slot.first:
            message = f"the slot {slot.first} to {slot.last} does not come after day {before}"
            yield draft.at("MG301", message, "slots ascend and do not overlap", *path, "from")
        before = max(before, slot.last)
    if discount.slots and discount.first_month is None:
        hint, path = "add 'first_month' and 'months'", (*here, "slots")
        yield draft.at("MG321", "slots without the months they are in", hint, *path, key=True)


def _offers(draft: Draft, discount: Discount, *here: str) -> Iterator[Finding]:
    windows = discount.windows
    for index, offer in enumerate(discount.offers):
        path: tuple[str | int, ...] = (*here, "offers", index)
        if offer.until < offer.since:
            yield _backwards(draft, offer.since, offer.until, *path, "until")
        if offer.use_by < offer.until:
            yield _backwards(draft, offer.until, offer.use_by, *path, "use_by")
        if windows and not any(a <= offer.since and offer.until <= b for a, b in windows):
            shown = f"{offer.since} to {offer.until}"
            hint = "the slots and months of this measure say when offers are handed out"
            yield draft.at("MG305", f"an offer outside every slot: {shown}", hint, *path, "from")


def _backwards(
    draft: Draft, first: date | datetime, second: date | datetime, *path: str | int
) -> Finding:
    message = f"{_shown(second)} does not come after {_shown(first)}"
    return draft.at("MG301", message, "put the dates in order", *path)


def _shown(moment: date | datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}" if isinstance(moment, datetime) else moment.isoformat()
