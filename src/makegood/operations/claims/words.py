"""What the pages call channels, states and reasons of claims."""

from __future__ import annotations

from django.utils.translation import gettext as _

from makegood.operations.chosen import Chosen
from makegood.operations.frame import language
from makegood.operations.returned import returned_words
from makegood.programmes import Programme
from makegood.redress.claims import Claim, ClaimState, Reason, Waits, state_word


def channel_words(through: str) -> str:
    """A channel of applications, for people."""
    return {
        "web": _("Web"),
        "call_centre": _("Call centre"),
        "shop": _("Shop"),
    }.get(through, through)


def state_words(state: str, *, pays: bool = True) -> str:
    """A state of a claim, for people; of what is no money, nothing is paid."""
    return state_word(ClaimState(state), language(), is_money=pays)


def waits_words(waits_for: str, state: str = "") -> str:
    """Why persons decide a claim, all reasons."""
    known = {
        Waits.LATE: _("came with a document"),
        Waits.UNDETERMINED: _("facts are missing"),
        Waits.OTHER_NAME: _("the account is in another name"),
        Waits.HOLDER_UNKNOWN: _("the vault does not know the customer"),
        "objected": _("the customer objects to the refusal"),
    }
    found = [known.get(word, word) for word in waits_for.split(",") if word]
    if state == ClaimState.OBJECTED:
        found.insert(0, known["objected"])
    return ", ".join(found)


def reason_words(reason: str, found: Chosen | None = None, measure: str = "") -> str:
    """Why a claim was refused or came back; a channel's own code with what it means.

    An exclusion is told by the programme's own words where the programme is handed in.
    """
    if found is not None and reason.startswith("excluded:"):
        return label_words(found, measure, reason)
    return {
        Reason.NOT_IN_SCOPE: _("not for this line"),
        Reason.NO_AMOUNT: _("nothing is due"),
        Reason.HOLDER_DIFFERS: _("the account is another's"),
        Reason.ACCOUNT_NOT_FOUND: _("the bank knows no such account"),
        Reason.ACCOUNT_MISSING: _("no account was given"),
        Reason.DOCUMENT_MISSING: _("the document is missing"),
        Reason.BY_A_PERSON: _("refused by a person"),
        "contradictory": _("said to be paid and to have failed"),
        "resolved": _("found out by a person"),
        "account_checked": _("the account was checked"),
        "account_corrected": _("another account was given"),
        "run_cancelled": _("the run was cancelled"),
        "try_again": _("it is tried again"),
        "line_missing": _("the facts lack the line"),
        "line_back": _("the facts have the line again"),
        "exception": _("a better amount, by two persons"),
    }.get(reason) or returned_words(reason)


def is_money(programme: Programme | None, claim: Claim) -> bool:
    """Whether what a claim is for is paid; its account says so where nobody has the measure."""
    measure = programme.measures.get(claim.measure) if programme else None
    return claim.has_account if measure is None else measure.amount is not None


def label_words(found: Chosen, measure: str, label: str) -> str:
    """A decision's label, such as ``granted:automatic`` or ``excluded:mvno``, for people.

    An exclusion is told by the programme's own words; by its name where the version in force has
    it no more, or not the measure itself.
    """
    kind, _colon, name = label.partition(":")
    if kind == "excluded":
        of = found.programme.measures.get(measure)
        known = of.section.exclusions.get(name) if of else None
        return found.said(known.because) if known else name
    return {
        "granted:automatic": _("granted without applying"),
        "granted:on_application": _("granted on application"),
        "granted:with_document": _("granted with a document"),
        "not_in_scope": _("not for this line"),
        "undetermined": _("facts are missing"),
        "not_served": _("no line any more"),
    }.get(label, label)
