"""What persons decide about a claim: late, undetermined, another name, an objection, a better sum.

One person refuses. To approve takes two: one proposes the amount, another approves the proposal,
and the act uses it once.
"""

from __future__ import annotations

from datetime import date

from django.db import transaction

from makegood.ledger import Account
from makegood.redress.claims.acting import day_of
from makegood.redress.claims.agreeing import agreement_on, used
from makegood.redress.claims.changing import Change, keep
from makegood.redress.claims.pay_days import is_after_run, local_day, pay_on
from makegood.redress.claims.problems import (
    holder_not_known,
    waits_for_nobody,
    wrong_amount,
    wrong_step,
)
from makegood.redress.claims.reading import claim_of, claim_to_change
from makegood.redress.claims.requirements import is_paid_to_account
from makegood.redress.claims.settling import resolve_payments
from makegood.redress.claims.states import ClaimState
from makegood.redress.claims.values import Claim, Reason, Waits
from makegood.redress.serving import LineStanding, decision_of, owner_of, standings_of
from makegood.trust.access import Visitor, checked_reason, permit
from makegood.trust.audit import Json
from makegood.trust.clock import now
from makegood.trust.policy import Act, Purpose, Resource, ResourceKind
from makegood.trust.proposals import Proposal


def decide(
    visitor: Visitor,
    receipt_number: str,
    *,
    approve: bool,
    words: str = "",
    purpose: str = Purpose.CLAIM_HANDLING,
    case: str = "",
) -> Claim:
    """Decide a claim that waits for persons.

    To approve uses the approved proposal about it, and the amount agreed on there; the claim is
    then scheduled. To refuse takes ``words``, without anybody's data. Raises Refused MG770;
    MakegoodError MG773 for words that cannot be kept, MG840, MG848 where it waits for nobody, MG849
    where no proposal is at hand, MG850 for an amount of 0 of money, MG854 where the bank has not
    said of this very account whose it is, or it is not to be paid to.
    """
    if not approve:
        words = checked_reason(words)
    # Facts are read before anything is locked.
    standing = _standing(claim_of(receipt_number)) if approve else None
    with transaction.atomic():
        claim = claim_to_change(receipt_number)
        is_waiting = claim.state is ClaimState.CHECKED and bool(claim.waits_for)
        if not is_waiting and claim.state is not ClaimState.OBJECTED:
            raise waits_for_nobody(claim.receipt_number)
        if standing is None:
            change = sent_back(Change.of(claim), Reason.BY_A_PERSON)
            _permitted(
                visitor, Act.DECIDE_CLAIM, change, None, purpose=purpose, case=case, words=words
            )
        else:
            agreed = agreement_on(claim)
            if not claim.has_known_holder:
                raise holder_not_known(claim.receipt_number, claim.holder)
            change = _taken(Change.of(claim), _agreed(visitor, agreed, standing, claim), standing)
            _permitted(visitor, Act.DECIDE_CLAIM, change, agreed, purpose=purpose, case=case)
        keep([change], visitor.actor)
    return change.claim


def grant_exception(
    visitor: Visitor,
    receipt_number: str,
    *,
    purpose: str = Purpose.CLAIM_HANDLING,
    case: str = "",
) -> Claim:
    """Give an approved claim that is not paid yet the better amount that two persons agreed on.

    Where the facts lack its line, the amount that stands will do: two persons say so then that it
    is paid all the same. Raises Refused MG770; MakegoodError MG840, MG845 for a claim that is not
    scheduled, MG849 without a proposal, MG850 where the amount is not better than the one that
    stands.
    """
    standing = _standing_if_any(claim_of(receipt_number))
    with transaction.atomic():
        claim = claim_to_change(receipt_number)
        if claim.state is not ClaimState.SCHEDULED:
            raise wrong_step(claim.receipt_number, claim.state, "given a better amount")
        agreed = agreement_on(claim)
        amount = _agreed(visitor, agreed, standing, claim)
        if amount < claim.amount or (amount == claim.amount and standing is not None):
            hint = "what was approved is never taken back; propose more than that"
            raise wrong_amount("the amount agreed on is not better than the claim's", hint)
        # What came back once stands there until it is paid.
        goal = Account.APPROVED if claim.attempt == 1 else Account.RETURNED
        more, day = amount - claim.amount, day_of(claim)
        change = beyond(
            Change.of(claim).noted("exception").with_fields(reason=""), amount, standing, day
        )
        change = change.moving("exception", Account.PROMISED, goal, more, day, heads=0)
        change = change.with_amount(amount)
        _permitted(visitor, Act.GRANT_EXCEPTION, change, agreed, purpose=purpose, case=case)
        keep([change], visitor.actor)
    return change.claim


