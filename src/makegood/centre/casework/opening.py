"""A new case: of the person whom the member works on, or of nobody known."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from makegood.cases import Callback, CaseKind, open_case, windows
from makegood.centre.behalf.showing import through_of
from makegood.centre.casework.forms import NewCaseForm, add_finding
from makegood.centre.casework.offering import purpose_of
from makegood.centre.casework.published import titled
from makegood.centre.views import Task, task_of
from makegood.kernel import MakegoodError
from makegood.publication import programmes_in_force
from makegood.redress.serving import lines_of, programme_in_force
from makegood.trust.access import Refused
from makegood.trust.clock import now
from makegood.trust.staff import standing, visitor_of

_FIELDS = {"MG661": "note", "MG662": "note", "MG666": "window", "MG668": "phone", "MG729": "phone"}


@login_required
@sensitive_post_parameters("subject", "note", "phone")
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The form, and the case that is made of it."""
    task = task_of(request)
    form = _form(request, task)
    if request.method != "POST" or form is None or not form.is_valid():
        return render(request, "casework/new.html", {"form": form, "task": task})
    standing(request).onward = reverse("centre:new_case")
    visitor, given = visitor_of(request), form.cleaned_data
    kind = CaseKind(given["kind"])
    try:
        case = open_case(
            visitor,
            kind=kind,
            programme=given["programme"],
            through=given["through"],
            customer_id=task.customer_id if task else "",
            subject=given["subject"],
            about_line=given["about_line"],
            receipt_number=given["receipt_number"],
            callback=_callback(given, kind),
            note=given["note"],
            purpose=task.purpose if task else purpose_of(visitor),
        )
    except Refused:
        raise
    except MakegoodError as error:
        code = error.findings[0].code
        add_finding(form, "receipt_number" if code == "MG840" else _FIELDS.get(code, ""), error)
        return render(request, "casework/new.html", {"form": form, "task": task})
    messages.success(request, _("The case was opened. Tell the customer its number."))
    return redirect("centre:case", number=case.number)


def _form(request: HttpRequest, task: Task | None) -> NewCaseForm | None:
    """The form for what is in force; None where no programme is."""
    programmes = programmes_in_force()
    if not programmes:
        return None
    form = NewCaseForm(
        request.POST or None,
        programmes=titled(programmes),
        lines=lines_of(task.customer_id) if task else [],
        initial={"through": through_of(visitor_of(request))},
    )
    asked = request.POST.get("programme", "")
    form.offer(windows(programme_in_force(asked if asked in programmes else programmes[0]), now()))
    if task is None:
        form.fields["phone"].help_text = _("Which number to call. Nobody else will see it.")
    return form


def _callback(given: dict[str, str], kind: CaseKind) -> Callback | None:
    since = parse_datetime(given["window"]) if kind is CaseKind.CALLBACK else None
    if since is None:
        return None
    programme = programme_in_force(given["programme"])
    name = since.isoformat(timespec="minutes")
    found = (window for window in windows(programme, now()) if window.name == name)
    window = next(found, None)
    until = window.until if window else since + timedelta(hours=1)
    return Callback(since, until, given["phone"])
