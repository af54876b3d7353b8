"""What persons do with a claim: propose an amount, approve, refuse, better it, find out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from makegood.operations.claims.forms import AmountForm, FoundOutForm, RefuseForm
from makegood.operations.claims.shown import context_of, found_claim
from makegood.operations.rights import ask_to_read
from makegood.redress.claims import decide, grant_exception, propose_amount, resolve
from makegood.redress.serving import owner_of
from makegood.trust.access import Visitor
from makegood.trust.policy import Act, Purpose, ResourceKind
from makegood.trust.staff import standing

Doing = Callable[[Visitor, str, Mapping[str, object]], object]


@dataclass(frozen=True, slots=True)
class ClaimAct:
    """An act: its form, where it has one, under which name the page knows it, and the doing."""

    form: type[forms.Form] | None
    shown_as: str
    told: Promise
    do: Doing


def _propose(visitor: Visitor, receipt: str, given: Mapping[str, object]) -> object:
    amount, reason = int(str(given["amount"])), str(given["reason"])
    return propose_amount(visitor, receipt, amount, reason, case=receipt)


def _approve(visitor: Visitor, receipt: str, _given: Mapping[str, object]) -> object:
    return decide(visitor, receipt, approve=True, case=receipt)


def _refuse(visitor: Visitor, receipt: str, given: Mapping[str, object]) -> object:
    return decide(visitor, receipt, approve=False, words=str(given["reason"]), case=receipt)


def _better(visitor: Visitor, receipt: str, _given: Mapping[str, object]) -> object:
    return grant_exception(visitor, receipt, case=receipt)


def _resolve(visitor: Visitor, receipt: str, given: Mapping[str, object]) -> object:
    was_paid, words = given["was_paid"] == "yes", str(given["reason"])
    return resolve(visitor, receipt, was_paid=was_paid, words=words, case=receipt)


_ACTS = {
    "propose": ClaimAct(
        AmountForm, "amount_form", _("Proposed. Another person approves it."), _propose
    ),
    "approve": ClaimAct(None, "", _("Approved. It waits for its day of payment."), _approve),
    "refuse": ClaimAct(RefuseForm, "refuse_form", _("Refused, with the reason."), _refuse),
    "better": ClaimAct(None, "", _("The better amount counts."), _better),
    "resolve": ClaimAct(
        FoundOutForm, "found_out_form", _("Kept. The run hears of it by itself."), _resolve
    ),
}


@login_required
@require_POST
def done(request: HttpRequest, receipt: str, act: str) -> HttpResponse:
    """One act on a claim; then its page again. What is missing is told beside the field."""
    found = _ACTS.get(act)
    if found is None:
        raise Http404
    claim = found_claim(receipt)
    address = reverse("claim", args=[claim.receipt_number])
    form = found.form(request.POST) if found.form else None
    # Who may not read it is not told how it stands either, which is why an act may be refused.
    visitor = ask_to_read(
        request,
        Act.READ_CLAIMS,
        ResourceKind.CUSTOMER,
        owner_of(claim),
        purpose=Purpose.CLAIM_HANDLING,
    )
    if form is not None and not form.is_valid():
        context = context_of(visitor, claim, **{found.shown_as: form})
        return render(request, "operations/claims/claim.html", context)
    standing(request).onward = address
    found.do(visitor, claim.receipt_number, form.cleaned_data if form else {})
    messages.success(request, str(found.told))
    return redirect(address)
