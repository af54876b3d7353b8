"""What persons decide: late applications, other names, objections, and what was shown as more."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from makegood.rehearsal.claims_listed import claims_in, claims_waiting
from makegood.rehearsal.story import Deed

if TYPE_CHECKING:
    from makegood.redress.claims import Claim
    from makegood.rehearsal.customers import Customers

_UPHELD = 550
_AMOUNT_LEAST, _AMOUNT_STEP, _AMOUNT_STEPS = 10_000, 100, 1_000


def decide_waiting(customers: Customers, at: datetime) -> int:
    """Supervisors decide what waits for persons, two of them where it is approved; how many."""
    from makegood.redress.claims import ClaimState, Waits

    done = 0
    for claim in claims_waiting(customers.programme.identifier):
        if claim.state is ClaimState.OBJECTED:
            if claim.check_after is not None:
                # The worker asks the bank first.
                continue
            what, detail = _objection(customers, claim)
        elif claim.waits_for.partition(",")[0] in (Waits.LATE, Waits.OTHER_NAME) and claim.amount:
            _approve(customers, claim, claim.amount, "the document shows it")
            what, detail = "approved", ""
        else:
            _refuse(customers, claim, "supervisor", "the facts cannot be shown")
            what, detail = "turned_down", ""
        customers.story.tell(Deed(at, claim.measure, claim.line_id, what, detail))
        done += 1
    return done


def _objection(customers: Customers, claim: Claim) -> tuple[str, str]:
    """Whether it is upheld hangs on the line; nothing is approved to a wrong account."""
    draws = customers.draws
    if not claim.has_known_holder or not draws.chance(_UPHELD, "upheld", claim.line_id):
        _refuse(customers, claim, "second-supervisor", "it was looked at again, and stays so")
        return "not_upheld", ""
    drawn = draws.below(_AMOUNT_STEPS, "upheld amount", claim.line_id) * _AMOUNT_STEP
    amount = claim.amount or _AMOUNT_LEAST + drawn
    _approve(customers, claim, amount, "the customer has shown it")
    return "upheld", str(amount)


def _approve(customers: Customers, claim: Claim, amount: int, reason: str) -> None:
    """One proposes the amount, another approves it, and the decision uses it."""
    from makegood.redress.claims import decide, propose_amount

    supervisor, case = customers.staff.visitor("supervisor"), f"CASE-{claim.line_id}"
    made = propose_amount(supervisor, claim.receipt_number, amount, reason, case=case)
    customers.staff.approve("second-supervisor", made.proposal_id)
    decide(supervisor, claim.receipt_number, approve=True, case=case)


def _refuse(customers: Customers, claim: Claim, who: str, words: str) -> None:
    from makegood.redress.claims import decide

    visitor, case = customers.staff.visitor(who), f"CASE-{claim.line_id}"
    decide(visitor, claim.receipt_number, approve=False, words=words, case=case)


def keep_to_quotes(customers: Customers, at: datetime) -> int:
    """Who was shown more than facts that were put right say gets what was shown; how many.

    Claims that are approved and not paid yet are held against their quotes, each amount once: two
    persons agree on what was shown, and the claim is given it.
    """
    from makegood.redress.claims import ClaimState, grant_exception
    from makegood.redress.quotes import deviations, propose_exceptions, quoted_amounts

    name, supervisor = customers.programme.identifier, customers.staff.visitor("supervisor")
    by_measure: dict[str, list[Claim]] = {}
    for claim in claims_in(name, ClaimState.SCHEDULED):
        place = (claim.receipt_number, claim.amount)
        looked = customers.story.did(claim.measure, claim.line_id, "looked_up")
        if looked and claim.amount and place not in customers.held_against:
            customers.held_against.add(place)
            by_measure.setdefault(claim.measure, []).append(claim)
    done = 0
    for measure, waiting in sorted(by_measure.items()):
        shown = quoted_amounts(name, measure, [claim.line_id for claim in waiting])
        # A line that was handed on since may have been shown to nobody who has it now.
        own = [(shown[each.line_id].amount, each) for each in waiting if each.line_id in shown]
        if not any((amount or 0) > claim.amount for amount, claim in own):
            continue
        # Of one line that of who has it now comes first, and counts.
        several = reversed(deviations(name, measure))
        found = {each.line_id: each for each in several if each.quoted_more}
        for claim in waiting:
            deviation = found.get(claim.line_id)
            if deviation is None or deviation.quoted <= claim.amount:
                continue
            reason = "what was shown to the customer counts"
            for made in propose_exceptions(supervisor, measure, [deviation], reason):
                customers.staff.approve("second-supervisor", made.proposal_id)
                case = f"CASE-{claim.line_id}"
                grant_exception(supervisor, claim.receipt_number, case=case)
                customers.story.tell(Deed(at, measure, claim.line_id, "exception"))
                done += 1
    return done
