"""Proposals: listed, shown with all that is proposed, approved, turned down, withdrawn."""

from __future__ import annotations

import json
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from makegood.operations.forms import ReasonForm
from makegood.operations.frame import language
from makegood.trust.access import Visitor, checked_reason, permit
from makegood.trust.clock import now
from makegood.trust.policy import Act, Resource, ResourceKind
from makegood.trust.proposals import (
    RULES,
    Proposal,
    State,
    approve,
    proposal_of,
    proposals,
    refuse,
    withdraw,
)
from makegood.trust.staff import concerned_by, shown_names, standing, visitor_of

_LISTED = 200
_ANSWERS = ("approve", "refuse", "withdraw")


@login_required
@require_GET
def listed(request: HttpRequest) -> HttpResponse:
    """Proposals, the newest first; those in one state where one is asked for."""
    _may_read(visitor_of(request))
    asked = request.GET.get("state", "")
    state = State(asked) if asked in set(State) else None
    found = proposals(state, limit=_LISTED)
    names = shown_names([proposal.proposed_by for proposal in found])
    context = {
        "rows": [_row(proposal, names) for proposal in found],
        "states": [(state.value, state_words(state)) for state in State],
        "asked": asked,
    }
    return render(request, "operations/proposals.html", context)


@login_required
@require_GET
def shown(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    """All that is proposed, to the letter, and what may be answered."""
    visitor = visitor_of(request)
    _may_read(visitor)
    return render(request, "operations/proposal.html", _context(visitor, proposal_id, ReasonForm()))


@login_required
@require_POST
def decided(request: HttpRequest, proposal_id: UUID, answer: str) -> HttpResponse:
    """An answer to a proposal; where the sign-in is too old for it, the way leads back here."""
    if answer not in _ANSWERS:
        raise Http404
    visitor, form = visitor_of(request), ReasonForm(request.POST)
    if not (form.says_why() if answer == "refuse" else form.is_valid()):
        _may_read(visitor)
        return render(request, "operations/proposal.html", _context(visitor, proposal_id, form))
    said = form.cleaned_data["reason"]
    reason = checked_reason(said) if said else ""
    standing(request).onward = reverse("proposal", args=[proposal_id])
    _answer(visitor, proposal_id, answer, reason)
    messages.success(request, _told(answer))
    return redirect("proposal", proposal_id=proposal_id)


def _answer(visitor: Visitor, proposal_id: UUID, answer: str, reason: str) -> None:
    """Ask the gate and then do it, in one transaction."""
    by, source = visitor.actor, visitor.source
    with transaction.atomic():
        proposal = proposal_of(proposal_id)
        rules = RULES[proposal.kind]
        act = Act.WITHDRAW_PROPOSAL if answer == "withdraw" else rules.approve
        resource = Resource(ResourceKind.PROPOSAL, str(proposal_id), concerned_by(proposal))
        permit(visitor, act, resource, proposed_by=proposal.proposed_by)
        if answer == "approve":
            approve(proposal_id, by=by, reason=reason, source=source)
        elif answer == "refuse":
            refuse(proposal_id, by=by, reason=reason, source=source)
        else:
            withdraw(proposal_id, by=by, source=source)


def _told(answer: str) -> str:
    return {
        "approve": _("Approved. It may now be carried out once."),
        "refuse": _("Turned down."),
        "withdraw": _("Withdrawn."),
    }[answer]


def _may_read(visitor: Visitor) -> None:
    with transaction.atomic():
        permit(visitor, Act.READ_PROPOSALS, Resource(ResourceKind.PROPOSAL))


def _context(visitor: Visitor, proposal_id: UUID, form: ReasonForm) -> dict[str, object]:
    proposal = proposal_of(proposal_id)
    names = shown_names([proposal.proposed_by, proposal.decided_by, proposal.used_by])
    return {
        "row": _row(proposal, names),
        "proposal": proposal,
        "contents": json.dumps(
            dict(proposal.contents), ensure_ascii=False, indent=2, sort_keys=True
        ),
        "decided_by": names.get(proposal.decided_by, proposal.decided_by),
        "used_by": names.get(proposal.used_by, proposal.used_by),
        "is_open": proposal.state_at(now()) is State.OPEN,
        "is_ones_own": proposal.proposed_by == visitor.actor,
        "form": form,
    }


def _row(proposal: Proposal, names: dict[str, str]) -> dict[str, object]:
    state = proposal.state_at(now())
    return {
        "proposal": proposal,
        "kind": RULES[proposal.kind].words[language()],
        "who": names.get(proposal.proposed_by, proposal.proposed_by),
        "state": state.value,
        "state_words": state_words(state),
    }


def state_words(state: State) -> str:
    """A state, for people."""
    return {
        State.OPEN: _("waiting for an answer"),
        State.APPROVED: _("approved"),
        State.REFUSED: _("turned down"),
        State.WITHDRAWN: _("withdrawn"),
        State.EXPIRED: _("expired"),
        State.USED: _("carried out"),
    }[state]
