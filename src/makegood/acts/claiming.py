"""What is done about an application that was made: another account, taken back, objected to.

A form names how often the claim had changed when it was shown. Where it changed since, nothing is
done: so an act that is sent twice, by whoever, is done once.
"""

from __future__ import annotations

from collections.abc import Callable

from django.db import connection, transaction

from makegood.acts.asking import AskedClaim
from makegood.acts.doing import Tell, tried
from makegood.acts.forms import AccountForm, ObjectForm, StepForm
from makegood.redress.claims import Claim, claim_of, correct_account, object_to, withdraw

# Two acts on one claim at once: the second looks again at what the first has made of it.
_ALONE = "SELECT pg_advisory_xact_lock(hashtext('makegood.acts.claim'), hashtext(%s))"


class CorrectForm(AccountForm, StepForm):
    """Another account for a claim."""


def corrected(
    asked: AskedClaim,
    form: CorrectForm,
    tell: Tell,
    *,
    document: str = "",
    account_document: str = "",
) -> bool | None:
    """Put another account in place: True; False where the claim went on since it was shown.

    None where it is refused with words, which the form then has. So are the other two.
    """
    acting, given = asked.acting, form.cleaned_data
    return _once(
        asked,
        form,
        tell,
        lambda: correct_account(
            acting.visitor,
            asked.claim.receipt_number,
            given["bank_code"],
            given["account_number"],
            given["account_holder"],
            document=document,
            account_document=account_document,
            purpose=acting.purpose,
            case=acting.case,
        ),
    )


def taken_back(asked: AskedClaim, form: StepForm, tell: Tell) -> bool | None:
    """Take the application back; another one may be made afterwards."""
    acting, number = asked.acting, asked.claim.receipt_number
    return _once(
        asked,
        form,
        tell,
        lambda: withdraw(acting.visitor, number, purpose=acting.purpose, case=acting.case),
    )


def objected(asked: AskedClaim, form: ObjectForm, tell: Tell) -> bool | None:
    """Object to a refusal: persons decide it."""
    acting, number, words = asked.acting, asked.claim.receipt_number, form.cleaned_data["words"]
    return _once(
        asked,
        form,
        tell,
        lambda: object_to(acting.visitor, number, words, purpose=acting.purpose, case=acting.case),
    )


def _once(asked: AskedClaim, form: StepForm, tell: Tell, act: Callable[[], Claim]) -> bool | None:
    def alone() -> bool:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(_ALONE, [asked.claim.receipt_number])
            if claim_of(asked.claim.receipt_number).changes != form.cleaned_data["changes"]:
                return False
            act()
        return True

    return tried(form, tell, alone)
