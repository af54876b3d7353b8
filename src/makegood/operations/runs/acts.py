"""What may be done with a run: offered by its state, confirmed on a page, then done once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from makegood.kernel import MakegoodError
from makegood.operations.forms import ReasonForm
from makegood.operations.reading import in_force_or_none, may, money_text, reader
from makegood.operations.runs.deviations import deviating_told
from makegood.operations.runs.listing import run_name
from makegood.operations.runs.quantities import quantity_words
from makegood.runs import (
    Failures,
    RunState,
    RunView,
    ShardState,
    cancel,
    go_on,
    may_go_on,
    pause,
    propose_release,
    release,
    retry,
    show_run,
)
from makegood.trust.access import Visitor
from makegood.trust.policy import Act
from makegood.trust.staff import standing, visitor_of

_OVER = {RunState.CLOSED, RunState.CANCELLED}


_LETTING_GO = frozenset({"propose", "release"})


@dataclass(frozen=True, slots=True)
class RunAct:
    """An act: its words, which act of the policies it is, when it is possible, and the doing.

    ``do`` gives the run that is shown afterwards.
    """

    name: str
    words: Promise
    told: Promise
    effect: Promise
    act: Act
    is_possible: Callable[[RunView], bool]
    do: Callable[[Visitor, UUID, str], UUID]
    is_grave: bool = False
    needs_reason: bool = True


def _propose(visitor: Visitor, run_id: UUID, reason: str) -> UUID:
    propose_release(visitor, run_id, reason)
    return run_id


def _release(visitor: Visitor, run_id: UUID, _reason: str) -> UUID:
    return release(settings.INSTALLATION, visitor, run_id).run_id


def _pause(visitor: Visitor, run_id: UUID, reason: str) -> UUID:
    pause(visitor, run_id, reason)
    return run_id


def _resume(visitor: Visitor, run_id: UUID, reason: str) -> UUID:
    return go_on(settings.INSTALLATION, visitor, run_id, reason).run_id


def _cancel(visitor: Visitor, run_id: UUID, reason: str) -> UUID:
    return cancel(settings.INSTALLATION, visitor, run_id, reason).run_id


def _retry(visitor: Visitor, run_id: UUID, reason: str) -> UUID:
    return retry(settings.INSTALLATION, visitor, run_id, reason).run_id


def _waits(view: RunView, state: str) -> bool:
    run = view.run
    checked = run.state is RunState.CHECKED and run.needs_release
    return checked and view.release_state == state


def _to_try_again(view: RunView) -> list[Failures]:
    """What contradicts itself is never tried again: a person finds out."""
    return [each for each in view.failures if each.outcome != "contradictory"]


def _has_left(view: RunView) -> bool:
    return any(shard.state is not ShardState.PENDING for shard in view.shards)


ACTS: Mapping[str, RunAct] = {
    act.name: act
    for act in (
        RunAct(
            "propose",
            gettext_lazy("Propose its release"),
            gettext_lazy("Proposed. Another authorised person has to approve it."),
            gettext_lazy("Another person is asked to let all of it go. Nothing leaves by that."),
            Act.PROPOSE_RELEASE_RUN,
            lambda view: _waits(view, ""),
            _propose,
        ),
        RunAct(
            "release",
            gettext_lazy("Release now"),
            gettext_lazy("Released. A worker sends it when its time has come."),
            gettext_lazy("All of it leaves as soon as its time has come. Another person agreed."),
            Act.RELEASE_RUN,
            lambda view: _waits(view, "approved"),
            _release,
            is_grave=True,
            needs_reason=False,
        ),
        RunAct(
            "pause",
            gettext_lazy("Pause"),
            gettext_lazy("Paused. Nothing more leaves; answers are taken in all the same."),
            gettext_lazy("What has not left stays here. What is being sent now is finished."),
            Act.PAUSE_RUN,
            lambda view: (
                view.run.paused_at is None
                and view.run.state in {RunState.CHECKED, RunState.RELEASED, RunState.SENDING}
            ),
            _pause,
        ),
        RunAct(
            "resume",
            gettext_lazy("Let it go on"),
            gettext_lazy("It goes on."),
            gettext_lazy("What has not left leaves from now on."),
            Act.PAUSE_RUN,
            lambda view: may_go_on(view.run),
            _resume,
        ),
        RunAct(
            "retry",
            gettext_lazy("Try again what failed"),
            gettext_lazy("The follow-up is planned."),
            gettext_lazy(
                "A follow-up is planned of exactly what failed or was returned and can be tried"
                " again. Money and messages of it are released by two persons once more."
            ),
            Act.RETRY_RUN,
            lambda view: any(each.not_taken for each in _to_try_again(view)),
            _retry,
        ),
        RunAct(
            "cancel",
            gettext_lazy("Cancel"),
            gettext_lazy("Cancelled. Claims and choices wait again."),
            gettext_lazy("The run is given up for good. Its claims and choices wait again."),
            Act.PAUSE_RUN,
            lambda view: view.run.state not in _OVER | {RunState.SENT} and not _has_left(view),
            _cancel,
            is_grave=True,
        ),
    )
}
"""In the order in which they are offered."""


def offered(visitor: Visitor, view: RunView) -> list[dict[str, object]]:
    """The acts that the run's state allows and a role of the visitor has."""
    return [
        {
            "words": act.words,
            "address": reverse("run_act", args=[view.run.run_id, act.name]),
            "is_grave": act.is_grave,
        }
        for act in ACTS.values()
        if act.is_possible(view) and may(visitor, act.act)
    ]


