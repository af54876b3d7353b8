"""The plan: everything that is due by the version in force, what it comes to, how far it is."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from makegood.decisions import Decisions
from makegood.drawing import MarkState, TimelineRow, timeline
from makegood.kernel import MakegoodError
from makegood.operations.frame import language
from makegood.operations.parts import Chart, Figures, Shown, csv_asked
from makegood.operations.programmes.studies import ask, newest_study, shown_study
from makegood.operations.reading import (
    in_force_or_none,
    may,
    measure_title,
    money_text,
    reader,
    spoken,
)
from makegood.operations.runs.words import state_tone, state_words
from makegood.programmes import Programme
from makegood.publication import StudyKind, StudyState
from makegood.runs import RULES, Expected, RunState, agenda, known_decisions, last_due
from makegood.trust.clock import now
from makegood.trust.policy import Act
from makegood.trust.staff import standing, visitor_of

_ASKED = {"forecast": StudyKind.FORECAST, "top-ups": StudyKind.TOP_UPS}


@login_required
@require_GET
def shown(request: HttpRequest, programme: str) -> HttpResponse:
    """What is due when, to how many, how much, and what became of it; as a picture and a table."""
    visitor = reader(request)
    loaded = _loaded(programme)
    decisions = _decisions(loaded)
    entries = agenda(loaded, _last(loaded), decisions)
    table = _table(loaded, entries)
    found = [newest_study(loaded.sha256, kind) for kind in StudyKind]
    of_plan = [
        shown_study(study, loaded)
        for study in found
        if study and study.kind is not StudyKind.DIFFERENCE
    ]
    tables = [table for each in of_plan for table in each.tables]
    if file := csv_asked(request, table, *tables):
        return file
    context = {
        "programme": loaded,
        "title": loaded.section.title[spoken(loaded)],
        "chart": Chart(table, _picture(loaded, entries)) if entries else None,
        "is_decided": decisions is not None,
        "studies": of_plan,
        "can_top_up": any(
            each.study.kind is StudyKind.TOP_UPS
            and each.study.state is StudyState.DONE
            and any(one["heads"] for one in each.study.result["top_ups"])
            for each in of_plan
        ),
        "may_plan": may(visitor, Act.PLAN_RUNS),
    }
    return render(request, "operations/programmes/plan.html", context)


@login_required
@require_POST
def studied(request: HttpRequest, programme: str, kind: str) -> HttpResponse:
    """Heads and money, or what the version adds, is asked for; a worker carries it out."""
    if kind not in _ASKED:
        raise Http404
    _come_back(request, programme)
    ask(visitor_of(request), _ASKED[kind], _loaded(programme))
    messages.success(request, _("Asked. A worker carries it out; this page shows how far it is."))
    return redirect("programme_plan", programme=programme)


@login_required
@require_http_methods(["GET", "POST"])
def topped_up(request: HttpRequest, programme: str) -> HttpResponse:
    """What is added is planned as runs, once more confirmed; two persons release each of them."""
    reader(request)
    loaded = _loaded(programme)
    study = newest_study(loaded.sha256, StudyKind.TOP_UPS)
    if study is None or study.state is not StudyState.DONE:
        raise Http404
    if request.method == "POST":
        _come_back(request, programme)
        ask(visitor_of(request), StudyKind.TOP_UP_RUNS, loaded)
        messages.success(request, _("Asked. A worker plans the runs; two persons release them."))
        return redirect("programme_plan", programme=programme)
    more = [each for each in study.result["top_ups"] if each["heads"]]
    context = {
        "programme": loaded,
        "heads": sum(each["heads"] for each in more),
        "amount": money_text(loaded, sum(each["amount"] for each in more)),
        "shown": shown_study(study, loaded),
    }
    return render(request, "operations/programmes/top_up.html", context)


def _loaded(programme: str) -> Programme:
    found = in_force_or_none(programme)
    if found is None:
        raise Http404
    return found


def _decisions(programme: Programme) -> Decisions | None:
    """Decisions over the newest lines, where they are there and sound; nothing is decided here."""
    try:
        return known_decisions(settings.INSTALLATION, programme)
    except MakegoodError:
        return None


def _last(programme: Programme) -> datetime:
    """The instant of the last run, or the end of this day."""
    zone = ZoneInfo(programme.section.time_zone)
    today = datetime.combine(now().astimezone(zone), time.max, zone)
    return max(today, last_due(programme) or today)


def _table(programme: Programme, entries: list[Expected]) -> Figures:
    rows = []
    for each in entries:
        at_most = "≤ " if each.at_most else ""
        heads = None if each.heads is None else Shown(f"{at_most}{each.heads:,}", each.heads)
        amount = None
        if each.amount:
            amount = Shown(f"{at_most}{money_text(programme, each.amount)}", each.amount)
        rows.append(
            (
                each.due.due_at,
                RULES[each.due.kind].words[language()],
                measure_title(programme, each.due.measure) or None,
                heads,
                amount,
                _("yes") if each.due.needs_release else _("no"),
                _state(each),
            )
        )
    columns = (
        _("Due"),
        _("What"),
        _("Measure"),
        _("Heads"),
        _("Amount"),
        _("Second person"),
        _("State"),
    )
    return Figures("plan", _("What is due"), columns, tuple(rows))


def _state(each: Expected) -> Shown:
    if each.run is None:
        return Shown(_("to come") if each.due.due_at > now() else _("not planned yet"), "open")
    return Shown(
        state_words(each.run),
        each.run.state.value,
        reverse("run", args=[each.run.run_id]),
        state_tone(each.run),
    )


def _picture(programme: Programme, entries: list[Expected]) -> Any:  # noqa: ANN401 - an SVG
    rows: dict[str, list[tuple[Any, MarkState]]] = {}
    for each in entries:
        kind = RULES[each.due.kind].words[language()]
        measure = measure_title(programme, each.due.measure)
        words = f"{measure}: {kind}" if measure else kind
        rows.setdefault(words, []).append((timezone.localtime(each.due.due_at).date(), _mark(each)))
    done = sum(each.run is not None and each.run.state is RunState.CLOSED for each in entries)
    description = _("%(all)s things are due, %(done)s are done") % {
        "all": len(entries),
        "done": done,
    }
    made = [TimelineRow(words, tuple(marks)) for words, marks in rows.items()]
    return timeline(made, timezone.localtime(now()).date(), _("today"), description)


def _mark(each: Expected) -> MarkState:
    if each.run is None:
        return MarkState.TO_COME
    match each.run.state:
        case RunState.CLOSED:
            return MarkState.DONE
        case RunState.STOPPED | RunState.CANCELLED:
            return MarkState.STOPPED
        case _:
            return MarkState.UNDER_WAY


def _come_back(request: HttpRequest, programme: str) -> None:
    standing(request).onward = reverse("programme_plan", args=[programme])
