"""A person's application: its receipt number, where it stands, and what can be done about it.

Every form names how often the claim had changed when it was shown: what is sent twice is done once.
"""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from makegood.acts import (
    Acting,
    AskedClaim,
    StepForm,
    application_of,
    corrected,
    objected,
    other_name_of,
    sent_in,
    taken_back,
)
from makegood.centre.behalf.applying import misfit
from makegood.centre.behalf.asking import claim_asked, on_behalf, page
from makegood.centre.behalf.forms import CorrectForm, ObjectForm
from makegood.centre.behalf.kept import drop, handed_in
from makegood.centre.behalf.words import misfit_told, told_of
from makegood.centre.casework.speaking import language
from makegood.dues import CardAct


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
    known = handed_in(request, asked)
    form = CorrectForm(sent_in(request), initial={"changes": asked.claim.changes, **known})
    if request.method == "POST" and form.is_valid() and _fits(request, asked, form):
        given = form.cleaned_data
        done = corrected(
            asked,
            form,
            told_of,
            document=given["document"],
            account_document=given["account_document"],
        )
        if done is not None:
            drop(request, asked)
            told = _("The new account was taken in, and is checked.")
            return _after(request, asked, told, is_done=done)
    others = other_name_of(asked)
    context = {
        "form": form,
        "takes_others": others.is_taken,
        "account_wanted": others.document(language()),
        "known": known,
    }
    return page(request, "correct", asked, **context)


@require_http_methods(["GET", "HEAD", "POST"])
@on_behalf
def take_back(request: HttpRequest, acting: Acting, receipt: str) -> HttpResponse:
    """The application is taken back, told whether another one may be made afterwards."""
    asked = claim_asked(acting, receipt)
    if CardAct.WITHDRAW not in asked.standing.acts:
        return _gone_on(request, asked)
    form = StepForm(sent_in(request), initial={"changes": asked.claim.changes})
    if request.method == "POST" and form.is_valid():
        done = taken_back(asked, form, told_of)
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
        done = objected(asked, form, told_of)
        if done is not None:
            told = _("The objection was taken in. Two persons look at it again.")
            return _after(request, asked, told, is_done=done)
    return page(request, "object", asked, form=form)


def _fits(request: HttpRequest, asked: AskedClaim, form: CorrectForm) -> bool:
    """Whether nothing speaks against the account; what does, the form tells."""
    wrong = misfit(request, asked, application_of(asked, form.cleaned_data))
    if wrong is not None:
        form.add_error(wrong.field, misfit_told(wrong))
    return wrong is None


def _after(request: HttpRequest, asked: AskedClaim, told: str, *, is_done: bool) -> HttpResponse:
    if not is_done:
        return _gone_on(request, asked)
    messages.success(request, told)
    return redirect("centre:for_claim", asked.claim.receipt_number)


def _gone_on(request: HttpRequest, asked: AskedClaim) -> HttpResponse:
    messages.info(request, _("This is how the application stands now."))
    return redirect("centre:for_claim", asked.claim.receipt_number)
