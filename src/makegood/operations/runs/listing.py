"""All runs, narrowed down by programme and state."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from makegood.operations.frame import language
from makegood.operations.parts import Figures, FilterForm, Shown, csv_asked, paged
from makegood.operations.reading import in_force_or_none, may, measure_title, money_text
from makegood.operations.runs.troubles import trouble_shown
from makegood.operations.runs.words import (
    channel_words,
    kind_words,
    period_words,
    state_tone,
    state_words,
)
from makegood.publication import versions
from makegood.runs import STATE_WORDS, RunRow, RunState, Step, Trouble, list_runs, standing_troubles
from makegood.trust.policy import Act
from makegood.trust.staff import visitor_of

_FILE_ROWS_MAX = 10_000


class RunsForm(FilterForm):
    """Which runs are wanted."""

    programme = forms.ChoiceField(label=gettext_lazy("Programme"), required=False)
    state = forms.ChoiceField(label=gettext_lazy("State"), required=False)

    def __init__(self, *given: Any, **named: Any) -> None:  # noqa: ANN401 - Django's own
        super().__init__(*given, **named)
        names = sorted({each.programme for each in versions()})
        states = [(state.value, STATE_WORDS[state][language()]) for state in RunState]
        every = ("", _("All"))
        self.fields["programme"].choices = [every, *((name, name) for name in names)]  # type: ignore[attr-defined]
        self.fields["state"].choices = [every, *states]  # type: ignore[attr-defined]


@login_required
@require_GET
def listed(request: HttpRequest) -> HttpResponse:
    """Runs, those due last first, with their states and counts."""
    visitor = visitor_of(request)
    form = RunsForm(request.GET or None)
    wanted = (form.chosen("programme"), form.chosen("state")) if form.is_valid() else ("", "")
    if request.GET.get("download"):
        found = list_runs(visitor, *wanted, _FILE_ROWS_MAX)
        if file := csv_asked(request, runs_table(found)):
            return file
    page = paged(request, lambda limit, offset: list_runs(visitor, *wanted, limit, offset))
    context = {
        "form": form,
        "runs": runs_table(page.rows),
        "troubles": troubles_table(standing_troubles()),
        "paged": page,
        "may_bring": may(visitor, Act.CARRY_OUT_RUNS),
        "may_resolve": may(visitor, Act.RETRY_RUN, Act.DECIDE_CLAIM),
    }
    return render(request, "operations/runs/list.html", context)


def troubles_table(found: list[Trouble]) -> Figures:
    """What goes wrong in the work just now, the oldest first."""
    steps = {
        Step.PLAN: _("planning"),
        Step.CHECK: _("checking"),
        Step.RELEASE: _("releasing"),
        Step.CLAIMS: _("checking applications"),
        Step.TIDY: _("tidying up"),
        Step.SEND: _("sending"),
        Step.ANSWERS: _("taking in answers"),
        Step.ASK: _("asking about answers"),
        Step.TELL: _("telling customers"),
        Step.CLOSE: _("closing"),
    }
    rows = tuple((steps[each.step], each.since, trouble_shown(each.words)) for each in found)
    columns = (_("Step"), _("Began"), _("What goes wrong"))
    return Figures("troubles", _("What goes wrong in the work"), columns, rows)


def runs_table(found: list[RunRow]) -> Figures:
    """Runs as a table; each leads to its own page."""
    programmes = {name: in_force_or_none(name) for name in {run.programme for run in found}}
    rows = tuple(
        (
            Shown(
                _name(run, measure_title(programmes[run.programme], run.measure), is_dated=True),
                str(run.run_id),
                reverse("run", args=[run.run_id]),
            ),
            run.programme,
            run.due_at,
            channel_words(run.channel.value),
            Shown(state_words(run), run.state.value, tone=state_tone(run) or "plain-tag"),
            run.items,
            Shown(money_text(programmes[run.programme], run.total), run.total)
            if run.total
            else None,
            run.done,
            run.failed,
            run.returned,
            run.unknown,
        )
        for run in found
    )
    columns = (
        _("Run"),
        _("Programme"),
        _("Due"),
        _("Way"),
        _("State"),
        _("Items"),
        _("Amount"),
        _("Carried out"),
        _("Failed"),
        _("Returned"),
        _("Without an end"),
    )
    return Figures("runs", _("Runs"), columns, rows)


def _name(run: RunRow, measure: str, *, is_dated: bool = False) -> str:
    """``is_dated`` where its instant stands beside it: then the name does not repeat it."""
    again = f" #{run.sequence}" if run.sequence else ""
    of_what = ": ".join(part for part in (measure, kind_words(run)) if part)
    period = period_words(run.period, is_dated=is_dated)
    return ", ".join(part for part in (of_what, period) if part) + again


def run_name(run: RunRow) -> str:
    """A run as a heading: of what, what it brings, of which period, the how-manieth time."""
    return _name(run, measure_title(in_force_or_none(run.programme), run.measure))
