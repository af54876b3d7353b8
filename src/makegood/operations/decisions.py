"""Proposals: listed, shown with all that is proposed, approved, turned down, withdrawn."""

from __future__ import annotations

import json
from collections.abc import Mapping
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from makegood.kernel import MakegoodError
from makegood.operations.forms import AnswerForm
from makegood.operations.frame import language
from makegood.operations.log_details import told_details
from makegood.operations.programmes.studies import forecast_table
from makegood.operations.reading import (
    actor_names,
    in_force_or_none,
    may,
    measure_title,
    money_text,
    spoken,
)
from makegood.operations.runs.listing import run_name
from makegood.publication import drafts
from makegood.redress.claims import claim_of
from makegood.runs import run_of
from makegood.trust.access import Visitor, checked_reason, permit
from makegood.trust.audit import Json
from makegood.trust.clock import now
from makegood.trust.policy import Act, Resource, ResourceKind
from makegood.trust.proposals import (
    RULES,
    Proposal,
    ProposalKind,
    State,
    approve,
    proposal_of,
    proposals,
    refuse,
    withdraw,
)
from makegood.trust.staff import concerned_by, standing, visitor_of

_LISTED = 200
_OF_AN_EXCEPTION = ("claim", "quote", "measure", "line", "amount")
_ANSWERS = ("approve", "refuse", "withdraw")


@login_required
@require_GET
def listed(request: HttpRequest) -> HttpResponse:
    """Proposals, the newest first; those in one state where one is asked for."""
    visitor = visitor_of(request)
    _may_read(visitor)
    asked = request.GET.get("state", "")
    state = State(asked) if asked in set(State) else None
    found = proposals(state, limit=_LISTED)
    names = actor_names([proposal.proposed_by for proposal in found])
    context = {
        "rows": [_row(visitor, proposal, names) for proposal in found],
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
    return render(request, "operations/proposal.html", _context(visitor, proposal_id, AnswerForm()))


@login_required
@require_POST
def decided(request: HttpRequest, proposal_id: UUID, answer: str) -> HttpResponse:
    """An answer to a proposal; where the sign-in is too old for it, the way leads back here."""
    if answer not in _ANSWERS:
        raise Http404
    visitor, form = visitor_of(request), AnswerForm(request.POST)
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


def _context(visitor: Visitor, proposal_id: UUID, form: AnswerForm) -> dict[str, object]:
    proposal = proposal_of(proposal_id)
    names = actor_names([proposal.proposed_by, proposal.decided_by, proposal.used_by])
    return {
        "row": _row(visitor, proposal, names),
        "proposal": proposal,
        "contents": json.dumps(
            dict(proposal.contents), ensure_ascii=False, indent=2, sort_keys=True
        ),
        "decided_by": names.get(proposal.decided_by, proposal.decided_by),
        "used_by": names.get(proposal.used_by, proposal.used_by),
        "told": _told_contents(visitor, proposal),
        **_forecast_context(visitor, proposal),
        "is_open": proposal.state_at(now()) is State.OPEN,
        "is_ones_own": proposal.proposed_by == visitor.actor,
        "form": form,
    }


def _told_contents(visitor: Visitor, proposal: Proposal) -> list[tuple[str, str]]:
    """What two persons agree to, in words where a customer or a member of staff is concerned."""
    contents = dict(proposal.contents)
    if proposal.kind is ProposalKind.CUSTOMER_EXCEPTION:
        contents |= _of_claim(visitor, contents)
        # The letter tells which of a claim's accounts it is; for people the claim is enough.
        contents = {name: contents[name] for name in _OF_AN_EXCEPTION if name in contents}
    elif proposal.kind is ProposalKind.RELEASE_RUN and "less_lines" in contents:
        contents = _of_deviating(proposal.subject, contents)
    elif proposal.kind is not ProposalKind.CHANGE_STAFF:
        return []
    return told_details(contents)


def _of_deviating(subject: str, contents: Mapping[str, Json]) -> dict[str, Json]:
    """Items and total of a run, and how its lines deviate from what customers were shown."""
    try:
        programme = in_force_or_none(run_of(UUID(subject.partition(":")[2])).programme)
    except (ValueError, MakegoodError):
        programme = None
    told: dict[str, Json] = {"items": contents.get("items"), "total": contents["total"]}
    told |= {name: contents.get(name) for name in ("less_lines", "less", "more_lines", "more")}
    amounts = {name: int(str(told[name] or 0)) for name in ("total", "less", "more")}
    return told | {name: money_text(programme, each) for name, each in amounts.items()}


def _of_claim(visitor: Visitor, contents: Mapping[str, Json]) -> dict[str, Json]:
    """Measure and amount as the claim's programme writes them; nothing where nobody may look."""
    if "claim" not in contents or not may(visitor, Act.READ_CLAIMS):
        return {}
    try:
        programme = in_force_or_none(claim_of(str(contents["claim"])).programme)
    except MakegoodError:
        return {}
    return {
        "measure": measure_title(programme, str(contents.get("measure", ""))),
        "amount": money_text(programme, int(str(contents.get("amount", 0)))),
    }


def _forecast_context(visitor: Visitor, proposal: Proposal) -> dict[str, object]:
    """Heads and money of a version to be published, and its draft, for who may read them."""
    if proposal.kind is not ProposalKind.PUBLISH_PROGRAMME or not may(visitor, Act.READ_RUNS):
        return {}
    brought = (each for each in drafts() if each.sha256 == proposal.contents.get("sha256"))
    draft, forecast = next(brought, None), proposal.contents.get("forecast")
    programme = draft.load() if draft else in_force_or_none(proposal.subject.partition(":")[2])
    return {
        "draft": draft,
        "forecast": forecast_table(forecast, programme) if isinstance(forecast, dict) else None,
    }


def _row(visitor: Visitor, proposal: Proposal, names: dict[str, str]) -> dict[str, object]:
    state = proposal.state_at(now())
    about, address = about_words(visitor, proposal.subject)
    return {
        "proposal": proposal,
        "about": about,
        "address": address,
        "kind": RULES[proposal.kind].words[language()],
        "who": names.get(proposal.proposed_by, proposal.proposed_by),
        "state": state.value,
        "state_words": state_words(state),
    }


def about_words(visitor: Visitor, subject: str) -> tuple[str, str]:
    """What a proposal is about, and its page or nothing; empty where the subject itself is shown.

    Nothing is looked up of what the reader's roles may not read.
    """
    kind, _colon, name = subject.partition(":")
    if kind == "run" and may(visitor, Act.READ_RUNS):
        try:
            run = run_of(UUID(name))
        except (ValueError, MakegoodError):
            return "", ""
        return run_name(run), reverse("run", args=[run.run_id])
    if kind == "programme" and may(visitor, Act.READ_RUNS):
        programme = in_force_or_none(name)
        title = programme.section.title[spoken(programme)] if programme else name
        return title, reverse("programmes")
    if kind == "claim" and may(visitor, Act.READ_CLAIMS):
        return name, reverse("claim", args=[name])
    if kind == "customer":
        return actor_names([subject])[subject], ""
    return "", ""


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
