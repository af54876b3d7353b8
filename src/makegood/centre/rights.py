"""What a customer may ask for: a field put right, a consent taken back, a copy of their data.

As everything of a person's, each step goes through the gate, and no address shows an answer.
"""

from __future__ import annotations

import json

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from makegood.centre.behalf.forms import AccountForm
from makegood.centre.forms import CorrectForm, TakeForm
from makegood.centre.views import shown, task_of
from makegood.trust.access import correct_account, correct_person, download, withdraw_consent
from makegood.trust.staff import standing, visitor_of


@login_required
@sensitive_post_parameters("value")
@require_POST
def correct(request: HttpRequest) -> HttpResponse:
    """One field of the person is put right; the page then shows it masked."""
    task, form = task_of(request), CorrectForm(request.POST)
    if task is None:
        return redirect("centre:look_up")
    if not form.is_valid():
        return shown(request, task, correcting=form)
    standing(request).onward = reverse("centre:person")
    correct_person(
        visitor_of(request),
        task.customer_id,
        form.changes(),
        purpose=task.purpose,
        case=task.case,
    )
    return _back(request, _("It was put right."))


@login_required
@sensitive_post_parameters("bank_code", "account_number", "account_holder")
@require_POST
def pay_elsewhere(request: HttpRequest) -> HttpResponse:
    """Another account of the customer's is put in place."""
    task, form = task_of(request), AccountForm(request.POST)
    if task is None:
        return redirect("centre:look_up")
    if not form.is_valid():
        return shown(request, task, paying=form)
    standing(request).onward = reverse("centre:person")
    correct_account(
        visitor_of(request),
        task.customer_id,
        **form.cleaned_data,
        purpose=task.purpose,
        case=task.case,
    )
    return _back(request, _("It was put right."))


@login_required
@require_POST
def withdraw(request: HttpRequest) -> HttpResponse:
    """The customer takes back the consent to the task's purpose."""
    task = task_of(request)
    if task is None:
        return redirect("centre:look_up")
    standing(request).onward = reverse("centre:person")
    withdraw_consent(visitor_of(request), task.customer_id, task.purpose, case=task.case)
    return _back(request, _("The withdrawal was recorded."))


@login_required
@require_POST
def take(request: HttpRequest) -> HttpResponse:
    """All that is kept of the customer, as a file that no cache keeps."""
    task, form = task_of(request), TakeForm(request.POST)
    if task is None:
        return redirect("centre:look_up")
    if not form.is_valid():
        return shown(request, task, taking=form)
    standing(request).onward = reverse("centre:person")
    (found,) = download(
        visitor_of(request),
        [task.customer_id],
        reason=form.cleaned_data["reason"],
        purpose=task.purpose,
        case=task.case,
    )
    answer = HttpResponse(
        json.dumps(found, ensure_ascii=False, indent=2) + "\n",
        content_type="application/json; charset=utf-8",
    )
    # The file's name says whose it is by the pseudonym alone.
    answer.headers["Content-Disposition"] = f'attachment; filename="{task.customer_id}.json"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _back(request: HttpRequest, told: str) -> HttpResponse:
    messages.success(request, told)
    return redirect("centre:person")
