"""Findings as an agent is told them, and what is read aloud before an application."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from makegood.acts import AskedCard, Misfit
from makegood.centre.casework.speaking import language
from makegood.dues import Card
from makegood.kernel import MakegoodError
from makegood.redress.claims import OutsideWindow

_TOLD: dict[str, Promise] = {
    "MG682": gettext_lazy("There is no such document of this customer's. Check its number."),
    "MG729": gettext_lazy("Such an account cannot be. Ask for number and name again."),
    "MG773": gettext_lazy("Say why in a sentence, without anybody's data."),
    "MG808": gettext_lazy("No code is left at the moment. New ones come: try again tomorrow."),
    "MG837": gettext_lazy("There is nothing of this name to choose."),
    "MG838": gettext_lazy("This cannot be done now. The card says from when until when it can."),
    "MG841": gettext_lazy("For this line there is nothing to apply for."),
    "MG843": gettext_lazy("This is not applied for here. The card says where."),
    "MG844": gettext_lazy("Something is missing from the application. Go through it again."),
    "MG845": gettext_lazy("Meanwhile the application has gone on: this is not possible any more."),
    "MG852": gettext_lazy("There is no such document of this customer's. Check its number."),
    "MG856": gettext_lazy(
        "This was applied for before the line was this customer's. It is given once."
    ),
}


def told_of(error: MakegoodError) -> str | None:
    """A finding in the page's language; None where the page of findings tells it."""
    if isinstance(error, OutsideWindow):
        return error.texts.get(language()) or next(iter(error.texts.values()))
    told = _TOLD.get(error.findings[0].code)
    return str(told) if told else None


def misfit_told(misfit: Misfit) -> str:
    """What speaks against an account, as an agent is told."""
    match misfit:
        case Misfit.NOT_FOUND:
            return _("The bank knows no such account. Ask for bank and number again.")
        case Misfit.NOT_AS_NAMED:
            return _("The account is not in this name. Ask whose account it is.")
        case Misfit.NOT_OWN:
            return _("The account is not in the customer's name. Ask for an account of their own.")
    return _("The account is somebody else's. Name the document that says why.")


def consent_words(asked: AskedCard, operator: str, *, has_account: bool) -> str:
    """What the customer agrees to, to be read aloud. The log keeps these words as they stand."""
    card: Card = asked.card
    if has_account:
        said = _(
            "You apply for “%(title)s” and agree that %(operator)s uses your name, date of birth"
            " and account to ask the bank whose account it is and to pay what is due."
        )
    elif card.kind == "cover":
        said = _(
            "You apply for “%(title)s” and agree that %(operator)s gives the insurer the data that"
            " the enrolment needs."
        )
    else:
        said = _("You apply for “%(title)s” and agree that %(operator)s uses your data for it.")
    return said % {"title": card.title, "operator": operator}
