"""Whether an account fits, as a page asks before it is sent; and what speaks against it."""

from __future__ import annotations

from enum import StrEnum

from django.conf import settings

from makegood.acts.acting import Acting
from makegood.configuration import Settings
from makegood.redress.claims import AccountFit, Application, Claim, check_account

_BANK_SECONDS = 2.0
CHECKS_MAX = 20
"""How often the bank is asked in one session of a customer: nobody tries out others' accounts."""


class Misfit(StrEnum):
    """What speaks against an account. Closed: there are no others."""

    NOT_FOUND = "not_found"
    """The bank knows no such account."""
    NOT_OWN = "not_own"
    """It is not in the customer's name, and no other is taken."""
    NOT_AS_NAMED = "not_as_named"
    """It is in neither the customer's name nor the one that was given."""
    WITHOUT_PROOF = "without_proof"
    """It is somebody else's, and no document says why."""

    @property
    def field(self) -> str:
        """The field of the form beside which it is told."""
        match self:
            case Misfit.NOT_FOUND:
                return "account_number"
            case Misfit.WITHOUT_PROOF:
                return "account_document"
        return "account_holder"


def account_fit(acting: Acting, application: Application, claim: Claim | None = None) -> AccountFit:
    """What the bank says while somebody waits for the page: two seconds a try.

    ``claim`` is the one that it is another account of. Raises as ``check_account``.
    """
    installed: Settings = settings.INSTALLATION
    seconds = min(_BANK_SECONDS, installed.bank_wait_seconds)
    return check_account(
        acting.visitor,
        application,
        settings=installed.model_copy(update={"bank_wait_seconds": seconds}),
        claim=claim,
        purpose=acting.purpose,
        case=acting.case,
    )


def misfit_of(fit: AccountFit, *, takes_other_name: bool, has_proof: bool) -> Misfit | None:
    """What speaks against it; None where one goes on.

    ``has_proof``: there is a document about the account, none is needed, or it is asked for later.
    """
    match fit:
        case AccountFit.NOT_FOUND:
            return Misfit.NOT_FOUND
        case AccountFit.DIFFERS:
            return Misfit.NOT_AS_NAMED if takes_other_name else Misfit.NOT_OWN
        case AccountFit.OTHER_NAME if not has_proof:
            return Misfit.WITHOUT_PROOF
    return None
