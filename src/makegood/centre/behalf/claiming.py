"""A person's application: its receipt number, where it stands, and what can be done about it.

Every form names how often the claim had changed when it was shown: what is sent twice is done once.
"""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from makegood.centre.behalf.applying import fit_of, takes_others
from makegood.centre.behalf.asking import (
    Acting,
    AskedClaim,
    claim_asked,
    on_behalf,
    page,
    sent_in,
)
from makegood.centre.behalf.forms import CorrectForm, ObjectForm, StepForm
from makegood.centre.behalf.words import fit_error, told_of
from makegood.dues import CardAct
from makegood.kernel import MakegoodError
from makegood.redress.claims import (
    Application,
    Claim,
    claim_of,
    correct_account,
    object_to,
    withdraw,
)

# Two acts on one claim at once: the second looks again at what the first has made of it.
_ALONE = "SELECT pg_advisory_xact_lock(hashtext('makegood.centre.claim'), hashtext(%s))"


@require_safe
@on_behalf
def claim(request: HttpRequest, acting: Acting, receipt: str) -> HttpResponse:
    """The receipt number, to be read aloud, where it stands, and what can be done."""
    asked = claim_asked(acting, receipt)
    return page(request, "claim", asked, may={act.value for act in asked.standing.acts})


@sensitive_post_parameters("account_number", "account_holder")
@require_http_methods(["GET", "HEAD", "POST"])
@on_behalf
def correct(request: HttpRequest, acting: Acting, receipt: str) -> HttpResponse:
    """Another account: after a payment came back, or the account was refused."""
    asked = claim_asked(acting, receipt)
    if CardAct.CORRECT_ACCOUNT not in asked.standing.acts:
        return _gone_on(request, asked)
    form = CorrectForm(sent_in(request), initial={"changes": asked.claim.changes})
    if request.method == "POST" and form.is_valid() and _fits(request, asked, form):
        given = form.cleaned_data
        done = _once(
            form,
            asked,
            lambda: correct_account(
                acting.visitor,
                asked.claim.receipt_number,
                given["bank_code"],
                given["account_number"],
                given["account_holder"],
                document=given["document"],
                account_document=given["account_document"],
                purpose=acting.task.purpose,
                case=acting.task.case,
            ),
        )
        if done is not None:
            told = _("The new account was taken in, and is checked.")
            return _after(request, asked, told, is_done=done)
    claimed = asked.claim
    others = takes_others(claimed.programme, claimed.line_id, claimed.measure)
    return page(request, "correct", asked, form=form, takes_others=others)


@require_http_methods(["GET", "HEAD", "POST"])
@on_behalf
def take_back(request: HttpRequest, acting: Acting, receipt: str) -> HttpResponse:
    """The application is taken back; another one may be made afterwards."""
    asked = claim_asked(acting, receipt)
    if CardAct.WITHDRAW not in asked.standing.acts:
        return _gone_on(request, asked)
    form = StepForm(sent_in(request), initial={"changes": asked.claim.changes})
    if request.method == "POST" and form.is_valid():
        task = acting.task
        done = _once(
            form,
            asked,
            lambda: withdraw(
                acting.visitor, asked.claim.receipt_number, purpose=task.purpose, case=task.case
            ),
        )
        if done is not None:
            return _after(request, asked, _("The application was taken back."), is_done=done)
    return page(request, "withdraw", asked, form=form)


@sensitive_post_parameters("words")
@require_http_methods(["GET", "HEAD", "POST"])
@on_behalf
def object_against(request: HttpRequest, acting: Acting, receipt: str) -> HttpResponse:
    """An objection to a refusal: persons decide it."""
    asked = claim_asked(acting, receipt)
    if CardAct.OBJECT not in asked.standing.acts:
        return _gone_on(request, asked)
    form = ObjectForm(sent_in(request), initial={"changes": asked.claim.changes})
    if request.method == "POST" and form.is_valid():
        task, words = acting.task, form.cleaned_data["words"]
        done = _once(
            form,
            asked,
            lambda: object_to(
                acting.visitor,
                asked.claim.receipt_number,
                words,
                purpose=task.purpose,
                case=task.case,
            ),
        )
        if done is not None:
            told = _("The objection was taken in. Two persons look at it again.")
            return _after(request, asked, told, is_done=done)
    return page(request, "object", asked, form=form)


def _fits(request: HttpRequest, asked: AskedClaim, form: CorrectForm) -> bool:
    """Whether nothing speaks against the account; what does, the form tells."""
    given, claimed = form.cleaned_data, asked.claim
    application = Application(
        programme=claimed.programme,
        measure=claimed.measure,
        line_id=claimed.line_id,
        through=asked.acting.through,
        bank_code=given["bank_code"],
        account_number=given["account_number"],
        account_holder=given["account_holder"],
    )
    wrong = fit_error(
        fit_of(request, asked.acting, application),
        takes_other_name=takes_others(claimed.programme, claimed.line_id, claimed.measure),
        has_proof=bool(given["account_document"]),
    )
    if wrong is not None:
        form.add_error(*wrong)
    return wrong is None


def _once(form: StepForm, asked: AskedClaim, act: Callable[[], Claim]) -> bool | None:
    """Do it, where the claim stands as it was shown: True; False where it went on since.

    None where it is refused with words, which the form then has.
    """
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(_ALONE, [asked.claim.receipt_number])
            if claim_of(asked.claim.receipt_number).changes != form.cleaned_data["changes"]:
                return False
            act()
    except MakegoodError as error:
        told = told_of(error)
        if told is None:
            raise
        form.add_error(None, told)
        return None
    return True


def _after(request: HttpRequest, asked: AskedClaim, told: str, *, is_done: bool) -> HttpResponse:
    if not is_done:
        return _gone_on(request, asked)
    messages.success(request, told)
    return redirect("centre:for_claim", asked.claim.receipt_number)


def _gone_on(request: HttpRequest, asked: AskedClaim) -> HttpResponse:
    messages.info(request, _("This is how the application stands now."))
    return redirect("centre:for_claim", asked.claim.receipt_number)
