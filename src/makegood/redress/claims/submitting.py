"""An application becomes a claim: once for each line, contract and measure, however often it comes.

The decision is looked up first, outside of any transaction, and the gate decides. Then one
statement writes the claim under its pay-once key, seals the account, posts the amount as claimed,
and records the act: all of it or nothing, in one way to the server and back. Of several at once the
first to write the key makes the claim; the others wait for it at the index and are given its
receipt number. Different claims do not wait for each other.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import nullcontext

from django.db import transaction

from makegood.ledger import Account, Transfer, transfer_clause, transfer_values
from makegood.redress.claims.pay_days import local_day
from makegood.redress.claims.problems import wrong_application
from makegood.redress.claims.reading import COLUMNS
from makegood.redress.claims.requirements import applied_already, prepared_claim
from makegood.redress.claims.values import Application, Claim, Receipt
from makegood.redress.serving import LineStanding, decision_of
from makegood.trust.access import Visitor, permit, permitted, recorded
from makegood.trust.audit import Json, entry_clauses, entry_values
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
    claim = prepared_claim(visitor, application, standing)
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
            if (kept := applied_already(claim.key, standing)) is not None:
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
