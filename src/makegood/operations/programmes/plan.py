"""The plan: the whole calendar of the version in force, what it comes to, how far it is."""

from __future__ import annotations

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from makegood.decisions import Decisions
from makegood.drawing import MarkState, TimelineRow, timeline
from makegood.kernel import MakegoodError
from makegood.operations.frame import language
from makegood.operations.parts import Chart, Figures, Shown, csv_asked
from makegood.operations.programmes.studies import ask, newest_study, shown_study
from makegood.operations.programmes.top_ups import sums_of
from makegood.operations.reading import (
    in_force_or_none,
    may,
    measure_title,
    money_text,
    reader,
    spoken,
)
from makegood.operations.runs.words import state_tone, state_words
from makegood.programmes import Programme, moment_text
from makegood.publication import StudyKind, StudyState
from makegood.runs import (
    CalendarEntry,
    RunRow,
    RunState,
    Stage,
    known_decisions,
    timetable,
    undated,
)
from makegood.trust.clock import now
from makegood.trust.policy import Act
from makegood.trust.staff import standing, visitor_of

_ASKED = {"forecast": StudyKind.FORECAST, "top-ups": StudyKind.TOP_UPS}


@login_required
@require_GET
def shown(request: HttpRequest, programme: str) -> HttpResponse:
    """What happens when, to how many, how much, what became of it; as a picture and a table."""
    visitor = reader(request)
    loaded = _loaded(programme)
    decisions = _decisions(loaded)
    entries = timetable(settings.INSTALLATION, loaded, decisions)
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
        "undated": [measure_title(loaded, name) for name in undated(loaded)],
        "zone": loaded.section.time_zone,
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
        "sums": sums_of(more, loaded),
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


def _table(programme: Programme, entries: list[CalendarEntry]) -> Figures:
    rows = []
    for each in entries:
        at_most = "≤ " if each.at_most else ""
        heads = None if each.heads is None else Shown(f"{at_most}{each.heads:,}", each.heads)
        amount = None
        if each.amount:
            amount = Shown(f"{at_most}{money_text(programme, each.amount)}", each.amount)
        rows.append(
            (
                _when(each),
                _words(programme, each),
                measure_title(programme, each.measure) or None,
                heads,
                amount,
                _second_person(each),
                _state(each),
            )
        )
    columns = (
        _("When"),
        _("What"),
        _("Measure"),
        _("Heads"),
        _("Amount"),
        _("Second person"),
        _("State"),
    )
    return Figures("plan", _("The calendar"), columns, tuple(rows))


def _when(each: CalendarEntry) -> date | Shown:
    """The day, or the instant where the programme's customers are, not where this program is."""
    if each.is_whole_day:
        return each.at.date()
    at = each.at.isoformat(timespec="seconds")
    return Shown(moment_text(each.at, language(), firm=True), at, is_moment=True)


def _second_person(each: CalendarEntry) -> str | None:
    if each.due is None:
        return None
    return _("yes") if each.due.due.needs_release else _("no")


def _words(programme: Programme, each: CalendarEntry) -> str:
    """What happens, in the page's language where the programme speaks it."""
    return each.words.get(language()) or each.words.get(spoken(programme)) or each.words["en"]


def _run(each: CalendarEntry) -> RunRow | None:
    return each.due.run if each.due else None


def _state(each: CalendarEntry) -> Shown:
    run = _run(each)
    if run is not None:
        address = reverse("run", args=[run.run_id])
        return Shown(state_words(run), run.state.value, address, state_tone(run))
    if each.stage is None:
        return Shown("", "")
    return Shown(each.stage.text(language()), each.stage.value)


_WINDOWS = {
    "claim_opens": "claim",
    "claim_closes": "claim",
    "late_opens": "claim",
    "choice_opens": "choice",
    "choice_closes": "choice",
    "offers_open": "offers",
    "offer_opens": "offers",
    "offer_ends": "offers",
    "cover_starts": "cover_time",
    "cover_ends": "cover_time",
}
"""What opens and what closes it stand in one row of the picture."""


def _row_words(programme: Programme, each: CalendarEntry) -> str:
    """The words of an entry's row in the picture: short ones, the same for all of its kind."""
    words = {
        "look_up_opens": _("Look-up"),
        "base_frozen": _("Base settled"),
        "claim": _("Applications"),
        "choice": _("Choice"),
        "offers": _("Coupons"),
        "cover_time": _("Cover"),
        "passes_given": _("Begin of the passes"),
        "paid_within": _("Payment"),
        "last_bill": _("Last bill"),
        "closes": _("End of the calendar"),
    }.get(_WINDOWS.get(each.kind, each.kind), _words(programme, each))
    measure = measure_title(programme, each.measure)
    return f"{measure}: {words}" if measure else words


def _picture(programme: Programme, entries: list[CalendarEntry]) -> Any:  # noqa: ANN401 - an SVG
    rows: dict[str, list[tuple[Any, MarkState]]] = {}
    for each in entries:
        rows.setdefault(_row_words(programme, each), []).append((each.at.date(), _mark(each)))
    runs = [each for each in entries if each.due]
    done = sum(run.state is RunState.CLOSED for each in runs if (run := _run(each)))
    description = _("%(all)s entries, %(runs)s of them runs, %(done)s of these are done") % {
        "all": len(entries),
        "runs": len(runs),
        "done": done,
    }
    made = [TimelineRow(words, tuple(marks)) for words, marks in rows.items()]
    today = now().astimezone(ZoneInfo(programme.section.time_zone)).date()
    return timeline(made, today, _("today"), description)


def _mark(each: CalendarEntry) -> MarkState:
    run = _run(each)
    if run is None:
        if each.stage is not None and each.stage.is_skipped:
            return MarkState.STOPPED
        return MarkState.DONE if each.stage is Stage.OVER else MarkState.TO_COME
    match run.state:
        case RunState.CLOSED:
            return MarkState.DONE
        case RunState.STOPPED | RunState.CANCELLED:
            return MarkState.STOPPED
        case _:
            return MarkState.UNDER_WAY


def _come_back(request: HttpRequest, programme: str) -> None:
    standing(request).onward = reverse("programme_plan", args=[programme])
