"""What the program makes of a claim by itself: checked, then approved, refused, or left to persons.

A pure function of the claim, what is decided for its line now, and what the bank says.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from makegood.redress.claims.changing import Change
from makegood.redress.claims.deciding import approved, is_money, scheduled_again, sent_back
from makegood.redress.claims.holders import takes_other_name
from makegood.redress.claims.names import is_same_name
from makegood.redress.claims.states import ClaimState
from makegood.redress.claims.values import SAME_NAME, TAKEN, Claim, Reason, Waits

if TYPE_CHECKING:
    from makegood.channels.bank import HolderAnswer
    from makegood.decisions import LineDecision
    from makegood.redress.serving import LineStanding
    from makegood.trust.vault import Account as SealedAccount
    from makegood.trust.vault import Person


@dataclass(frozen=True, slots=True, repr=False)
class Known:
    """What is known when a claim is checked; names in it are never shown.

    ``standing`` is None where the line is served no more. ``account`` and ``person`` are None where
    the vault has none, ``answer`` where the bank was not asked.
    """

    standing: LineStanding | None
    account: SealedAccount | None = None
    person: Person | None = None
    answer: HolderAnswer | None = None


def refusal_without_bank(claim: Claim, known: Known) -> str:
    """Why it is refused whatever the bank may say; empty where the bank is to be asked."""
    is_due_or_not = claim.attempt == 1 and claim.state is not ClaimState.OBJECTED
    if is_due_or_not and known.standing is not None:
        reason = _not_due(claim, known.standing)
        if reason:
            return reason
    if claim.has_account and known.account is None:
        return Reason.ACCOUNT_MISSING
    return ""


def checked(claim: Claim, known: Known) -> Change:
    """Where the claim goes now, by itself."""
    change = Change.of(claim)
    reason = refusal_without_bank(claim, known) or _wrong_holder(claim, known)
    change = change.with_fields(holder=reason or _holder(claim, known))
    if claim.state is ClaimState.OBJECTED:
        # Persons decide it; they are told what the bank says.
        return change.noted("account_checked", check_after=None, tries=0)
    if reason:
        return sent_back(change, reason)
    waits = ",".join(_waits(claim, known))
    change = change.to(ClaimState.CHECKED, waits_for=waits, check_after=None, tries=0)
    if waits:
        return change
    if known.standing is None:
        raise AssertionError("a line that is not served waits for persons")
    if claim.attempt > 1:
        return scheduled_again(change, known.standing)
    return approved(change, known.standing.of(claim.measure).amount or 0, known.standing)


def _not_due(claim: Claim, standing: LineStanding) -> str:
    from makegood.decisions import Disposition, Way

    decision = _decision(claim, standing)
    if decision is None:
        return Reason.NOT_IN_SCOPE
    match decision.disposition:
        case Disposition.EXCLUDED:
            return f"excluded:{decision.meaning.reason}"
        case Disposition.NOT_IN_SCOPE:
            return Reason.NOT_IN_SCOPE
        case Disposition.GRANTED:
            if is_money(standing, claim) and not decision.amount:
                return Reason.NO_AMOUNT
            with_document = decision.meaning.way is Way.WITH_DOCUMENT
            return Reason.DOCUMENT_MISSING if with_document and not claim.document else ""
    return ""


def _decision(claim: Claim, standing: LineStanding) -> LineDecision | None:
    """What is decided now; None where the programme has no such measure any more."""
    try:
        return standing.of(claim.measure)
    except KeyError:
        return None


def _wrong_holder(claim: Claim, known: Known) -> str:
    """Why the account is not taken; empty where it is, or where persons decide."""
    if not claim.has_account or known.answer is None or known.account is None:
        return ""
    if not known.answer.found:
        return Reason.ACCOUNT_NOT_FOUND
    if known.person is None or is_same_name(known.answer.name, known.person.name):
        return ""
    if not is_same_name(known.answer.name, known.account.holder):
        return Reason.HOLDER_DIFFERS
    if known.standing is None:
        # Whether its holder may name another is not known: the document is looked at.
        return "" if claim.account_document else Reason.HOLDER_DIFFERS
    if not takes_other_name(known.standing, claim.measure):
        return Reason.HOLDER_DIFFERS
    return "" if claim.account_document else Reason.DOCUMENT_MISSING


def _holder(claim: Claim, known: Known) -> str:
    """What the bank's answer about an account that is not refused comes to; empty without one."""
    if not claim.has_account or known.answer is None:
        return ""
    if known.person is None:
        return Waits.HOLDER_UNKNOWN
    same = is_same_name(known.answer.name, known.person.name)
    return SAME_NAME if same else Waits.OTHER_NAME


def _waits(claim: Claim, known: Known) -> list[Waits]:
    """For whose decision it waits: every reason, the one that weighs most first."""
    from makegood.decisions import Disposition, Way

    found = list[Waits]()
    decision = _decision(claim, known.standing) if known.standing else None
    if decision is None:
        found.append(Waits.UNDETERMINED)
    elif claim.attempt == 1:
        if claim.is_late or decision.meaning.way is Way.WITH_DOCUMENT:
            found.append(Waits.LATE)
        if decision.disposition is Disposition.UNDETERMINED:
            found.append(Waits.UNDETERMINED)
    holder = _holder(claim, known)
    return [*found, Waits(holder)] if holder in TAKEN - {SAME_NAME} else found
