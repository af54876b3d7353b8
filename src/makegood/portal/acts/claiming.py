"""An application that was made: where it stands, another account, taken back, objected to.

Every form names how often the claim had changed when it was shown. Where it changed since, nothing
is done, and the page shows how it stands now: so an act that is sent twice is done once.
"""

from __future__ import annotations

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from makegood.acts import (
    KINDS_TEXT,
    AskedClaim,
    StepForm,
    corrected,
    file_form,
    megabytes,
    misfit_of,
    objected,
    other_name_of,
    says_what_it_waits_for,
    sent_in,
    taken_back,
    taken_in,
)
from makegood.dues import CardAct
from makegood.portal.acts.applying import fit_of
from makegood.portal.acts.asking import claim_asked
from makegood.portal.acts.expected import expected_payment
from makegood.portal.acts.forms import CorrectForm, ObjectForm
from makegood.portal.acts.words import misfit_told, told_of
from makegood.portal.customer import customer_required
from makegood.portal.frame import language

_PROOFS = "makegood_acts_proofs"


@customer_required
@require_safe
def claim(request: HttpRequest, receipt: str) -> HttpResponse:
    """Where it stands, in words, and what can be done."""
    asked = claim_asked(request, receipt)
    expected = expected_payment(asked.card, asked.standing, asked.claim.line_id)
    return _page(request, "claim", asked, expected=expected)


@customer_required
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, receipt: str) -> HttpResponse:
    """Another account: after a payment came back, or the account was refused."""
    asked = claim_asked(request, receipt)
    if CardAct.CORRECT_ACCOUNT not in asked.standing.acts:
        return _gone_on(request, asked)
    others = other_name_of(asked)
    form = CorrectForm(sent_in(request), initial={"changes": asked.claim.changes})
    proofs = dict(request.session.get(_PROOFS, {}))
    about = {kind: proofs.get(f"{receipt}/{kind}", "") for kind in ("claim", "account")}
    if request.method == "POST" and form.is_valid():
        fit = fit_of(request, asked, form.cleaned_data)
        is_shown = others.is_proven(about["account"])
        wrong = misfit_of(fit, takes_other_name=others.is_taken, has_proof=is_shown)
        if wrong is None:
            done = corrected(
                asked, form, told_of, document=about["claim"], account_document=about["account"]
            )
            if done is not None:
                return _after(request, asked, done, _("We have the new account and check it."))
        else:
            # Its document is handed in on a page of its own.
            beside = wrong.field if wrong.field in form.fields else None
            form.add_error(beside, misfit_told(wrong))
    context = {
        "form": form,
        "document": others.document(language()),
        "proof": about["account"],
        "claim_document": about["claim"],
        "lacks_document": asked.card.document_wanted if not asked.claim.document else "",
    }
    return _page(request, "correct", asked, **context)


@says_what_it_waits_for
@customer_required
@require_http_methods(["GET", "HEAD", "POST"])
def correct_proof(request: HttpRequest, receipt: str, kind: str) -> HttpResponse:
    """A document with another account: why its name is another, or what the claim lacked."""
    asked = claim_asked(request, receipt)
    if CardAct.CORRECT_ACCOUNT not in asked.standing.acts:
        return _gone_on(request, asked)
    wanted = asked.card.document_wanted
    if kind == "account":
        wanted = other_name_of(asked).document(language())
    if not wanted:
        return redirect("portal:correct", receipt)
    form = file_form(request)
    reference = taken_in(form, asked.acting)
    if reference:
        request.session[_PROOFS] = {
            **request.session.get(_PROOFS, {}),
            f"{receipt}/{kind}": reference,
        }
        return redirect("portal:correct", receipt)
    context = {"form": form, "wanted": wanted, "kinds": KINDS_TEXT, "megabytes": megabytes()}
    return _page(request, "claim_document", asked, **context)


@customer_required
@require_http_methods(["GET", "HEAD", "POST"])
def take_back(request: HttpRequest, receipt: str) -> HttpResponse:
    """Take an application back, told whether another one may be made afterwards."""
    asked = claim_asked(request, receipt)
    if CardAct.WITHDRAW not in asked.standing.acts:
        return _gone_on(request, asked)
    form = StepForm(sent_in(request), initial={"changes": asked.claim.changes})
    if request.method == "POST" and form.is_valid():
        done = taken_back(asked, form, told_of)
        if done is not None:
            return _after(request, asked, done, _("Your application was taken back."))
    return _page(request, "withdraw", asked, form=form)


@customer_required
@require_http_methods(["GET", "HEAD", "POST"])
def object_against(request: HttpRequest, receipt: str) -> HttpResponse:
    """Object to a refusal: persons decide it."""
    asked = claim_asked(request, receipt)
    if CardAct.OBJECT not in asked.standing.acts:
        return _gone_on(request, asked)
    form = ObjectForm(sent_in(request), initial={"changes": asked.claim.changes})
    if request.method == "POST" and form.is_valid():
        done = objected(asked, form, told_of)
        if done is not None:
            told = _("We have your objection. Two persons look at it again.")
            return _after(request, asked, done, told)
    return _page(request, "object", asked, form=form)


def _after(request: HttpRequest, asked: AskedClaim, done: bool, told: str) -> HttpResponse:  # noqa: FBT001 - what came of it
    """The claim's page, with what was done; a second sending says how it stands now."""
    if not done:
        return _gone_on(request, asked)
    proofs = request.session.get(_PROOFS)
    if proofs:
        number = asked.claim.receipt_number
        request.session[_PROOFS] = {
            name: reference for name, reference in proofs.items() if number not in name
        }
    messages.success(request, told)
    return redirect("portal:claim", asked.claim.receipt_number)


def _gone_on(request: HttpRequest, asked: AskedClaim) -> HttpResponse:
    messages.info(request, _("This is how your application stands now."))
    return redirect("portal:claim", asked.claim.receipt_number)


def _page(request: HttpRequest, name: str, asked: AskedClaim, **context: object) -> HttpResponse:
    form = context.get("form")
    status = 422 if isinstance(form, BaseForm) and form.is_bound and form.errors else 200
    given = {
        "asked": asked,
        "claim": asked.claim,
        "standing": asked.standing,
        "card": asked.card,
        "may": {act.value for act in asked.standing.acts},
        **context,
    }
    return render(request, f"portal/acts/{name}.html", given, status=status)
