"""An application becomes a claim: once for each line, contract and measure, however often it comes.

The decision is looked up first, outside of any transaction, and the gate decides. Then one
statement writes the claim under its pay-once key, seals the account, posts the amount as claimed,
and records the act: all of it or nothing, in one way to the server and back. Of several at once the
first to write the key makes the claim; the others wait for it at the index and are given its
receipt number. Different claims do not wait for each other.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import nullcontext
from typing import TYPE_CHECKING
from uuid import uuid4

from django.db import transaction

from makegood.kernel import ONCE, looks_personal, pay_once_key
from makegood.ledger import Account, Transfer, transfer_clause, transfer_values
from makegood.redress.claims.pay_days import local_day
from makegood.redress.claims.problems import (
    applied_for_before,
    needs_no_account,
    not_to_apply_for,
    wrong_application,
    wrong_channel,
    wrong_document,
)
from makegood.redress.claims.reading import COLUMNS, claim_from
from makegood.redress.claims.receipts import new_receipt_number
from makegood.redress.claims.states import ClaimState
from makegood.redress.claims.values import Application, Claim, Receipt, Waits
from makegood.redress.claims.windows import expect_open
from makegood.redress.serving import (
    LineStanding,
    decision_of,
    owner_of,
    programme_in_force,
)
from makegood.trust.access import Visitor, permit, permitted, recorded
from makegood.trust.audit import Json, entry_clauses, entry_values
from makegood.trust.clock import now
from makegood.trust.policy import Act, Purpose, Resource, ResourceKind
from makegood.trust.statements import apart, prepared_cursor
from makegood.trust.vault import Account as SealedAccount
from makegood.trust.vault import (
    NotSealed,
    account_clause,
    account_values,
    expect_sealable,
    is_document_reference,
    keeping_account,
    use_documents,
)

if TYPE_CHECKING:
    from makegood.decisions import LineDecision
    from makegood.programmes import Measure

_DOCUMENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,63}")
# What every new claim begins with stands in the statement itself.
_FIRST = {
    "state": "'submitted'",
    "reason": "''",
    "waits_for": "''",
    "attempt": "1",
    "changes": "1",
    "approved_on": "NULL",
    "pay_on": "NULL",
    "run_id": "NULL",
    "tries": "0",
    "check_after": "%(submitted_at)s",
    "is_contradictory": "false",
    "account_serial": "1",
}
_NAMES = ", ".join(COLUMNS)
_VALUES = ", ".join(_FIRST.get(name, f"%({name})s") for name in COLUMNS)
_GIVEN = tuple(name for name in COLUMNS if name not in _FIRST)
_MAKE = f"""
WITH made AS (
    INSERT INTO claims_claim ({_NAMES}) VALUES ({_VALUES})
    ON CONFLICT (key) WHERE NOT state = 'withdrawn' DO NOTHING RETURNING has_account),
told AS (
    INSERT INTO claims_event (claim_id, number, at, before, after, reason, by, run_id, amount)
    SELECT %(claim_id)s, 1, %(submitted_at)s, '', 'submitted', '', %(submitted_by)s, NULL,
           %(amount)s FROM made),
