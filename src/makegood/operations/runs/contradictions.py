"""What contradicts itself, or has no end: a person finds out, and says it here."""

from __future__ import annotations

from http import HTTPStatus
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from makegood.kernel import MakegoodError
from makegood.operations.claims.words import is_money
from makegood.operations.parts import Figures, Shown
from makegood.operations.reading import in_force_or_none, may, measure_title, money_text, reader
from makegood.operations.rights import ask_to_read
from makegood.operations.runs.listing import run_name, runs_table
from makegood.redress.claims import Claim, claim_of, claims, resolve
from makegood.redress.serving import owner_of
from makegood.runs import (
    RunKind,
    RunRow,
    open_runs,
    propose_end,
    resolve_item,
    run_of,
)
from makegood.trust.access import permit
from makegood.trust.policy import Act, Purpose, Resource, ResourceKind
from makegood.trust.staff import standing, visitor_of

_LISTED = 100
_TWO_PERSONS = {RunKind.BILL, RunKind.TOP_UP}


class FoundForm(forms.Form):
    """What was found out, and how."""

    was = forms.ChoiceField(
        label=gettext_lazy("What was found out"),
        choices=[
            ("done", gettext_lazy("It was carried out: paid, delivered, booked")),
            ("failed", gettext_lazy("It was not carried out")),
        ],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=gettext_lazy("How it was found out"),
        help_text=gettext_lazy("For the log. Nothing personal."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    case = forms.CharField(
        label=gettext_lazy("Case, where there is one"), required=False, max_length=64
    )


@login_required
@require_GET
def listed(request: HttpRequest) -> HttpResponse:
    """Claims of which both was said, and runs with items that have no end."""
    visitor = visitor_of(request)
    shows_claims, shows_runs = may(visitor, Act.LIST_CLAIMS), may(visitor, Act.READ_RUNS)
    if shows_runs or not shows_claims:
        reader(request)
    if shows_claims:
        with transaction.atomic():
            resource = Resource(ResourceKind.CUSTOMER)
            permit(visitor, Act.LIST_CLAIMS, resource, purpose=Purpose.CLAIM_HANDLING)
    context = {
        "claims": _claims(claims(is_contradictory=True, limit=_LISTED)) if shows_claims else None,
        "runs": runs_table(open_runs(visitor, _LISTED)) if shows_runs else None,
    }
    return render(request, "operations/runs/contradictions.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def claim(request: HttpRequest, receipt: str) -> HttpResponse:
    """One claim of which both was said: paid and failed."""
    visitor = visitor_of(request)
    found = _claim(receipt)
    with transaction.atomic():
        resource = Resource(ResourceKind.CUSTOMER, owner_of(found))
        permit(visitor, Act.READ_CLAIMS, resource, purpose=Purpose.CLAIM_HANDLING)
    standing(request).onward = reverse("run_contradictions")
    form = FoundForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        was_paid = said["was"] == "done"
        resolve(visitor, receipt, was_paid=was_paid, words=said["reason"], case=said["case"])
        messages.success(request, _("Said. The run hears of it with the next round of work."))
        return redirect("run_contradictions")
    programme = in_force_or_none(found.programme)
    context = {
        "form": form,
        "claim": found,
        "title": measure_title(programme, found.measure),
        "amount": _amount(found),
        "is_open": found.is_contradictory,
    }
    return render(request, "operations/runs/claim.html", context, status=_status(request))


@login_required
@require_http_methods(["GET", "POST"])
def item(request: HttpRequest, run_id: UUID, key: str) -> HttpResponse:
    """One item of a run without an end; one that moves money takes two persons."""
    ask_to_read(request, Act.RETRY_RUN, ResourceKind.RUN, str(run_id))
    run = _run(run_id)
    standing(request).onward = reverse("run", args=[run_id])
    form = FoundForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        _say(request, run, key, form)
        return redirect("run", run_id=run_id)
    context = {
        "form": form,
        "run": run,
        "name": run_name(run),
        "key": key,
        "takes_two": run.kind in _TWO_PERSONS,
        "is_of_claims": run.kind is RunKind.PAY_OUT,
    }
    return render(request, "operations/runs/item.html", context, status=_status(request))


def _say(request: HttpRequest, run: RunRow, key: str, form: FoundForm) -> None:
    visitor, said = visitor_of(request), form.cleaned_data
    given = (settings.INSTALLATION, visitor, run.run_id, key, said["was"], said["reason"])
    if run.kind in _TWO_PERSONS and request.POST.get("act") != "end":
        propose_end(*given)
        messages.success(request, _("Proposed. Another authorised person has to approve it."))
    else:
        resolve_item(*given)
        messages.success(request, _("Said. The item has its end."))


def _status(request: HttpRequest) -> int:
    wrong = request.method == "POST"
    return HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK


def _claims(found: list[Claim]) -> Figures:
    rows = tuple(
        (
            Shown(
                each.receipt_number,
                each.receipt_number,
                reverse("run_claim", args=[each.receipt_number]),
            ),
            measure_title(in_force_or_none(each.programme), each.measure),
            _amount(each),
            each.submitted_at,
            Shown(str(each.run_id)[:8], str(each.run_id), reverse("run", args=[each.run_id]))
            if each.run_id
            else None,
        )
        for each in found
    )
    columns = (_("Receipt"), _("Measure"), _("Amount"), _("Submitted"), _("Run"))
    return Figures("claims", _("Claims of which both was said"), columns, rows)


def _amount(claim: Claim) -> Shown | None:
    """None where what the claim is for is no money."""
    programme = in_force_or_none(claim.programme)
    if not is_money(programme, claim):
        return None
    return Shown(money_text(programme, claim.amount), claim.amount)


def _claim(receipt: str) -> Claim:
    try:
        return claim_of(receipt)
    except MakegoodError:
        raise Http404 from None


def _run(run_id: UUID) -> RunRow:
    try:
        return run_of(run_id)
    except MakegoodError:
        raise Http404 from None
