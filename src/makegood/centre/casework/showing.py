"""One case: how it stands, what happened, what was written, and what can be done."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from makegood.cases import (
    KIND_WORDS,
    OUTCOME_WORDS,
    STATE_WORDS,
    TEAMS,
    Case,
    CaseEvent,
    CaseKind,
    CaseState,
    Note,
    Outcome,
    Step,
    case_shown,
    exception_of,
    follows,
    notes_shown,
    team_words,
)
from makegood.centre.casework.forms import (
    CloseForm,
    DeadlineForm,
    ExceptionForm,
    HandOverForm,
    NoteForm,
    TagForm,
)
from makegood.centre.casework.offering import (
    missing_is_not_found,
    names_of,
    number_in,
    purpose_of,
)
from makegood.centre.casework.published import title_of
from makegood.centre.casework.speaking import language
from makegood.kernel import MakegoodError
from makegood.programmes import moment_text
from makegood.trust.access import Refused
from makegood.trust.clock import now
from makegood.trust.policy import Act
from makegood.trust.proposals import State
from makegood.trust.staff import standing, visitor_of


@login_required
@require_GET
def shown(request: HttpRequest, number: str) -> HttpResponse:
    """The case of a number."""
    return page_of(request, number_in(number))


def page_of(request: HttpRequest, number: str, **forms: Form) -> HttpResponse:
    """The page of a case; ``forms`` are those that were filled in wrongly.

    Raises Http404 where there is none, Refused (MG770).
    """
    visitor = visitor_of(request)
    standing(request).onward = reverse("centre:case", args=[number])
    try:
        case, history = case_shown(visitor, number, purpose=purpose_of(visitor))
    except Refused:
        raise
    except MakegoodError as error:
        missing_is_not_found(error)
        raise
    purpose = purpose_of(visitor, case)
    notes = notes_shown(visitor, number, purpose=purpose)
    proposal = exception_of(case)
    context = {
        "case": case,
        "programme": title_of(case.programme),
        "kind": KIND_WORDS[case.kind][language()],
        "state": STATE_WORDS[case.state][language()],
        "outcome": OUTCOME_WORDS[Outcome(case.outcome)][language()] if case.outcome else "",
        "team": team_words(case.team, language()),
        "member": names_of([case.member]).get(case.member, "") if case.member else "",
        "is_overdue": case.is_overdue(now()),
        "is_mine": case.member == visitor.actor,
        "purpose": purpose,
        "history": _told(history, notes),
        "can_wait_for_customer": follows(case.state, CaseState.WAITING_FOR_CUSTOMER),
        "can_wait_for_us": case.state is CaseState.WAITING_FOR_CUSTOMER,
        "can_take": not case.is_done
        and not (case.member == visitor.actor and case.state is CaseState.WAITING_FOR_US),
        "waits_for_call": case.call_since is not None and not case.is_done,
        "may_call": bool(_roles(Act.CALL_BACK) & visitor.principal.roles),
        "may_propose": bool(case.customer_id)
        and case.kind in {CaseKind.EXCEPTION, CaseKind.OBJECTION, CaseKind.COMPLAINT}
        and bool(_roles(Act.PROPOSE_CUSTOMER_EXCEPTION) & visitor.principal.roles),
        "proposal": proposal,
        "proposal_state": _state_words(proposal.state_at(now())) if proposal else "",
        "can_carry_out": proposal is not None and proposal.state_at(now()) is State.APPROVED,
        "noting": NoteForm(),
        "tagging": TagForm(),
        "handing": HandOverForm(initial={"to": f"team:{_next_team(case)}"}),
        "putting_off": DeadlineForm.of(case.due_at),
        "closing": CloseForm(),
        "excepting": ExceptionForm(initial={"receipt_number": case.receipt_number}),
        **forms,
    }
    return render(request, "casework/case.html", context)


def step_words(step: Step) -> str:
    """What happened, for people."""
    return {
        Step.OPENED: _("Case opened"),
        Step.NOTED: _("Note written"),
        Step.TAGGED: _("Tagged"),
        Step.UNTAGGED: _("Tag taken away"),
        Step.TAKEN: _("Taken"),
        Step.WAITS_FOR_CUSTOMER: _("Waits for the customer"),
        Step.WAITS_FOR_US: _("Waits for us"),
        Step.HANDED_OVER: _("Handed over"),
        Step.PUT_OFF: _("Other deadline"),
        Step.CALLED: _("Called back"),
        Step.NOT_REACHED: _("Called, not reached"),
        Step.EXCEPTION_PROPOSED: _("Exception proposed"),
        Step.EXCEPTION_CARRIED_OUT: _("Exception carried out"),
        Step.CLOSED: _("Case closed"),
        Step.REOPENED: _("Gone on with"),
    }[step]


def _state_words(state: State) -> str:
    return {
        State.OPEN: _("waiting for an answer"),
        State.APPROVED: _("approved"),
        State.REFUSED: _("turned down"),
        State.WITHDRAWN: _("withdrawn"),
        State.EXPIRED: _("expired"),
        State.USED: _("carried out"),
    }[state]


def _told(history: list[CaseEvent], notes: list[Note]) -> list[dict[str, Any]]:
    """The history, the newest first, with what was written."""
    written = {note.number: note for note in notes}
    actors = {event.by for event in history} | {event.detail for event in history}
    names = names_of(actor for actor in actors if ":" in actor)
    return [
        {
            "at": event.at,
            "words": step_words(event.step),
            "by": names.get(event.by, event.by),
            "detail": _detail(event, names),
            "note": written.get(event.number),
            "is_gone": event.number in written and written[event.number].text is None,
        }
        for event in reversed(history)
    ]


def _detail(event: CaseEvent, names: dict[str, str]) -> str:
    match event.step:
        case Step.HANDED_OVER | Step.TAKEN:
            return names.get(event.detail) or team_words(event.detail, language())
        case Step.PUT_OFF | Step.NOT_REACHED:
            at = parse_datetime(event.detail)
            return moment_text(timezone.localtime(at), language()) if at else ""
        case Step.CLOSED:
            return OUTCOME_WORDS[Outcome(event.detail)][language()]
        case Step.TAGGED | Step.UNTAGGED:
            return f"#{event.detail}"
        case _:
            return ""


def _next_team(case: Case) -> str:
    """Who is offered first: a supervisor, or for a supervisor's case the agents."""
    supervisor = "supervisor"
    return TEAMS[0].value if case.team == supervisor else supervisor


def _roles(act: Act) -> frozenset[str]:
    from makegood.trust.access import policies

    return frozenset(policies().who_may(act))
