"""Findings of the rooms below in a customer's words; and what a customer agrees to."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.utils.translation import gettext as _

from makegood.acts import Misfit
from makegood.dues import Card
from makegood.kernel import MakegoodError
from makegood.redress.claims import OutsideWindow

_TOLD: Mapping[str, Callable[[], str]] = {
    "MG682": lambda: _("The document is not there any more. Hand it in again."),
    "MG729": lambda: _("Check the account: its number or name cannot be so."),
    "MG837": lambda: _("There is nothing of this name to choose."),
    "MG838": lambda: _("This is not possible now. The card says from when until when it is."),
    "MG841": lambda: _("For this line there is nothing to apply for here."),
    "MG843": lambda: _("This is not applied for on these pages. Call the support centre."),
    "MG844": lambda: _("Something is missing from the application. Go through it again."),
    "MG845": lambda: _("Meanwhile the application has gone on: this is not possible any more."),
    "MG852": lambda: _("The document is not there any more. Hand it in again."),
    "MG853": lambda: _("No account is needed for this."),
    "MG856": lambda: _("This was applied for before the line was yours. It is given once."),
}
_NO_CODE = frozenset({"MG808"})


def told_of(error: MakegoodError) -> str | None:
    """A finding in a customer's words; None where the page of refusals tells it."""
    from makegood.portal.frame import language

    if isinstance(error, OutsideWindow):
        return error.texts.get(language()) or next(iter(error.texts.values()))
    code = error.findings[0].code
    if code in _NO_CODE:
        return _("All codes are taken at the moment. New ones come; try again tomorrow.")
    told = _TOLD.get(code)
    return told() if told else None


def misfit_told(misfit: Misfit) -> str:
    """What speaks against an account, in a customer's words."""
    match misfit:
        case Misfit.NOT_FOUND:
            return _("The bank knows no such account. Check bank and number.")
        case Misfit.NOT_AS_NAMED:
            return _("The account is not in this name. Enter whose account it is.")
        case Misfit.WITHOUT_PROOF:
            return _("The account is in another name. Hand in the document about it first.")
    return _(
        "The bank has another name for this account. Enter an account of the subscriber's own,"
        " and the name as the bank has it."
    )


def consent_words(card: Card, operator: str, *, has_account: bool) -> str:
    """What a customer agrees to with an application. The log keeps these words as they stand."""
    if has_account:
        said = _(
            "I apply for “%(title)s” and agree that %(operator)s uses my name, date of birth and"
            " account to ask the bank whose account it is and to pay what is due."
        )
    elif card.kind == "cover":
        said = _(
            "I apply for “%(title)s” and agree that %(operator)s gives the insurer the data that"
            " the enrolment needs."
        )
    else:
        said = _(
            "I apply for “%(title)s” and agree that %(operator)s uses my data to carry it out."
        )
    return said % {"title": card.title, "operator": operator}
