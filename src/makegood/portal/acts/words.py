"""Findings of the rooms below in a customer's words; and what a customer agrees to."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.utils.translation import gettext as _

from makegood.dues import Card
from makegood.kernel import MakegoodError
from makegood.redress.claims import AccountFit, OutsideWindow

_TOLD: Mapping[str, Callable[[], str]] = {
    "MG680": lambda: _("This file is of another kind. Hand in a PDF, JPEG, PNG or HEIC."),
    "MG682": lambda: _("The document is not there any more. Hand it in again."),
    "MG683": lambda: _("The file was found to be harmful. Make a new copy of the document."),
    "MG684": lambda: _("Files cannot be taken in at the moment. Try again in some minutes."),
    "MG729": lambda: _("Check the account: its number or name cannot be so."),
    "MG837": lambda: _("There is nothing of this name to choose."),
    "MG838": lambda: _("This is not possible now. The card says from when until when it is."),
    "MG841": lambda: _("For this line there is nothing to apply for here."),
    "MG843": lambda: _("This is not applied for on these pages. Call the support centre."),
    "MG844": lambda: _("Something is missing from the application. Go through it again."),
    "MG845": lambda: _("Meanwhile the application has gone on: this is not possible any more."),
    "MG852": lambda: _("The document is not there any more. Hand it in again."),
    "MG853": lambda: _("No account is needed for this."),
}
_NO_CODE = frozenset({"MG808"})


def told_of(error: MakegoodError, size_megabytes: int = 0) -> str | None:
    """A finding in a customer's words; None where the page of refusals tells it."""
    from makegood.portal.frame import language

    if isinstance(error, OutsideWindow):
        return error.texts.get(language()) or next(iter(error.texts.values()))
    code = error.findings[0].code
    if code == "MG681":
        return too_large(size_megabytes)
    if code in _NO_CODE:
        return _("All codes are taken at the moment. New ones come; try again tomorrow.")
    told = _TOLD.get(code)
    return told() if told else None


def too_large(size_megabytes: int) -> str:
    """What is said of a file that is empty or too large."""
    said = _("The file is empty or larger than %(size)s MB. Make it smaller, or take a new photo.")
    return said % {"size": size_megabytes}


def fit_error(fit: AccountFit, *, takes_other_name: bool) -> tuple[str, str] | None:
    """The field and the words of an account that does not fit; None where one goes on."""
    if fit is AccountFit.NOT_FOUND:
        return "account_number", _("The bank knows no such account. Check bank and number.")
    if fit is not AccountFit.DIFFERS:
        return None
    if takes_other_name:
        return "account_holder", _("The account is not in this name. Enter whose account it is.")
    return (
        "account_holder",
        _(
            "The bank has another name for this account. Enter an account of the subscriber's own,"
            " and the name as the bank has it."
        ),
    )


def consent_words(card: Card, operator: str, *, has_account: bool) -> str:
    """What a customer agrees to with an application. The log keeps these words as they stand."""
    if has_account:
        said = _(
            "I apply for %(title)s and agree that %(operator)s uses my name, date of birth and"
            " account to ask the bank whose account it is and to pay what is due."
        )
    elif card.kind == "cover":
        said = _(
            "I apply for %(title)s and agree that %(operator)s gives the insurer the data that"
            " the enrolment needs."
        )
    else:
        said = _("I apply for %(title)s and agree that %(operator)s uses my data to carry it out.")
    return said % {"title": card.title, "operator": operator}
