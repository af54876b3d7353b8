"""Findings as an agent is told them, and what is read aloud before an application."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from makegood.centre.behalf.asking import AskedCard
from makegood.centre.casework.speaking import language
from makegood.dues import Card
from makegood.kernel import MakegoodError
from makegood.redress.claims import AccountFit, OutsideWindow

_TOLD: dict[str, Promise] = {
    "MG682": gettext_lazy("There is no such document of this customer's. Check its number."),
    "MG729": gettext_lazy("Such an account cannot be. Ask for number and name again."),
    "MG773": gettext_lazy("Say why in a sentence, without anybody's data."),
    "MG837": gettext_lazy("There is nothing of this name to choose."),
    "MG838": gettext_lazy("This is not possible now. The card says from when until when it is."),
    "MG841": gettext_lazy("For this line there is nothing to apply for."),
    "MG843": gettext_lazy("This is not applied for here. The card says where."),
    "MG844": gettext_lazy("Something is missing from the application. Go through it again."),
    "MG845": gettext_lazy("Meanwhile the application has gone on: this is not possible any more."),
    "MG852": gettext_lazy("There is no such document of this customer's. Check its number."),
}


def told_of(error: MakegoodError) -> str | None:
    """A finding in the page's language; None where the page of findings tells it."""
    if isinstance(error, OutsideWindow):
        return error.texts.get(language()) or next(iter(error.texts.values()))
    told = _TOLD.get(error.findings[0].code)
    return str(told) if told else None


def fit_error(
    fit: AccountFit, *, takes_other_name: bool, has_proof: bool
) -> tuple[str, str] | None:
    """The field and the words of an account that does not fit; None where one goes on."""
    match fit:
        case AccountFit.NOT_FOUND:
            said = _("The bank knows no such account. Ask for bank and number again.")
            return "account_number", said
        case AccountFit.DIFFERS if takes_other_name:
            said = _("The account is not in this name. Ask whose account it is.")
            return "account_holder", said
        case AccountFit.DIFFERS:
            said = _("The account is not in the customer's name. Ask for an account of their own.")
            return "account_holder", said
        case AccountFit.OTHER_NAME if not has_proof:
            said = _("The account is somebody else's. Name the document that says why.")
            return "account_document", said
    return None


def consent_words(asked: AskedCard, operator: str, *, has_account: bool) -> str:
    """What the customer agrees to, to be read aloud. The log keeps these words as they stand."""
    card: Card = asked.card
    if has_account:
        said = _(
            "You apply for %(title)s and agree that %(operator)s uses your name, date of birth and"
            " account to ask the bank whose account it is and to pay what is due."
        )
    elif card.kind == "cover":
        said = _(
            "You apply for %(title)s and agree that %(operator)s gives the insurer the data that"
            " the enrolment needs."
        )
    else:
        said = _("You apply for %(title)s and agree that %(operator)s uses your data for it.")
    return said % {"title": card.title, "operator": operator}