def resolve(
    visitor: Visitor,
    receipt_number: str,
    *,
    was_paid: bool,
    words: str,
    purpose: str = Purpose.CLAIM_HANDLING,
    case: str = "",
) -> Claim:
    """Say what a person found out about a payment of which the other side said both.

    The claim is then paid, or returned and may be mended. Raises Refused MG770; MakegoodError
    MG773, MG840, MG848 where nothing contradicts itself.
    """
    words = checked_reason(words)
    with transaction.atomic():
        claim = claim_to_change(receipt_number)
        if not claim.is_contradictory:
            raise waits_for_nobody(claim.receipt_number)
        outcome = "done" if was_paid else "failed"
        change = _resolved(claim, resolve_payments(claim, outcome), was_paid=was_paid)
        _permitted(
            visitor,
            Act.DECIDE_CLAIM,
            change,
            None,
            purpose=purpose,
            case=case,
            words=words,
            outcome=outcome,
        )
        keep([change], visitor.actor)
    return change.claim


def refused(change: Change, reason: str) -> Change:
    """Refused with a reason: what was claimed is only promised again."""
    amount = change.claim.amount
    change = change.to(
        ClaimState.REFUSED, reason, waits_for=Waits.NOBODY, check_after=None, pay_on=None
    )
    return change.moving("refused", Account.CLAIMED, Account.PROMISED, amount, day_of(change.claim))


def approved(change: Change, amount: int, standing: LineStanding) -> Change:
    """Approved with this amount, which is fixed from now on, and scheduled."""
    programme, claim = standing.programme, change.claim
    today = local_day(programme, now())
    day = _pay_day(claim, standing, today)
    change = beyond(change, amount, standing, today).repriced(amount, today)
    change = change.with_fields(
        programme_sha256=programme.sha256, snapshot_sha256=standing.snapshot_sha256
    )
    change = change.to(
        ClaimState.APPROVED, waits_for=Waits.NOBODY, check_after=None, approved_on=today
    )
    change = change.moving("approved", Account.CLAIMED, Account.APPROVED, amount, today)
    return change.to(ClaimState.SCHEDULED, pay_on=day)


def beyond(change: Change, amount: int, standing: LineStanding | None, day: date) -> Change:
    """What an amount is more than decisions promise for the line comes out of the budget first."""
    claim = change.claim
    try:
        due = (standing.of(claim.measure).amount or 0) if standing else 0
    except KeyError:  # an amended programme has no such measure
        due = 0
    promised = max(due, claim.amount)
    return change.moving(
        "beyond",
        Account.BUDGET,
        Account.PROMISED,
        max(0, amount - promised),
        day,
        heads=int(promised == 0),
    )


def sent_back(change: Change, reason: str) -> Change:
    """Not taken: refused; what was approved and came back before stays returned instead."""
    claim = change.claim
    if claim.attempt == 1:
        return refused(change, reason)
    # The attempt that was about to begin never did.
    return change.to(
        ClaimState.RETURNED,
        reason,
        attempt=claim.attempt - 1,
        waits_for=Waits.NOBODY,
        check_after=None,
        tries=0,
    )


