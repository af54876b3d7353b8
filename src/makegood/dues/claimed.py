"""An application in the customer's words: where it stands, when it is paid, or why not."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from makegood.dues.telling import Telling
from makegood.dues.values import CardAct, ClaimStanding, Status, Tone
from makegood.programmes import phrase
from makegood.redress.claims import (
    ACCOUNT_REASONS,
    LINE_MISSING,
    TRANSITIONS,
    Claim,
    ClaimState,
    Reason,
    Waits,
    state_word,
)

_TONES = {
    ClaimState.SUBMITTED: Tone.OPEN,
    ClaimState.CHECKED: Tone.OPEN,
    ClaimState.APPROVED: Tone.GOOD,
    ClaimState.REFUSED: Tone.WARN,
    ClaimState.OBJECTED: Tone.OPEN,
    ClaimState.SCHEDULED: Tone.GOOD,
    ClaimState.PAYING: Tone.OPEN,
    ClaimState.PAID: Tone.GOOD,
    ClaimState.RETURNED: Tone.WARN,
    ClaimState.MENDED: Tone.OPEN,
    ClaimState.WITHDRAWN: Tone.PLAIN,
}
_ACCOUNT_OPEN = frozenset(
    {
        *(ClaimState.SUBMITTED, ClaimState.CHECKED, ClaimState.OBJECTED),
        *(ClaimState.MENDED, ClaimState.RETURNED),
    }
)
_NO_REASON = "MS03"
"""ISO 20022: the reason is not told."""

_ENDED = frozenset({ClaimState.PAID, ClaimState.REFUSED, ClaimState.WITHDRAWN})


def claim_standing(claim: Claim, telling: Telling) -> ClaimStanding:
    """Where a claim stands, as its customer is told. In the language that is in force."""
    money = is_money(claim, telling)
    has_amount = money and claim.amount > 0 and claim.state is not ClaimState.WITHDRAWN
    return ClaimStanding(
        receipt_number=claim.receipt_number,
        state=claim.state,
        status=_status(claim, telling, money=money),
        submitted_text=telling.instant_text(claim.submitted_at),
        sentences=tuple(_sentences(claim, telling, money=money)),
        amount_text=telling.money(claim.amount) if has_amount else "",
        pay_on_text=_day_of_payment(claim, telling),
        reason=reason_words(claim, telling),
        is_money=money,
        is_late=claim.is_late,
        is_over=claim.state in _ENDED,
        acts=frozenset(_acts(claim)),
    )


def _status(claim: Claim, telling: Telling, *, money: bool) -> Status:
    """In one word: what persons still look at is not called checked."""
    if claim.state is ClaimState.CHECKED and claim.waits_for:
        return Status(_("being looked at"), Tone.OPEN)
    return Status(state_word(claim.state, telling.language, is_money=money), _TONES[claim.state])


def _day_of_payment(claim: Claim, telling: Telling) -> str:
    """Empty where none is set, where it is held, and where what came back is checked again."""
    if claim.pay_on is None or claim.state is ClaimState.MENDED or _is_held(claim):
        return ""
    return telling.day(claim.pay_on)


def is_money(claim: Claim, telling: Telling) -> bool:
    """Whether what the claim is for is paid; its account says so where the measure is no more."""
    measure = telling.programme.measures.get(claim.measure)
    return claim.has_account if measure is None else measure.amount is not None


def _acts(claim: Claim) -> Iterator[CardAct]:
    if ClaimState.WITHDRAWN in TRANSITIONS[claim.state] and claim.attempt == 1:
        yield CardAct.WITHDRAW
    if claim.state is ClaimState.REFUSED:
        yield CardAct.OBJECT
    if not claim.has_account or claim.is_contradictory:
        return
    refused = claim.state is ClaimState.REFUSED and claim.reason in ACCOUNT_REASONS
    if claim.state in _ACCOUNT_OPEN or refused:
        yield CardAct.CORRECT_ACCOUNT


def _sentences(claim: Claim, telling: Telling, *, money: bool) -> Iterator[str]:
    day = telling.day(claim.pay_on) if claim.pay_on else ""
    match claim.state:
        case ClaimState.SUBMITTED:
            yield _("We have received your application and are checking it.")
        case ClaimState.CHECKED if claim.waits_for:
            yield _("A member of our staff is looking at your application.")
            yield from _waits(claim)
        case ClaimState.CHECKED | ClaimState.APPROVED:
            yield _("Your application was checked. Its day is set next.")
        case ClaimState.SCHEDULED if _is_held(claim):
            yield _held(money=money)
        case ClaimState.SCHEDULED:
            yield _scheduled(day, money=money)
        case ClaimState.PAYING:
            yield _("It is on its way. We are waiting for the answer that it has arrived.")
        case ClaimState.PAID:
            yield _paid(claim, telling, money=money)
        case ClaimState.RETURNED if claim.is_contradictory and not money:
            yield _("It is not clear yet whether it has taken effect. We are finding out.")
        case ClaimState.RETURNED if claim.is_contradictory:
            yield _("It is not clear yet whether it has arrived. We are finding out.")
        case ClaimState.RETURNED:
            yield _("It has come back to us.") if money else _("It could not be carried out.")
            yield reason_words(claim, telling)
        case ClaimState.REFUSED:
            yield _("Your application was refused.")
            yield reason_words(claim, telling)
        case ClaimState.OBJECTED:
            yield _("You objected to the refusal. Two members of our staff decide about it.")
        case ClaimState.MENDED:
            yield _("You put the account right. It is being checked again.")
        case ClaimState.WITHDRAWN:
            yield _("You took your application back.")


def _is_held(claim: Claim) -> bool:
    """Whether it was left out of a pay-out because the facts lack its line."""
    return claim.state is ClaimState.SCHEDULED and claim.reason == LINE_MISSING


def _held(*, money: bool) -> str:
    if money:
        return _("The facts that we have lack this line. We find out why, and pay then.")
    return _("The facts that we have lack this line. We find out why, and carry it out then.")


def _scheduled(day: str, *, money: bool) -> str:
    if money:
        return _("It will be paid on %(day)s.") % {"day": day}
    return _("It takes effect on %(day)s.") % {"day": day}


def _paid(claim: Claim, telling: Telling, *, money: bool) -> str:
    if not money:
        return _("It has taken effect.")
    if claim.pay_on is None:
        return _("It has been paid.")
    return _("It was paid on %(day)s.") % {"day": telling.day(claim.pay_on)}


def _waits(claim: Claim) -> Iterator[str]:
    said = {
        Waits.LATE: _("It was made with a document, which is looked at."),
        Waits.UNDETERMINED: _("Facts about your line are still to be found out."),
        Waits.OTHER_NAME: _("The account is in another name, so its document is looked at."),
        Waits.HOLDER_UNKNOWN: _("We compare the account holder with the subscriber."),
    }
    for word in claim.waits_for.split(","):
        if word:
            yield said[Waits(word)]


def reason_words(claim: Claim, telling: Telling) -> str:
    """Why a claim was refused or came back, in one sentence; empty where neither is so."""
    if claim.state not in (ClaimState.REFUSED, ClaimState.RETURNED) or claim.is_contradictory:
        return ""
    if claim.reason.startswith("excluded:"):
        return _excluded(claim, telling)
    return _refused(claim, telling)


def _excluded(claim: Claim, telling: Telling) -> str:
    measure = telling.programme.measures.get(claim.measure)
    name = claim.reason.removeprefix("excluded:")
    for exclusion in measure.exclusions if measure else ():
        if exclusion.name == name:
            because = exclusion.because[telling.language].rstrip(".。")
            return phrase(telling.language, "decision.excluded", because=because)
    return phrase(telling.language, "decision.not_in_scope")


def _refused(claim: Claim, telling: Telling) -> str:
    match claim.reason:
        case Reason.NOT_IN_SCOPE:
            return phrase(telling.language, "decision.not_in_scope")
        case Reason.NO_AMOUNT:
            return _("There is nothing to pay: the amount is 0.")
        case Reason.HOLDER_DIFFERS:
            return _("The account is not in the subscriber's name.")
        case Reason.ACCOUNT_NOT_FOUND:
            return _("The bank knows no such account.")
        case Reason.ACCOUNT_MISSING:
            return _("No account was named.")
        case Reason.DOCUMENT_MISSING:
            document = missing_document(claim, telling)
            if not document:
                return _("A document is missing.")
            return _("This document is missing: %(document)s.") % {"document": document}
        case Reason.BY_A_PERSON:
            return _("A member of our staff decided so after looking at your application.")
        case "contradictory" | "resolved" if is_money(claim, telling):
            return _("We found out that it has not arrived.")
        case "contradictory" | "resolved":
            return _("We found out that it has not taken effect.")
    return returned_words(claim.reason)


def missing_document(claim: Claim, telling: Telling) -> str:
    """Which document a claim lacks: its own, or that of an account in another name."""
    own = own_document(claim, telling)
    if own and not claim.document:
        return own
    measure, language = telling.programme.measures.get(claim.measure), telling.language
    refund = measure.section.refund if measure else None
    account = refund.account if refund else None
    return account.document[language] if account and account.document else ""


def own_document(claim: Claim, telling: Telling) -> str:
    """Which document such an application takes, handed in or not; empty where none."""
    measure = telling.programme.measures.get(claim.measure)
    if measure is None:
        return ""
    section, language = measure.section, telling.language
    if claim.is_late and section.late:
        return section.late.document[language]
    if section.claim and section.claim.document:
        return section.claim.document[language]
    return ""


def returned_words(code: str) -> str:
    """Why the other side did not take something. Codes are those of ISO 20022."""
    said = {
        "AC01": _("The account's number is wrong."),
        "AC03": _("The account's number is wrong."),
        "AC04": _("The account has been closed."),
        "AC06": _("The account is blocked."),
        "AC07": _("The account has been closed."),
        "AC13": _("This kind of account takes no payments."),
        "AC14": _("This kind of account takes no payments."),
        "AG01": _("This kind of account takes no payments."),
        "BE01": _("The account's holder is another one than was named."),
        "BE04": _("Something is missing of what the bank wants to know of the holder."),
        "BE05": _("The account's holder is another one than was named."),
        "MD07": _("The account's holder is no longer there."),
        "RC01": _("The bank is not known."),
    }
    if code in said:
        return said[code]
    if code in ("", _NO_REASON):
        return _("The other side gave no reason.")
    return _("The other side gave this reason: %(code)s.") % {"code": code}
