"""A draft: what it promises, comes to and changes; proposed here, published once approved."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from makegood.operations.forms import ReasonForm
from makegood.operations.parts import csv_asked
from makegood.operations.programmes.findings import shown_findings
from makegood.operations.programmes.studies import ask, newest_study, shown_study
from makegood.operations.programmes.texts import text_context
from makegood.operations.reading import actor_names, may, reader, spoken
from makegood.programmes import Programme, check_text
from makegood.publication import (
    Draft,
    StudyKind,
    StudyState,
    draft_of,
    in_force,
    is_approved,
    newest_version,
    propose_told,
    publish,
)
from makegood.trust.access import Visitor
from makegood.trust.policy import Act
from makegood.trust.staff import standing, visitor_of

_ASKED = {"forecast": StudyKind.FORECAST, "difference": StudyKind.DIFFERENCE}


@login_required
@require_GET
def shown(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """The draft with all that is known of it, and what may be done next."""
    visitor = reader(request)
    context = _context(visitor, _draft(draft_id), ReasonForm())
    tables = [table for each in context["studies"] for table in each.tables]
    if file := csv_asked(request, context["measures"], context["calendar"], *tables):
        return file
    return render(request, "operations/programmes/draft.html", context)


@login_required
@require_POST
def studied(request: HttpRequest, draft_id: UUID, kind: str) -> HttpResponse:
    """A study is asked for; a worker carries it out."""
    if kind not in _ASKED:
        raise Http404
    draft = _draft(draft_id)
    _come_back(request, draft)
    ask(visitor_of(request), _ASKED[kind], draft.load())
    messages.success(request, _("Asked. A worker carries it out; this page shows how far it is."))
    return redirect("programme_draft", draft_id=draft_id)


@login_required
@require_POST
def proposed(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Its publication is proposed, with what it comes to where that is known."""
    draft, form = _draft(draft_id), ReasonForm(request.POST)
    visitor = visitor_of(request)
    if not form.says_why():
        reader(request)
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        context = _context(visitor, draft, form)
        return render(request, "operations/programmes/draft.html", context, status=status)
    _come_back(request, draft)
    programme = draft.load()
    study = newest_study(draft.sha256, StudyKind.FORECAST)
    told = study.result if study and study.state is StudyState.DONE else {}
    kept = draft.load_messages(programme)
    made = propose_told(visitor, programme, form.cleaned_data["reason"], told, kept)
    messages.success(request, _("Proposed. Another authorised person has to approve it."))
    if may(visitor, Act.READ_PROPOSALS):
        return redirect("proposal", proposal_id=made.proposal_id)
    return redirect("programme_draft", draft_id=draft_id)


@login_required
@require_POST
def published(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """It comes into force: another person has approved exactly these texts."""
    draft = _draft(draft_id)
    _come_back(request, draft)
    programme = draft.load()
    made = publish(visitor_of(request), programme, draft.load_messages(programme))
    messages.success(request, _("The version is in force."))
    return redirect("programme_version", programme=made.programme, sha256=made.sha256)


def _context(visitor: Visitor, draft: Draft, form: ReasonForm) -> dict[str, Any]:
    programme, findings = check_text(draft.text)
    if programme is None:
        # The checks became stricter since it was brought.
        raise Http404
    kept = draft.load_messages(programme)
    against = newest_version(programme.identifier)
    names = actor_names([draft.kept_by])
    found = [newest_study(draft.sha256, kind) for kind in _ASKED.values()]
    return {
        **text_context(programme, kept),
        "draft": draft,
        "title": programme.section.title[spoken(programme)],
        "kept_by": names.get(draft.kept_by, draft.kept_by),
        "findings": shown_findings(findings),
        "studies": [shown_study(study, programme) for study in found if study],
        "can_compare": against not in {None, draft.sha256},
        "is_in_force": against == draft.sha256,
        "drops_messages": _drops_messages(draft),
        "form": form,
        "may_study": may(visitor, Act.PLAN_RUNS),
        "may_propose": may(visitor, Act.PROPOSE_PUBLISH_PROGRAMME),
        "may_publish": _may_publish(visitor, programme, draft),
        "is_forecast": any(
            study and study.kind is StudyKind.FORECAST and study.state is StudyState.DONE
            for study in found
        ),
    }


def _drops_messages(draft: Draft) -> bool:
    """Whether the version in force has messages and this draft, brought without its file, none."""
    standing_now = in_force(draft.programme)
    return not draft.messages and standing_now is not None and bool(standing_now.messages)


def _may_publish(visitor: Visitor, programme: Programme, draft: Draft) -> bool:
    if not may(visitor, Act.PUBLISH_PROGRAMME):
        return False
    return is_approved(programme, draft.load_messages(programme))


def _draft(draft_id: UUID) -> Draft:
    from makegood.kernel import MakegoodError

    try:
        return draft_of(draft_id)
    except MakegoodError:
        raise Http404 from None


def _come_back(request: HttpRequest, draft: Draft) -> None:
    """Where a refusal leads back to, once the sign-in is fresh."""
    standing(request).onward = reverse("programme_draft", args=[draft.draft_id])