with_account AS (SELECT FROM made WHERE has_account),
{account_clause("with_account")},
{transfer_clause("made")},
{entry_clauses("made")}
SELECT EXISTS (SELECT FROM made)
"""
_STANDING = f"SELECT {_NAMES} FROM claims_claim WHERE key = %s AND state <> 'withdrawn'"
_TRIES = 5


def submit(
    visitor: Visitor,
    application: Application,
    *,
    purpose: str = Purpose.CLAIM_HANDLING,
    case: str = "",
) -> Receipt:
    """Apply for a measure, now; the receipt of the claim, or of the one that stands there already.

    A claim that stands stays as it is, whatever account comes with the new application. The time is
    that of this process's clock. Raises OutsideWindow (MG842); MakegoodError MG841 where nobody
    applies for it, MG843 for another way than the programme names, MG844 where something is missing
    or does not fit, MG852 for a document that is named wrongly, MG853 for an account where none is
    needed, MG856 where the claim that stands is of whoever held the line before; MG682 for a
    document of the vault's that is not this customer's; MG632, MG830, MG831 as ``decision_of``;
    MG728, MG729 as the vault; Refused MG770 and further as ``permit``.
    """
    standing = decision_of(application.programme, application.line_id)
    claim = _prepared(visitor, application, standing)
    entry = permitted(
        visitor,
        Act.APPLY,
        Resource(ResourceKind.CUSTOMER, claim.customer_id),
        kind="claim.submitted",
        purpose=purpose,
        case=case,
        details=_details(claim),
    )
    account = _account(application, claim)
    values = {name: getattr(claim, name) for name in _GIVEN}
    values |= entry_values(entry) | transfer_values(_transfer(standing, claim))
    in_vault = [each for each in claim.documents if is_document_reference(each)]
    for _ in range(_TRIES):
        values |= account_values(account, actor=visitor.actor)
        try:
            with transaction.atomic() if in_vault else nullcontext():
                is_new = _made(values)
                if is_new and in_vault:
                    use_documents(claim.customer_id, in_vault, claim.subject)
        except NotSealed:
            # The customer was deleted, which it tells; or the keys were renewed.
            if account is not None:
                expect_sealable(account)
            continue
        if is_new:
            return _receipt(claim, is_new=True)
        with transaction.atomic():
            if (kept := _standing(claim.key)) is not None:
                _expect_theirs(kept, standing)
                permit(
                    visitor,
                    Act.APPLY,
                    Resource(ResourceKind.CUSTOMER, standing.customer_id),
                    purpose=purpose,
                    case=case,
                    details=_details(kept),
                )
                return _receipt(kept, is_new=False)
        # It was withdrawn in this very moment: now it may be made.
    raise wrong_application("the claim is made and withdrawn again and again", "try again")


def _made(values: Mapping[str, object]) -> bool:
    """Whether the claim was made, by one statement. Raises NotSealed, MakegoodError MG771."""
    with recorded(), keeping_account(), apart(), prepared_cursor() as cursor:
        row = cursor.execute(_MAKE, values).fetchone()
    return bool(row and row[0])


def _standing(key: str) -> Claim | None:
    """The claim that stands under a key: it was there already, or this one waited for it."""
    with prepared_cursor() as cursor:
        row = cursor.execute(_STANDING, [key]).fetchone()
    return claim_from(row) if row else None


def _expect_theirs(kept: Claim, standing: LineStanding) -> None:
    """The claim that stands is of who holds the line by now. Raises MakegoodError MG856."""
    if owner_of(kept, standing.first_holder) != standing.customer_id:
        raise applied_for_before(kept.measure)


def _receipt(claim: Claim, *, is_new: bool) -> Receipt:
    return Receipt(
        claim.receipt_number,
        claim.claim_id,
        claim.state,
        is_new,
        claim.submitted_at,
        claim.key,
        claim.amount,
    )


def _prepared(visitor: Visitor, application: Application, standing: LineStanding) -> Claim:
    """The claim that the application would make, checked."""
    measure, decision = _measure(application, standing)
    instant = now()
    is_late = _way(application, standing, measure, decision)
    contract = _contract(application, standing)
    return Claim(
        claim_id=uuid4(),
        receipt_number=new_receipt_number(),
        key=_key(application, contract),
        programme=application.programme,
        measure=measure.name,
        line_id=application.line_id,
        contract=contract,
        customer_id=standing.customer_id,
        through=application.through,
        submitted_at=instant,
        submitted_by=visitor.actor,
        document=checked_document(application.document),
        account_document=checked_document(application.account_document),
        quote_id=_quote(application),
        programme_sha256=standing.programme.sha256,
        snapshot_sha256=standing.snapshot_sha256,
        is_late=is_late,
        has_account=_expect_account(application, measure),
        state=ClaimState.SUBMITTED,
        reason="",
        waits_for=Waits.NOBODY,
        amount=decision.amount or 0,
        attempt=1,
        changes=1,
        approved_on=None,
        pay_on=None,
        run_id=None,
        check_after=instant,
        tries=0,
        is_contradictory=False,
    )


def _measure(application: Application, standing: LineStanding) -> tuple[Measure, LineDecision]:
    """The measure and what is decided of it. Raises MakegoodError MG841, MG843."""
    from makegood.decisions import Way

    programme, name = standing.programme, application.measure
    measure = programme.measures.get(name)
    if measure is None:
        raise not_to_apply_for(name, "there is none", f"one of: {', '.join(programme.measures)}")
    claim = measure.section.claim
    if measure.kind == "choice":
        raise not_to_apply_for(name, "one chooses", "see 'makegood choice make'")
    if claim is None:
        hint = "everybody whom it is for gets it without applying"
        raise not_to_apply_for(name, "it takes no applications", hint)
    ways = [way.value for way in claim.through]
    if application.through not in ways:
        raise wrong_channel(application.through, ways)
    decision = standing.of(name)
    if decision.meaning.way is Way.AUTOMATIC:
        hint = "nothing needs to be done for this line"
        raise not_to_apply_for(name, "this line gets it without applying", hint)
    return measure, decision


def _way(
    application: Application, standing: LineStanding, measure: Measure, decision: LineDecision
) -> bool:
    """Whether it comes the late way. Raises OutsideWindow, MakegoodError MG844 without document."""
    from makegood.decisions import Disposition, Way

    with_document = decision.meaning.way is Way.WITH_DOCUMENT
    is_open = decision.disposition is Disposition.UNDETERMINED
    may_be_late = measure.late is not None and (with_document or is_open)
    programme = standing.programme
    after_it = expect_open(programme, measure, now(), may_be_late=may_be_late)
    is_late = after_it or with_document
    section = measure.section
    needed = section.claim.document if section.claim else None
    if is_late and section.late is not None:
        needed = section.late.document
    if needed is not None and not application.document:
        wanted = " / ".join(needed.values())
        raise wrong_application(f"a document is missing: {wanted}", "hand it in, and name its file")
    return is_late


def _expect_account(application: Application, measure: Measure) -> bool:
    """Whether it is paid to an account. Raises MakegoodError MG844, MG853."""
    given = (application.bank_code, application.account_number, application.account_holder)
    if not is_paid_to_account(measure):
        if any(given):
            raise needs_no_account(measure.name)
        return False
    if not all(part.strip() for part in given):
        hint = "give the bank's code, the account's number and whose it is"
        raise wrong_application("the account to be paid to is missing", hint)
    return True


def needs_account(programme: str, measure: str) -> bool:
    """Whether an application for this measure names an account. Raises MakegoodError MG632, MG841.

    By the programme in force.
    """
    measures = programme_in_force(programme).measures
    if measure not in measures:
        raise not_to_apply_for(measure, "there is none", f"one of: {', '.join(measures)}")
    return is_paid_to_account(measures[measure])


def asks_for_account(application: Application) -> bool:
    """Whether an account is to be given, once all the rest of an application holds.

    So nobody is asked for an account in vain. Raises as ``submit`` for everything but the account
    and who applies.
    """
    standing = decision_of(application.programme, application.line_id)
    measure, decision = _measure(application, standing)
    _way(application, standing, measure, decision)
    key = _key(application, _contract(application, standing))
    if (kept := _standing(key)) is not None:
        _expect_theirs(kept, standing)
    for document in (application.document, application.account_document):
        checked_document(document)
    _quote(application)
    return is_paid_to_account(measure)


def is_paid_to_account(measure: Measure) -> bool:
    """Whether what is due goes to a bank account."""
    refund = measure.section.refund
    return refund is not None and refund.to == "bank_account"


def checked_document(document: str) -> str:
    """A document's reference; may be empty. Raises MakegoodError MG852."""
    document = document.strip()
    if document and (not _DOCUMENT.fullmatch(document) or looks_personal(document)):
        raise wrong_document()
    return document


