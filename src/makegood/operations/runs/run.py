"""One run: how far it is, its shards, what failed and why, who was left out, what may be done."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from makegood.kernel import Finding, MakegoodError
from makegood.operations.parts import (
    Chart,
    Figures,
    Paged,
    Shown,
    csv_answer,
    csv_asked,
    paged,
)
from makegood.operations.reading import (
    at_text,
    exclusion_words,
    in_force_or_none,
    may,
    money_text,
)
from makegood.operations.runs.acts import offered
from makegood.operations.runs.deviations import deviating_told
from makegood.operations.runs.listing import run_name, runs_table
from makegood.operations.runs.quantities import quantity_words
from makegood.operations.runs.release import release_told
from makegood.operations.runs.tables import (
    failures_table,
    item_columns,
    item_rows,
    picture_of,
    progress_figures,
    shards_table,
    troubled_first,
)
from makegood.operations.runs.words import (
    channel_words,
    left_out_words,
    next_words,
    outcome_words,
    state_tone,
    state_words,
)
from makegood.runs import (
    RunState,
    RunView,
    ShardRow,
    channel_findings,
    left_out_of,
    open_items,
    show_run,
)
from makegood.trust.access import Visitor
from makegood.trust.policy import Act
from makegood.trust.staff import visitor_of

_SHARDS, _OPEN = 25, 50
_LIVE = {RunState.PLANNED, RunState.CHECKED, RunState.RELEASED, RunState.SENDING, RunState.SENT}


@login_required
@require_GET
def shown(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """The run with all that is known of it; tables and items may be downloaded."""
    visitor = visitor_of(request)
    view = _view(visitor, run_id)
    if request.GET.get("download") == "items":
        return csv_answer(f"items-{str(run_id)[:8]}", item_columns(), item_rows(visitor, run_id))
    progress, left_out = progress_figures(view), _left_out(visitor, view)
    shards = shards_table(view.shards)
    if file := csv_asked(request, progress, left_out, shards, failures_table(view)):
        return file
    page: Paged[ShardRow] = paged(
        request, lambda limit, offset: troubled_first(view)[offset : offset + limit], _SHARDS
    )
    context = {
        **live_context(view),
        "left_out": left_out,
        "shards": shards_table(page.rows),
        "all_shards": shards,
        "paged": page,
        "failures": failures_table(view),
        "open_items": _open(visitor, view),
        "can_resolve": may(visitor, Act.RETRY_RUN) and bool(view.run.unknown),
        "acts": offered(visitor, view),
        "follow_ups": runs_table(list(view.follow_ups)) if view.follow_ups else None,
        "follows": view.run.follows,
        "brings": quantity_words(visitor, view.run),
        **release_told(view),
        "findings": _findings(view),
        "deviating": deviating_told(view.run, view.deviating),
    }
    return render(request, "operations/runs/run.html", context)


@login_required
@require_GET
def progress(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """How far the run is, by itself: what the page takes in while it goes on."""
    view = _view(visitor_of(request), run_id)
    context = {**live_context(view), "alone": request.GET.get("state") != _stamp(view)}
    return render(request, "operations/runs/progress.html", context)


def live_context(view: RunView) -> dict[str, Any]:
    """What changes while a run goes on."""
    run = view.run
    programme = in_force_or_none(run.programme)
    figures = progress_figures(view)
    return {
        "run": run,
        "view": view,
        "name": run_name(run),
        "state": state_words(run),
        "tone": state_tone(run),
        "channel": channel_words(run.channel.value),
        "next": next_words(view),
        "is_live": run.state in _LIVE and run.paused_at is None,
        "stamp": _stamp(view),
        "total": money_text(programme, run.total),
        "done_total": money_text(programme, run.done_total),
        "times": _times(view),
        "chart": Chart(figures, picture_of(view, figures)) if run.items else None,
        "sent_shards": sum(count for name, count in view.by_state.items() if name != "pending"),
    }


def _times(view: RunView) -> list[tuple[str, str]]:
    run = view.run
    found = (
        (_("Due"), run.due_at),
        (_("Planned"), run.planned_at),
        (_("Checked"), run.checked_at),
        (_("Released"), run.released_at),
        (_("Paused"), run.paused_at),
        (_("Sent"), run.sent_at),
        (_("Closed"), run.closed_at),
    )
    return [(words, at_text(moment)) for words, moment in found if moment]


def _stamp(view: RunView) -> str:
    """Changes where the page as a whole is another one, and not only its counts."""
    paused = "-paused" if view.run.paused_at else ""
    return f"{view.run.state.value}{paused}-{view.release_state}"


def _view(visitor: Visitor, run_id: UUID) -> RunView:
    try:
        return show_run(visitor, run_id)
    except MakegoodError as error:
        if any(finding.code == "MG870" for finding in error.findings):
            raise Http404 from None
        raise


def _left_out(visitor: Visitor, view: RunView) -> Figures:
    try:
        reasons = left_out_of(settings.INSTALLATION, visitor, view.run.run_id)
    except MakegoodError:
        # The folder lies elsewhere, or was changed: the checks of the run tell it.
        reasons = {}
    because = exclusion_words(in_force_or_none(view.run.programme), view.run.measure)
    rows = tuple(
        (Shown(left_out_words(reason, because), reason), count) for reason, count in reasons.items()
    )
    return Figures("left-out", _("Lines without an item"), (_("Reason"), _("Lines")), rows)


def _open(visitor: Visitor, view: RunView) -> list[dict[str, Any]]:
    # While shards are still leaving, everything that has left waits for its answer.
    if not view.run.unknown or view.run.state not in {RunState.SENT, RunState.STOPPED}:
        return []
    try:
        found = open_items(settings.INSTALLATION, visitor, view.run.run_id, _OPEN)
    except (MakegoodError, OSError):
        return []
    return [
        {
            "item": each,
            "words": outcome_words(each.outcome),
            "address": reverse("run_item", args=[view.run.run_id, each.key]),
        }
        for each in found
    ]


def _findings(view: RunView) -> list[Finding]:
    return channel_findings(settings.INSTALLATION, view.run.channel)
