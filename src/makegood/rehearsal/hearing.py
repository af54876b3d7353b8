"""What follows from what customers are told: accounts are put right, refusals objected to."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from makegood.rehearsal.cast import Act
from makegood.rehearsal.claims_listed import claims_in
from makegood.rehearsal.story import Deed

if TYPE_CHECKING:
    from makegood.redress.claims import Claim
    from makegood.rehearsal.customers import Customers

_MENDED_HOURS = 60
_OBJECTS, _ALL_UP_TO_LINES = 600, 4_000
"""So many of a thousand object; of more lines fewer, so that as many do."""


def hear(customers: Customers, at: datetime) -> None:
    """Whoever is told of a refusal, or that money came back, does something about it.

    What is about the account is put right; to other refusals some object.
    """
    from makegood.redress.claims import ACCOUNT_REASONS, ClaimState

    name, lines = customers.programme.identifier, max(customers.world.lines, _ALL_UP_TO_LINES)
    objects = max(10, _OBJECTS * _ALL_UP_TO_LINES // lines)
    for claim in [*claims_in(name, ClaimState.RETURNED), *claims_in(name, ClaimState.REFUSED)]:
        if not claim.has_account:
            continue
        if claim.state is ClaimState.RETURNED or claim.reason in ACCOUNT_REASONS:
            _hear_of_account(customers, claim, at)
        elif claim.receipt_number not in customers.objected:
            customers.objected.add(claim.receipt_number)
            if customers.draws.chance(objects, "objects", claim.line_id):
                _later(customers, claim, at, "object")


def _hear_of_account(customers: Customers, claim: Claim, at: datetime) -> None:
    from makegood.redress.claims import ClaimState, Reason

    returned, line = claim.state is ClaimState.RETURNED, claim.line_id
    # What was refused and put right may come back all the same: that is heard, too.
    seen = (claim.receipt_number, claim.attempt, returned)
    if seen in customers.heard:
        return
    customers.heard.add(seen)
    if returned:
        customers.story.tell(Deed(at, claim.measure, line, "told_returned", str(claim.attempt)))
    if customers.draws.chance(900, "mends", line, claim.attempt):
        what = "second" if returned and claim.attempt % 2 else "own"
        if claim.reason == Reason.DOCUMENT_MISSING and customers.draws.chance(500, "fetches", line):
            what = "guardian"
        _later(customers, claim, at, "correct", what)
    elif not returned and claim.receipt_number not in customers.objected:
        # They say that the bank must be wrong, and leave the account as it is.
        customers.objected.add(claim.receipt_number)
        _later(customers, claim, at, "object")


def _later(customers: Customers, claim: Claim, at: datetime, what: str, detail: str = "") -> None:
    """Something is done about a claim hours or days later, by day."""
    line = claim.line_id
    hours = 2 + customers.draws.below(_MENDED_HOURS, "mends when", line, claim.attempt)
    when = at + timedelta(hours=hours)
    when = when.replace(hour=10 + when.hour % 9)
    customers.push(Act(max(when, at), line, claim.measure, what, "web", detail))
