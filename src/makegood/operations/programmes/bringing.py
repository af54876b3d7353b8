"""A programme's file is brought: checked whatever its bytes are, and kept where it is clean."""

from __future__ import annotations

from http import HTTPStatus
from typing import BinaryIO

from django import forms
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from makegood.kernel import Finding
from makegood.operations.programmes.findings import shown_findings
from makegood.programmes import (
    MessageTemplates,
    Programme,
    check_content,
    check_messages_content,
)
from makegood.publication import keep_draft
from makegood.trust.access import permit
from makegood.trust.policy import Act, Resource, ResourceKind
from makegood.trust.staff import visitor_of

FILE_BYTES_MAX = 1_000_000


class ProgrammeForm(forms.Form):
    """A programme's file and, perhaps, its messages."""

    programme = forms.FileField(
        label=_("Programme file"),
        help_text=_("programme.yaml, 1 MB at most."),
        allow_empty_file=True,
        max_length=200,
    )
    messages = forms.FileField(
        label=_("Messages file"),
        help_text=_("messages.yaml, where the programme has one. 1 MB at most."),
        required=False,
        allow_empty_file=True,
        max_length=200,
    )


@login_required
@require_http_methods(["GET", "POST"])
def brought(request: HttpRequest) -> HttpResponse:
    """The form; what is wrong with a file, at its places; a clean one becomes a draft."""
    visitor = visitor_of(request)
    with transaction.atomic():
        permit(visitor, Act.PROPOSE_PUBLISH_PROGRAMME, Resource(ResourceKind.PROPOSAL))
    is_sent = request.method == "POST"
    form = ProgrammeForm(request.POST, request.FILES) if is_sent else ProgrammeForm()
    if not is_sent or not form.is_valid():
        status = HTTPStatus.UNPROCESSABLE_ENTITY if is_sent else HTTPStatus.OK
        return render(request, "operations/programmes/bring.html", {"form": form}, status=status)
    files = form.cleaned_data["programme"], form.cleaned_data["messages"]
    programme, messages, findings = _checked(*files)
    if programme is None:
        context = {"form": form, "findings": shown_findings(findings), "count": len(findings)}
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        return render(request, "operations/programmes/bring.html", context, status=status)
    draft = keep_draft(visitor, programme, messages)
    return redirect("programme_draft", draft_id=draft.draft_id)


def _checked(
    file: BinaryIO, of_messages: BinaryIO | None
) -> tuple[Programme | None, MessageTemplates | None, list[Finding]]:
    """Programme and messages where both are clean, else everything that is wrong."""
    programme, findings = check_content(_content(file), "programme.yaml")
    if programme is None or not of_messages:
        return programme, None, findings
    messages, found = check_messages_content(_content(of_messages), programme, "messages.yaml")
    return (programme if messages else None), messages, findings if messages else found


def _content(file: BinaryIO) -> bytes:
    """Its bytes, one more than may be at most: then the check says that there are too many."""
    return file.read(FILE_BYTES_MAX + 1)
