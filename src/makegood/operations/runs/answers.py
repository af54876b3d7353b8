"""A file of the bank's answers is brought: read first, and placed as if the bank had."""

from __future__ import annotations

from http import HTTPStatus

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from makegood.channels import ChannelName
from makegood.channels.bank import ANSWER_BYTES_MAX
from makegood.kernel import Finding, MakegoodError
from makegood.operations.programmes.findings import shown_findings
from makegood.runs import Brought, bring_answers, channel_findings
from makegood.trust.access import Refused, permit
from makegood.trust.policy import Act, Purpose, Resource, ResourceKind
from makegood.trust.staff import visitor_of


class AnswersForm(forms.Form):
    """One file of the bank."""

    file = forms.FileField(
        label=gettext_lazy("File of the bank"),
        help_text=gettext_lazy("pain.002 or camt.054 as XML, 2.4 MB at most."),
        allow_empty_file=True,
        max_length=200,
    )


@login_required
@require_http_methods(["GET", "POST"])
def brought(request: HttpRequest) -> HttpResponse:
    """The form; what is wrong with a file; what a file says, once it is placed."""
    visitor = visitor_of(request)
    with transaction.atomic():
        resource = Resource(ResourceKind.RUN)
        permit(visitor, Act.CARRY_OUT_RUNS, resource, purpose=Purpose.OPERATION)
    form = AnswersForm(request.POST, request.FILES) if request.method == "POST" else AnswersForm()
    findings: tuple[Finding, ...] = ()
    if request.method == "POST" and form.is_valid():
        content = form.cleaned_data["file"].read(ANSWER_BYTES_MAX + 1)
        try:
            said = bring_answers(settings.INSTALLATION, visitor, content)
        except Refused:
            raise
        except MakegoodError as error:
            findings = error.findings
        else:
            messages.success(request, _told(said))
            return redirect("run_answers")
    context = {
        "form": form,
        "findings": shown_findings(findings),
        "aside": channel_findings(settings.INSTALLATION, ChannelName.BANK),
    }
    wrong = request.method == "POST"
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK
    return render(request, "operations/runs/answers.html", context, status=status)


def _told(said: Brought) -> str:
    if said.is_known:
        return _("This very file was taken in before. Nothing changes.")
    return _(
        "File %(kind)s: answers: %(answers)s; messages of ours that they are about: %(messages)s;"
        " about nothing of ours: %(skipped)s. A worker takes them in within seconds."
    ) % {
        "kind": said.kind,
        "answers": f"{said.answers:,}",
        "messages": f"{said.messages:,}",
        "skipped": f"{said.skipped:,}",
    }
