"""What the programme does not give: proposed from a case, decided by a second person."""

from __future__ import annotations

from django.db import transaction

from makegood.cases.changing import act
from makegood.cases.problems import no_exception, wrong_case
from makegood.cases.storing import Change, find
from makegood.cases.values import Case, Step
from makegood.redress.claims import ClaimState, claim_of, decide, grant_exception, propose_amount
from makegood.redress.serving import is_of
from makegood.trust.access import Visitor
from makegood.trust.clock import now
from makegood.trust.proposals import Proposal, State, proposal_of


def propose_exception(
    visitor: Visitor,
    number: str,
    receipt_number: str,
    amount: int,
    reason: str,
    *,
    purpose: str = "",
) -> Proposal:
    """Propose another amount for a claim of the case's customer, in minor units.

    A second person approves it on the page of proposals; ``carry_out_exception`` then uses it.
    Raises Refused MG770; MakegoodError MG660, MG663 where the case is done, MG668 for another
    customer's claim, MG768, MG773, MG840, MG850.
    """
    claim = claim_of(receipt_number)
    with transaction.atomic():
        case = find(number)
        if case.is_done or not is_of(claim, case.customer_id):
            message = "this is no claim of the case's customer, or the case is done"
            raise wrong_case(message, "name a claim of the customer's, in a case that is not done")
        proposal = propose_amount(
            visitor, receipt_number, amount, reason, purpose=purpose or case.purpose, case=number
        )

        def proposed(case: Case) -> Change:
            return Change.of(
                case,
                Step.EXCEPTION_PROPOSED,
                detail=str(proposal.proposal_id),
                proposal_id=proposal.proposal_id,
            )

        act(visitor, number, proposed, purpose=purpose)
    return proposal


def carry_out_exception(visitor: Visitor, number: str, *, purpose: str = "") -> Case:
    """Give the claim what two persons agreed on from this case.

    Raises Refused MG770; MakegoodError MG660, MG669 where nothing approved is at hand, and as
    ``claims.decide`` and ``claims.grant_exception``.
    """
    with transaction.atomic():
        case = find(number)
        proposal = exception_of(case)
        if proposal is None or proposal.state_at(now()) is not State.APPROVED:
            raise no_exception(case.number)
        receipt_number = str(proposal.contents["claim"])
        why = {"purpose": purpose or case.purpose, "case": case.number}
        if claim_of(receipt_number).state is ClaimState.SCHEDULED:
            grant_exception(visitor, receipt_number, **why)
        else:
            decide(visitor, receipt_number, approve=True, **why)
        # A newer agreement about the same claim is not this case's.
        if proposal_of(proposal.proposal_id).state is not State.USED:
            raise no_exception(case.number)
        detail = str(proposal.proposal_id)

        def carried_out(case: Case) -> Change:
            return Change.of(case, Step.EXCEPTION_CARRIED_OUT, detail=detail)

        return act(visitor, number, carried_out, purpose=purpose)


def exception_of(case: Case) -> Proposal | None:
    """The exception that was proposed last from a case."""
    return proposal_of(case.proposal_id) if case.proposal_id else None