def _contract(application: Application, standing: LineStanding) -> str:
    from makegood.programmes import contract_of

    contract = contract_of(standing.programme, standing.values)
    if application.contract and application.contract != contract:
        hint = "leave it out: the contract of the line is taken"
        raise wrong_application("this is not the line's contract", hint)
    return contract


def _key(application: Application, contract: str) -> str:
    """The pay-once key of what is applied for."""
    return pay_once_key(
        application.programme, application.measure, application.line_id, contract, ONCE
    )


def _quote(application: Application) -> str:
    """The quote's identifier. Raises MakegoodError MG844 for another line's."""
    if application.quote_id is None:
        return ""
    from uuid import UUID

    from makegood.redress.quotes import quote_of

    try:
        quote = quote_of(UUID(str(application.quote_id)))
    except ValueError:
        raise wrong_application("this is no number of a quote", "leave it out") from None
    if (quote.programme, quote.line_id) != (application.programme, application.line_id):
        raise wrong_application("the quote is of another line", "leave it out, or name its own")
    return str(quote.quote_id)


def _account(application: Application, claim: Claim) -> SealedAccount | None:
    if claim.account_id is None:
        return None
    return SealedAccount(
        claim.account_id,
        application.bank_code,
        application.account_number,
        application.account_holder,
    )


def _transfer(standing: LineStanding, claim: Claim) -> Transfer:
    return Transfer(
        f"claimed:{claim.claim_id}",
        claim.programme,
        claim.measure,
        local_day(standing.programme, claim.submitted_at),
        Account.PROMISED,
        Account.CLAIMED,
        claim.amount,
        subject=claim.subject,
    )


def _details(claim: Claim) -> Mapping[str, Json]:
    return {
        "claim": claim.receipt_number,
        "programme": claim.programme,
        "measure": claim.measure,
        "through": claim.through,
        "amount": claim.amount,
        "late": claim.is_late,
        "account": claim.has_account,
    }
