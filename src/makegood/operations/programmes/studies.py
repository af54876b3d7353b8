"""What a page asks for over all lines: asked, seen while it goes on, shown when it is done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET
from procrastinate.contrib.django import app

from makegood.operations.frame import language
from makegood.operations.parts import Figures, Shown, Value
from makegood.operations.programmes.top_ups import top_up_tables
from makegood.operations.programmes.words import (
    decision_words,
    effect_words,
    kind_words,
    state_words,
    tone_of,
)
from makegood.operations.reading import (
    exclusion_words,
    in_force_or_none,
    measure_title,
    money_text,
    reader,
)
from makegood.programmes import Programme, date_text, load_text
from makegood.publication import Study, StudyKind, ask_for_study, studies_of, study_of, text_of
from makegood.trust.access import Visitor

_TASK = "makegood.carry_out_study"


@dataclass(frozen=True, slots=True)
class ShownStudy:
    """A study with its words, and its result as tables."""

    study: Study
    title: str
    state: str
    tone: str
    percent: int | None
    tables: list[Figures] = field(default_factory=list)
    sums: list[tuple[str, str]] = field(default_factory=list)


def ask(visitor: Visitor, kind: StudyKind, programme: Programme) -> Study:
    """Ask for a study and tell a worker, both or neither. Raises as ``ask_for_study`` does."""
    with transaction.atomic():
        study, is_new = ask_for_study(visitor, kind, programme)
        if is_new:
            app.configure_task(_TASK).defer(study_id=str(study.study_id))
    return study


def newest_study(sha256: str, kind: StudyKind) -> Study | None:
    """The newest study of a text; None where nobody asked."""
    return next(iter(studies_of(sha256, kind)), None)


@login_required
@require_GET
def progress(request: HttpRequest, study_id: UUID) -> HttpResponse:
    """One study by itself: what the page takes in while it goes on."""
    reader(request)
    study = study_of(study_id)
    text = text_of(study.sha256)
    context = {"shown": shown_study(study, load_text(text) if text else None), "alone": True}
    return render(request, "operations/programmes/study.html", context)


def shown_study(study: Study, programme: Programme | None) -> ShownStudy:
    """A study as the pages show it."""
    percent = 100 * study.done // study.whole if study.whole else None
    tables: list[Figures] = []
    sums: list[tuple[str, str]] = []
    if study.result:
        match study.kind:
            case StudyKind.FORECAST:
                tables = [forecast_table(study.result, programme)]
                sums = [
                    (_("Lines"), f"{study.result['lines']:,}"),
                    (_("As of"), date_text(date.fromisoformat(study.result["as_of"]), language())),
                ]
            case StudyKind.DIFFERENCE:
                tables = _difference(study, programme)
                sums = _sums(study, programme)
            case StudyKind.TOP_UPS:
                tables = top_up_tables(study, programme)
            case StudyKind.TOP_UP_RUNS:
                tables = [_runs(study)]
    return ShownStudy(
        study,
        kind_words(study.kind),
        state_words(study.state),
        tone_of(study.state),
        min(percent, 100) if percent is not None else None,
        tables,
        sums,
    )


def _money(programme: Programme | None, amount: int) -> Value:
    return Shown(money_text(programme, amount), amount)


def forecast_table(forecast: Mapping[str, Any], programme: Programme | None) -> Figures:
    """Heads and money by measure, as a study has found them and a proposal holds them."""
    rows = tuple(
        (
            measure_title(programme, name),
            said["granted"],
            said["undetermined"],
            _money(programme, said["amount"]) if said["amount"] else None,
        )
        for name, said in forecast["measures"].items()
    )
    columns = (_("Measure"), _("Granted"), _("Undetermined"), _("Amount"))
    return Figures("forecast", _("What it comes to"), columns, rows)


def _sums(study: Study, programme: Programme | None) -> list[tuple[str, str]]:
    found = [
        (_("Lines"), f"{study.result['lines']:,}"),
        (_("As before in everything"), f"{study.result['unchanged']:,}"),
    ]
    for effect in ("gains", "loses"):
        of = [each for each in study.result["changes"] if each["effect"] == effect]
        lines = sum(each["lines"] for each in of)
        amount = money_text(programme, sum(each["amount"] for each in of))
        found.append(
            (
                _("Decisions that %(effect)s") % {"effect": effect_words(effect)},
                f"{lines:,} · {amount}",
            )
        )
    return found


def _difference(study: Study, programme: Programme | None) -> list[Figures]:
    because = {
        each["measure"]: exclusion_words(in_force_or_none(study.programme), each["measure"])
        | exclusion_words(programme, each["measure"])
        for each in study.result["changes"]
    }
    changes = tuple(
        (
            measure_title(programme, each["measure"]),
            decision_words(each["old"], because[each["measure"]]),
            decision_words(each["new"], because[each["measure"]]),
            Shown(effect_words(each["effect"]), each["effect"], tone=_tone(each["effect"])),
            each["lines"],
            _money(programme, each["amount"]) if each["amount"] else None,
        )
        for each in study.result["changes"]
    )
    columns = (_("Measure"), _("Was"), _("Becomes"), _("Effect"), _("Lines"), _("Amount"))
    keys = tuple(
        (each["path"], _said(each["old"]), _said(each["new"])) for each in study.result["keys"]
    )
    return [
        Figures("changes", _("Changed decisions"), columns, changes),
        Figures("keys", _("Changed keys of the file"), (_("Key"), _("Was"), _("Becomes")), keys),
    ]


def _tone(effect: str) -> str:
    return {"gains": "good", "loses": "bad"}.get(effect, "warn")


def _said(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(_said, value))
    return "–" if value is None else str(value)


def _runs(study: Study) -> Figures:
    rows = tuple((Shown(run[:8], run, reverse("run", args=[run])),) for run in study.result["runs"])
    return Figures("top-up-runs", _("Runs for what is added"), (_("Run"),), rows)