@login_required
@require_http_methods(["GET", "POST"])
def acted(request: HttpRequest, run_id: UUID, name: str) -> HttpResponse:
    """What the act will do, in heads and money; and the act itself, once it is confirmed."""
    act = ACTS.get(name)
    if act is None:
        raise Http404
    visitor = reader(request)
    view = _view(visitor, run_id)
    standing(request).onward = reverse("run", args=[run_id])
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and (form.is_valid() if not act.needs_reason else form.says_why()):
        after = act.do(visitor_of(request), run_id, form.cleaned_data["reason"])
        messages.success(request, str(act.told))
        return redirect("run", run_id=after)
    wrong = request.method == "POST"
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK
    context = {"act": act, "form": form, "is_possible": act.is_possible(view), **_sums(view, name)}
    context["brings"] = quantity_words(visitor, view.run) if context["shards"] else ""
    return render(request, "operations/runs/act.html", context, status=status)


def _sums(view: RunView, name: str) -> dict[str, object]:
    """How many items and how much money the act is about."""
    run, shards = view.run, view.run.shards
    programme = in_force_or_none(run.programme)
    if name == "retry":
        # What is tried again is packed anew.
        shards = 0
        items = sum(each.not_taken for each in _to_try_again(view))
        amount = sum(each.amount for each in _to_try_again(view) if each.not_taken)
    elif name in {"pause", "resume"}:
        waiting = [shard for shard in view.shards if shard.state is ShardState.PENDING]
        items, amount = sum(each.items for each in waiting), sum(each.total for each in waiting)
        shards = len(waiting)
    else:
        items, amount = run.items, run.total
    return {
        "run": run,
        "name": run_name(run),
        "items": f"{items:,}",
        "amount": money_text(programme, amount) if amount else _("no money"),
        "shards": f"{shards:,}" if shards else "",
        "hash": run.items_sha256,
        # Who lets it go is told what customers were shown.
        "deviating": deviating_told(run, view.deviating) if name in _LETTING_GO else None,
    }


def _view(visitor: Visitor, run_id: UUID) -> RunView:
    try:
        return show_run(visitor, run_id)
    except MakegoodError as error:
        if any(finding.code == "MG870" for finding in error.findings):
            raise Http404 from None
        raise
