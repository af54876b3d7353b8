"""What people do with a claim after it was made: withdraw, object, put the account right."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from makegood.ledger import Account, amount_in, balances
from makegood.redress.claims.changing import Change, keep
from makegood.redress.claims.pay_days import local_day
from makegood.redress.claims.problems import needs_no_account, wrong_application, wrong_step
from makegood.redress.claims.reading import claim_to_change
from makegood.redress.claims.requirements import checked_document
from makegood.redress.claims.states import ClaimState
from makegood.redress.claims.values import ACCOUNT_REASONS, Claim, Waits
from makegood.redress.serving import owner_of, programme_in_force
from makegood.trust.access import Visitor, checked_reason, permit
from makegood.trust.clock import now
from makegood.trust.policy import Act, Purpose, Resource, ResourceKind
from makegood.trust.vault import Account as SealedAccount
from makegood.trust.vault import store_account, use_documents


def withdraw(
    visitor: Visitor,
    receipt_number: str,
    *,
    purpose: str = Purpose.CUSTOMER_REQUEST,
    case: str = "",
) -> Claim:
    """Take a claim back, as its customer wishes; another one may be made afterwards.

    Raises Refused MG770, MakegoodError MG840, MG845 where it is being paid, was paid, or once was.
    """
    with transaction.atomic():
        claim = claim_to_change(receipt_number)
        _permitted(visitor, Act.WITHDRAW_CLAIM, claim, purpose, case, what="withdrawn")
        if claim.attempt > 1:
            # Money left for it once: what came back waits for a right account, not for another key.
            raise wrong_step(claim.receipt_number, claim.state, "withdrawn")
        held = Account.APPROVED if claim.state is ClaimState.SCHEDULED else Account.CLAIMED
        change = Change.of(claim).to(
            ClaimState.WITHDRAWN, waits_for=Waits.NOBODY, check_after=None, pay_on=None
        )
        change = change.moving("withdrawn", held, Account.PROMISED, claim.amount, day_of(claim))
        keep([change], visitor.actor)
    return change.claim


def object_to(
    visitor: Visitor,
    receipt_number: str,
    words: str,
    *,
    purpose: str = Purpose.CUSTOMER_REQUEST,
    case: str = "",
) -> Claim:
    """Object to a refusal, as the customer wishes; persons decide it (``decide``).

    The worker asks the bank about its account first: to one that was not checked none is approved.

    ``words`` say why, without anybody's data: the log keeps them. Raises Refused MG770,
    MakegoodError MG773 for words that cannot be kept, MG840, MG845 where it was not refused.
    """
    words = checked_reason(words)
    with transaction.atomic():
        claim = claim_to_change(receipt_number)
        _permitted(visitor, Act.APPLY, claim, purpose, case, what="objected", words=words)
        change = claimed_again(Change.of(claim).to(ClaimState.OBJECTED))
        if claim.has_account:
            change = change.with_fields(holder="", check_after=now(), tries=0)
        keep([change], visitor.actor)
    return change.claim


def correct_account(  # noqa: PLR0913 - the account is three, the rest by keyword
    visitor: Visitor,
    receipt_number: str,
    bank_code: str,
    account_number: str,
    account_holder: str,
    *,
    document: str = "",
    account_document: str = "",
    purpose: str = Purpose.CUSTOMER_REQUEST,
    case: str = "",
) -> Claim:
    """Put another account in place, after a payment came back or the account was refused.

    The claim is mended and checked again; what came back is then paid under the next attempt. The
    worker has not looked at a claim that was only just submitted, nor at one whose account was not
    paid to yet: their account is replaced as well, and checked anew; so is that of an objection,
    which persons decide as before. What was agreed on about the account before, its document and
    its check are void: ``account_document`` is of the new one. ``document`` is one that the
    application itself lacked. Raises Refused MG770;
    MakegoodError MG682 for a document of the vault's that is not this customer's,
    MakegoodError MG728, MG729 as the vault, MG840, MG845 where the claim is past that, MG853 where
    no account is needed, MG852.
    """
    document = checked_document(document)
    account_document = checked_document(account_document)
    with transaction.atomic():
        claim = claim_to_change(receipt_number)
        _permitted(visitor, Act.APPLY, claim, purpose, case, what="account_corrected")
        if claim.account_id is None:
            raise needs_no_account(claim.measure)
        if not all(part.strip() for part in (bank_code, account_number, account_holder)):
            hint = "give the bank's code, the account's number and whose it is"
            raise wrong_application("the account to be paid to is missing", hint)
        change = _mended(claim).with_fields(
            document=document or claim.document,
            account_serial=claim.account_serial + 1,
            account_document=account_document,
            holder="",
            check_after=now(),
            tries=0,
        )
        keep([change], visitor.actor)
        # What was handed in before is in use already, by whoever the claim was of then.
        use_documents(owner_of(claim), [document, account_document], claim.subject)
        account = SealedAccount(claim.account_id, bank_code, account_number, account_holder)
        store_account(account, actor=visitor.actor)
    return change.claim


def _mended(claim: Claim) -> Change:
    """The claim with another account, waiting for the worker. Raises MakegoodError MG845."""
    change = Change.of(claim)
    match claim.state:
        case ClaimState.SUBMITTED | ClaimState.MENDED | ClaimState.OBJECTED:
            return change.noted("account_corrected")
        case ClaimState.CHECKED:
            return change.to(ClaimState.MENDED, "account_corrected", waits_for=Waits.NOBODY)
        case ClaimState.RETURNED if not claim.is_contradictory:
            # The next attempt: the one that came back is over for good.
            return change.to(
                ClaimState.MENDED, "account_corrected", attempt=claim.attempt + 1, run_id=None
            )
        case ClaimState.REFUSED if claim.reason in ACCOUNT_REASONS:
            return claimed_again(change.to(ClaimState.MENDED, "account_corrected"))
        case _:
            raise wrong_step(claim.receipt_number, claim.state, "given another account")


def claimed_again(change: Change) -> Change:
    """A refused claim lives again: its amount is claimed once more.

    Where the measure was closed meanwhile, what it needs was released and is promised again.
    """
    claim, day = change.claim, day_of(change.claim)
    released = amount_in(balances(claim.programme), Account.RELEASED, claim.measure)
    taken = min(claim.amount, max(0, released))
    change = change.moving("revived", Account.RELEASED, Account.PROMISED, taken, day, heads=0)
    return change.moving("claimed", Account.PROMISED, Account.CLAIMED, claim.amount, day)


def day_of(claim: Claim) -> date:
    """Today in the time zone of the claim's programme."""
    return local_day(programme_in_force(claim.programme), now())


def _permitted(
    visitor: Visitor, act: Act, claim: Claim, purpose: str, case: str, *, what: str, words: str = ""
) -> None:
    """The gate decides; its entry says what is done, and never to which account."""
    details = {"claim": claim.receipt_number, "measure": claim.measure, "what": what}
    if words:
        details["words"] = words
    permit(
        visitor,
        act,
        Resource(ResourceKind.CUSTOMER, owner_of(claim)),
        purpose=purpose,
        case=case,
        kind="claim.changed",
        details=details,
    )
