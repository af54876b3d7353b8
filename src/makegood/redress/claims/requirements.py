"""What an application must be: of a measure that takes it, in its time and by its way, and whole.

It is held against the programme and what is decided for the line now. A claim that stands there
already is of who holds the line by now. ``submitting`` keeps what holds.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from uuid import uuid4

from makegood.kernel import ONCE, looks_personal, pay_once_key
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
from makegood.redress.claims.values import Application, Claim, Waits
from makegood.redress.claims.windows import expect_open
from makegood.redress.serving import (
    LineStanding,
    decision_of,
    owner_of,
    programme_in_force,
)
from makegood.trust.access import Visitor
from makegood.trust.clock import now
from makegood.trust.statements import prepared_cursor

if TYPE_CHECKING:
    from makegood.decisions import LineDecision
    from makegood.programmes import Measure

_DOCUMENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,63}")
_STANDING = f"""
SELECT {", ".join(COLUMNS)} FROM claims_claim WHERE key = %s AND state <> 'withdrawn'
"""


def prepared_claim(visitor: Visitor, application: Application, standing: LineStanding) -> Claim:
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


def asks_for_account(application: Application) -> bool:
    """Whether an account is to be given, once all the rest of an application holds.

    So nobody is asked for an account in vain. Raises as ``submit`` for everything but the account
    and who applies.
    """
    standing = decision_of(application.programme, application.line_id)
    measure, decision = _measure(application, standing)
    _way(application, standing, measure, decision)
    key = _key(application, _contract(application, standing))
    applied_already(key, standing)
    for document in (application.document, application.account_document):
        checked_document(document)
    _quote(application)
    return is_paid_to_account(measure)


def needs_account(programme: str, measure: str) -> bool:
    """Whether an application for this measure names an account. Raises MakegoodError MG632, MG841.

    By the programme in force.
    """
    measures = programme_in_force(programme).measures
    if measure not in measures:
        raise not_to_apply_for(measure, "there is none", f"one of: {', '.join(measures)}")
    return is_paid_to_account(measures[measure])


def applied_already(key: str, standing: LineStanding) -> Claim | None:
    """The claim that stands under a key: it was there already, or the caller's waited for it.

    Raises MakegoodError MG856 where it is not of who holds the line by now.
    """
    with prepared_cursor() as cursor:
        row = cursor.execute(_STANDING, [key]).fetchone()
    if row is None:
        return None
    kept = claim_from(row)
    if owner_of(kept, standing.first_holder) != standing.customer_id:
        raise applied_for_before(kept.measure)
    return kept


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
