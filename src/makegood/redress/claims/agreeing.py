"""Two persons agree on a claim: proposed by one, approved by another, used once by the act."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction

from makegood.redress.claims.problems import no_agreement, wrong_amount
from makegood.redress.claims.reading import claim_of
from makegood.redress.claims.states import ClaimState
from makegood.redress.claims.values import SAME_NAME, TAKEN, Claim
from makegood.redress.quotes import quote_of
from makegood.redress.serving import first_holder_of, owner_of
from makegood.trust.access import Visitor, checked_reason, permit
from makegood.trust.audit import Json
from makegood.trust.policy import Act, Purpose, Resource, ResourceKind
from makegood.trust.proposals import (
    Proposal,
    ProposalKind,
    approved_for,
    hash_of,
    propose,
    redeem,
    standing_proposal,
)

_KIND = ProposalKind.CUSTOMER_EXCEPTION
AMOUNT_MAX = 10**15


def propose_amount(
    visitor: Visitor,
    receipt_number: str,
    amount: int,
    reason: str,
    *,
    purpose: str = Purpose.CLAIM_HANDLING,
    case: str = "",
) -> Proposal:
    """Propose that a claim is approved with this amount, in minor units; another person approves.

    For claims that persons must decide, and for one whose customer is due a better amount. Raises
    Refused MG770, MakegoodError MG768 where the same is proposed already, MG773 for a reason that
    is none, MG840 for an unknown claim, MG850 for an amount that cannot be.
    """
    reason, claim = checked_reason(reason), claim_of(receipt_number)
    if not 0 <= amount <= AMOUNT_MAX:
        raise wrong_amount("the amount is below 0 or too large", "give whole minor units")
    with transaction.atomic():
        permit(
            visitor,
            Act.PROPOSE_CUSTOMER_EXCEPTION,
            Resource(ResourceKind.PROPOSAL),
            purpose=purpose,
            case=case,
        )
        contents = contents_of(claim, amount)
        return propose(
            _KIND,
            _subject_for(claim, hash_of(contents)),
            contents,
            reason,
            by=visitor.actor,
            source=visitor.source,
        )


def contents_of(claim: Claim, amount: int) -> dict[str, Json]:
    """What two persons agree to: exactly this claim, to this account, exactly this amount."""
    return {
        "claim": claim.receipt_number,
        "measure": claim.measure,
        "line": claim.line_id,
        "account": claim.account_serial,
        "amount": amount,
    }


def agreement_on(claim: Claim) -> Proposal:
    """The newest approved, unused proposal about this claim, or about its line and measure.

    One about an account that was replaced since is none. Raises MakegoodError MG849.
    """
    approved = [each for about in subjects_of(claim) for each in approved_for(_KIND, about)]
    for proposal in sorted(approved, key=lambda each: each.proposed_at, reverse=True):
        contents = proposal.contents
        is_about = (contents.get("measure"), contents.get("line")) == (claim.measure, claim.line_id)
        # What was proposed from a quote names neither: nobody looked at an account then, so that it
        # does not serve for one in another name that was not agreed on before.
        is_agreed = claim.state is ClaimState.SCHEDULED or claim.holder not in TAKEN - {SAME_NAME}
        if "claim" not in contents and not is_agreed:
            continue
        pins = {"claim": claim.receipt_number, "account": claim.account_serial}
        if not is_about or not _is_of_programme(contents, claim.programme):
            continue
        if all(contents.get(name, pin) == pin for name, pin in pins.items()):
            return proposal
    raise no_agreement(claim.receipt_number)


def _subject_for(claim: Claim, contents_hash: str) -> str:
    """About whom the same stands already, as before the line had a holder; else whose it is."""
    for about in subjects_of(claim):
        if standing_proposal(_KIND, about, contents_hash) is not None:
            return about
    return f"customer:{owner_of(claim)}"


def subjects_of(claim: Claim) -> tuple[str, ...]:
    """About whom proposals for a claim may be: its customer, whose it is by now, and its line.

    They differ where nobody held the line when the claim was made, or when its quote was shown:
    both are then its first holder's, and of no later one's.
    """
    first = first_holder_of(claim.line_id)
    owner = owner_of(claim, first)
    names = {claim.customer_id, owner} | ({claim.line_id} if owner == first else set())
    return tuple(f"customer:{each}" for each in sorted(names))


def _is_of_programme(contents: Mapping[str, Json], programme: str) -> bool:
    """Whether a proposal from a quote is of a quote of this programme: names of measures recur."""
    quote = contents.get("quote")
    return not isinstance(quote, str) or quote_of(UUID(quote)).programme == programme


def used(visitor: Visitor, proposal: Proposal) -> int:
    """The amount agreed on, in minor units; the proposal is used, in the caller's transaction."""
    redeem(_KIND, proposal.subject, proposal.contents_hash, by=visitor.actor, source=visitor.source)
    amount = proposal.contents.get("amount")
    if not isinstance(amount, int) or not 0 <= amount <= AMOUNT_MAX:
        raise wrong_amount("the proposal names no amount", "propose again, with an amount")
    return amount