def scheduled_again(change: Change, standing: LineStanding) -> Change:
    """What was approved before needs no second approval of its amount: the next day of payment."""
    claim, programme = change.claim, standing.programme
    today = local_day(programme, now())
    day = _pay_day(claim, standing, today)
    return change.to(ClaimState.SCHEDULED, pay_on=day, waits_for=Waits.NOBODY, check_after=None)


def _pay_day(claim: Claim, standing: LineStanding, today: date) -> date:
    return pay_on(
        standing.programme,
        claim.measure,
        claim.submitted_at,
        standing.values,
        today,
        is_late=claim.is_late,
        is_after_run=is_after_run(standing.programme, claim.measure, now()),
    )


def _taken(change: Change, amount: int, standing: LineStanding) -> Change:
    claim = change.claim
    if claim.attempt == 1:
        return approved(change, amount, standing)
    if amount != claim.amount:
        hint = f"propose {claim.amount}, which was approved before"
        raise wrong_amount("this claim's amount was approved before and is fixed", hint)
    return scheduled_again(change, standing)


def _agreed(visitor: Visitor, agreed: Proposal, standing: LineStanding | None, claim: Claim) -> int:
    amount = used(visitor, agreed)
    if amount == 0 and (claim.amount if standing is None else is_money(standing, claim)):
        raise wrong_amount("an amount of 0 cannot be paid", "propose the amount that is due")
    return amount


def is_money(standing: LineStanding, claim: Claim) -> bool:
    """Whether the claim's measure has an amount; of one that is there no more, whether it pays."""
    measure = standing.programme.measures.get(claim.measure)
    if measure is None:
        return claim.has_account
    return is_paid_to_account(measure) or measure.amount is not None


def _resolved(claim: Claim, attempts: set[int], *, was_paid: bool) -> Change:
    """The claim after a person found out about these attempts.

    Where an older attempt was paid after all, nothing more leaves; while a later one is on its way
    or was paid, that one counts.
    """
    change = Change.of(claim)
    is_newest, state = claim.attempt in attempts, claim.state
    target = ClaimState.PAID if was_paid else ClaimState.RETURNED
    is_over = state in {ClaimState.PAYING, ClaimState.PAID} or not was_paid
    if state is target or not attempts or (is_over and not is_newest):
        return change.noted("resolved", is_contradictory=False)
    source, goal = _held(claim), Account.PAID if was_paid else Account.RETURNED
    change = change.to(
        target, "resolved", is_contradictory=False, waits_for=Waits.NOBODY, check_after=None
    )
    if source is goal:
        return change
    return change.moving("resolved", source, goal, claim.amount, day_of(claim))


def _held(claim: Claim) -> Account:
    """Where the amount of a claim stands that was on its way to be paid at least once."""
    if claim.state is ClaimState.PAID:
        return Account.PAID
    is_first = claim.state is ClaimState.PAYING and claim.attempt == 1
    return Account.APPROVED if is_first else Account.RETURNED


def _standing(claim: Claim) -> LineStanding:
    return decision_of(claim.programme, claim.line_id)


def _standing_if_any(claim: Claim) -> LineStanding | None:
    """What is decided for the claim's line; None where the facts lack it."""
    return next(iter(standings_of(claim.programme, [claim.line_id])), None)


def _permitted(
    visitor: Visitor,
    act: Act,
    change: Change,
    agreed: Proposal | None,
    *,
    purpose: str,
    case: str,
    **more: Json,
) -> None:
    claim = change.claim
    permit(
        visitor,
        act,
        Resource(ResourceKind.CUSTOMER, owner_of(claim)),
        purpose=purpose,
        case=case,
        proposed_by=agreed.proposed_by if agreed else "",
        approved=agreed is not None,
        kind="claim.decided",
        details={
            "claim": claim.receipt_number,
            "measure": claim.measure,
            "states": [step.after.value for step in change.steps],
            "amount": claim.amount,
            "proposal": str(agreed.proposal_id) if agreed else "",
            **more,
        },
    )
