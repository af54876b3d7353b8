"""A person is looked up, shown masked, and opened field by field, each step through the gate.

What identifies a person comes in the body of a request and is never kept; what stays in the
session between two pages is the pseudonym, the purpose and the case.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from makegood.centre.forms import (
    FIELD_WORDS,
    ConsentForm,
    LookUpForm,
    OpenForm,
    TaskForm,
    purposes,
)
from makegood.trust.access import (
    consent_state,
    give_consent,
    look_up,
    read_masked,
    reveal,
)
from makegood.trust.staff import standing, visitor_of

_TASK = "makegood_task"
_KOREAN_PHONE = re.compile(r"\+82(2|\d{2})(\d{3,4})(\d{4})")


@dataclass(frozen=True, slots=True)
class Task:
    """What a member works on: a customer by pseudonym, for a purpose and a case."""

    customer_id: str
    purpose: str
    case: str

    @property
    def purpose_words(self) -> str:
        """The purpose, for people."""
        return dict(purposes())[self.purpose]


@login_required
@sensitive_post_parameters("phone", "name", "birth_date")
@require_http_methods(["GET", "POST"])
def look_up_person(request: HttpRequest) -> HttpResponse:
    """The form, and who was found, masked."""
    form = LookUpForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "centre/look_up.html", {"form": form})
    asked = form.cleaned_data
    standing(request).onward = reverse("centre:look_up")
    found = look_up(visitor_of(request), **asked)
    context = {"found": found, "purpose": asked["purpose"], "case": asked["case"]}
    return render(request, "centre/found.html", context)


@login_required
@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """One of those found is what the task is about."""
    form = TaskForm(request.POST)
    if not form.is_valid():
        return redirect("centre:look_up")
    request.session[_TASK] = {
        "customer_id": request.POST.get("customer_id", ""),
        "purpose": form.cleaned_data["purpose"],
        "case": form.cleaned_data["case"],
    }
    return redirect("centre:person")


@login_required
@require_GET
def person(request: HttpRequest) -> HttpResponse:
    """The person of the task, masked, and what can be opened."""
    task = _task(request)
    return _shown(request, task, OpenForm()) if task else redirect("centre:look_up")


@login_required
@require_POST
def open_fields(request: HttpRequest) -> HttpResponse:
    """The chosen fields in the clear, once, on a page that nobody keeps."""
    task, form = _task(request), OpenForm(request.POST)
    if task is None:
        return redirect("centre:look_up")
    if not form.is_valid():
        return _shown(request, task, form)
    standing(request).onward = reverse("centre:person")
    values = reveal(
        visitor_of(request),
        task.customer_id,
        form.cleaned_data["fields_wanted"],
        purpose=task.purpose,
        case=task.case,
    )
    rows = [(FIELD_WORDS[name], spoken(name, value)) for name, value in values.items()]
    return render(request, "centre/opened.html", {"rows": rows, "task": task})


@login_required
@require_POST
def consent(request: HttpRequest) -> HttpResponse:
    """The customer's consent to the task's purpose is recorded."""
    task, form = _task(request), ConsentForm(request.POST)
    if task is None:
        return redirect("centre:look_up")
    if not form.is_valid():
        return _shown(request, task, OpenForm(), form)
    standing(request).onward = reverse("centre:person")
    give_consent(
        visitor_of(request), task.customer_id, task.purpose, case=task.case, **form.values()
    )
    messages.success(request, _("The consent was recorded."))
    return redirect("centre:person")


@login_required
@require_POST
def done(request: HttpRequest) -> HttpResponse:
    """The task is over: nothing of it is kept."""
    request.session.pop(_TASK, None)
    return redirect("centre:look_up")


def _shown(
    request: HttpRequest, task: Task, form: OpenForm, consenting: ConsentForm | None = None
) -> HttpResponse:
    standing(request).onward = reverse("centre:look_up")
    customer = read_masked(
        visitor_of(request), task.customer_id, purpose=task.purpose, case=task.case
    )
    masked = customer.person
    rows = [
        (FIELD_WORDS["name"], masked.name),
        (FIELD_WORDS["phone"], masked.phone),
        (FIELD_WORDS["birth_date"], masked.birth_date),
        (FIELD_WORDS["email"], masked.email),
        (FIELD_WORDS["address"], masked.address),
        (FIELD_WORDS["account_number"], customer.account),
    ]
    context = {
        "task": task,
        "rows": rows,
        "form": form,
        "consent": consent_state(task.customer_id, task.purpose),
        "consenting": consenting or ConsentForm(),
    }
    return render(request, "centre/person.html", context)


def spoken(field: str, value: str) -> str:
    """A value as it is read out to the customer: a Korean telephone number with its hyphens."""
    korean = _KOREAN_PHONE.fullmatch(value) if field == "phone" else None
    return "0" + "-".join(korean.groups()) if korean else value


def _task(request: HttpRequest) -> Task | None:
    held = request.session.get(_TASK)
    return Task(**held) if held else None
