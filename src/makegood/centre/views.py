"""A person is looked up, shown masked, and opened field by field, each step through the gate.

What identifies a person comes in the body of a request and is never kept; what stays in the
session between two pages is the pseudonym, the purpose and the case.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from makegood.cases import cases_of
from makegood.centre.behalf.forms import AccountForm
from makegood.centre.behalf.kept import drop_all
from makegood.centre.behalf.showing import dues_context, through_of
from makegood.centre.casework.days import rows_of
from makegood.centre.forms import (
    FIELD_WORDS,
    ConsentForm,
    CorrectForm,
    LookUpForm,
    OpenForm,
    TakeForm,
    TaskForm,
    purposes,
)
from makegood.centre.offering import may_ever, purposes_that_fit
from makegood.kernel import is_pseudonym
from makegood.trust.access import (
    consent_state,
    give_consent,
    look_up,
    read_masked,
    reveal,
)
from makegood.trust.policy import Act
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
    fitting = purposes_that_fit(visitor_of(request).principal, Act.LOOK_UP)
    form = LookUpForm(request.POST or None, fitting=fitting)
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
    customer_id = request.POST.get("customer_id", "")
    if not is_pseudonym(customer_id):
        return redirect("centre:look_up")
    if not form.is_valid():
        held = task_of(request)
        is_held = held is not None and held.customer_id == customer_id
        return shown(request, held, naming=form) if held and is_held else redirect("centre:look_up")
    request.session[_TASK] = {
        "customer_id": customer_id,
        "purpose": form.cleaned_data["purpose"],
        "case": form.cleaned_data["case"],
    }
    return redirect("centre:person")


@login_required
@require_GET
def person(request: HttpRequest) -> HttpResponse:
    """The person of the task, masked, and what can be opened."""
    task = task_of(request)
    return shown(request, task) if task else redirect("centre:look_up")


@login_required
@require_POST
def open_fields(request: HttpRequest) -> HttpResponse:
    """The chosen fields in the clear, once, on a page that nobody keeps.

    They are the answer to the request itself: no address shows them, and a browser that is to load
    the page again has to ask whether it may send the form again.
    """
    task, form = task_of(request), OpenForm(request.POST)
    if task is None:
        return redirect("centre:look_up")
    if not form.is_valid():
        return shown(request, task, form=form)
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
    task, form = task_of(request), ConsentForm(request.POST)
    if task is None:
        return redirect("centre:look_up")
    if not form.is_valid():
        return shown(request, task, consenting=form)
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
    drop_all(request)
    return redirect("centre:look_up")


def shown(request: HttpRequest, task: Task, **forms: Form) -> HttpResponse:
    """The person of the task, masked; ``forms`` are those that were filled in wrongly."""
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
    principal = visitor_of(request).principal
    context = {
        "task": task,
        "rows": rows,
        "naming": TaskForm(),
        "form": OpenForm(),
        "consent": (consent := consent_state(task.customer_id, task.purpose)),
        "consenting": ConsentForm.at(is_at_counter=through_of(visitor_of(request)) == "shop"),
        "may_correct": may_ever(principal, Act.CORRECT),
        "correcting": CorrectForm(),
        "paying": AccountForm(),
        "may_take": may_ever(principal, Act.DOWNLOAD),
        "may_see_cases": (may_see_cases := may_ever(principal, Act.READ_CASES)),
        "cases": _cases_of(request, task) if may_see_cases else [],
        "taking": TakeForm(),
        "may_act": (may_act := may_ever(principal, Act.ACT_FOR_CUSTOMER)),
        **(dues_context(request, task, consent) if may_act else {}),
        **forms,
    }
    answer = render(request, "centre/person.html", context)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _cases_of(request: HttpRequest, task: Task) -> list[dict[str, Any]]:
    """What the person came with, the newest first."""
    return rows_of(cases_of(visitor_of(request), task.customer_id, purpose=task.purpose))


def spoken(field: str, value: str) -> str:
    """A value as it is read out to the customer: a Korean telephone number with its hyphens."""
    korean = _KOREAN_PHONE.fullmatch(value) if field == "phone" else None
    return "0" + "-".join(korean.groups()) if korean else value


def task_of(request: HttpRequest) -> Task | None:
    """What the member works on now, if on anybody."""
    held = request.session.get(_TASK)
    return Task(**held) if held else None
