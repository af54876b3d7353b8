"""Accesses to personal data: how many on each day for what, and who had access to one person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from makegood.drawing import SERIES_MAX, Plot, Series, stacked_columns
from makegood.kernel import is_pseudonym
from makegood.operations.chosen import day_mark
from makegood.operations.frame import language
from makegood.operations.log import purpose_words
from makegood.operations.log_details import field_words
from makegood.operations.parts import (
    Chart,
    Figures,
    Period,
    PeriodForm,
    Shown,
    Value,
    csv_asked,
    spans,
)
from makegood.operations.reading import actor_names
from makegood.programmes import moment_text
from makegood.trust.access import Access, AccessCount, access_counts, accesses_to
from makegood.trust.audit import KINDS
from makegood.trust.policy import Purpose, purpose_name
from makegood.trust.staff import visitor_of

_DAYS = 30
_DAYS_MAX = 120
_PURPOSES = (
    *(Purpose.AUDIT, Purpose.INCIDENT_RESPONSE, Purpose.COMPLAINT),
    *(Purpose.LEGAL_REQUEST, Purpose.OPERATION),
)


class PersonForm(PeriodForm):
    """One customer by their number, and what one looks for."""

    field_order = ("person", "purpose", "case", "since", "until")
    person = forms.CharField(label=gettext_lazy("Customer number"), max_length=64)
    purpose = forms.ChoiceField(label=gettext_lazy("What for"))
    case = forms.CharField(label=gettext_lazy("Case"), max_length=64, required=False)

    def __init__(self, *given: object) -> None:
        super().__init__(*given)  # type: ignore[arg-type] # the query, or nothing
        self.fields["purpose"].choices = [  # type: ignore[attr-defined]
            (one.value, purpose_name(one, language())) for one in _PURPOSES
        ]

    def clean_person(self) -> str:
        """A pseudonym. Raises ValidationError."""
        person: str = self.cleaned_data["person"].strip()
        if not is_pseudonym(person):
            raise forms.ValidationError(_("This is no customer number."))
        return person


@login_required
@require_GET
def accesses(request: HttpRequest) -> HttpResponse:
    """Accesses by day and purpose, drawn and as a table."""
    form = PeriodForm(request.GET or None)
    period = form.period(_DAYS)
    period = Period(max(period.since, period.until - timedelta(days=_DAYS_MAX - 1)), period.until)
    zone = settings.INSTALLATION.zone
    found = access_counts(visitor_of(request), zone, *period.instants(zone))
    by_day, by_kind = day_figures(found, period), kind_figures(found)
    file = csv_asked(request, by_day, by_kind)
    if file is not None:
        return file
    context = {
        "form": form,
        "spans": spans(request),
        "chart": Chart(by_day, stacked_columns(_plot(by_day))),
        "by_kind": by_kind,
        "person_form": PersonForm(),
    }
    return render(request, "operations/audit/accesses.html", context)


@login_required
@require_GET
def person(request: HttpRequest) -> HttpResponse:
    """Who had access to one person's data, when, from where and why."""
    # Nothing was asked for yet: nothing is wrong yet.
    form = PersonForm(request.GET or None)
    if not form.is_valid():
        return render(request, "operations/audit/person.html", {"form": form})
    given, zone = form.cleaned_data, settings.INSTALLATION.zone
    since, until = given["since"], given["until"]
    found = accesses_to(
        visitor_of(request),
        given["person"],
        zone,
        since=datetime.combine(since, time(), zone) if since else None,
        until=datetime.combine(until + timedelta(days=1), time(), zone) if until else None,
        purpose=given["purpose"],
        case=given["case"],
    )
    figures = access_figures(found, given["purpose"])
    file = csv_asked(request, figures)
    if file is not None:
        return file
    context = {"form": form, "figures": figures, "count": len(found), "person": given["person"]}
    return render(request, "operations/audit/person.html", context)


def day_figures(found: Sequence[AccessCount], period: Period) -> Figures:
    """A row for each day of a period; a column for each purpose, the most frequent first."""
    by_day: Counter[tuple[date, str]] = Counter()
    by_purpose: Counter[str] = Counter()
    for each in found:
        by_day[each.day, each.purpose] += each.count
        by_purpose[each.purpose] += each.count
    names = [name for name, _count in by_purpose.most_common()]
    shown, others = names[: SERIES_MAX - 1], names[SERIES_MAX - 1 :]
    days = [period.since + timedelta(days=n) for n in range((period.until - period.since).days + 1)]
    rows: tuple[tuple[Value, ...], ...] = tuple(
        (
            day,
            *(by_day[day, name] for name in shown),
            *([sum(by_day[day, name] for name in others)] if others else []),
            sum(by_day[day, name] for name in names),
        )
        for day in days
    )
    words = [purpose_words(name) or _("none named") for name in shown]
    columns = (_("Day"), *words, *([_("Others")] if others else []), _("All"))
    return Figures("accesses-by-day", _("Accesses by day and purpose"), columns, rows)


def kind_figures(found: Sequence[AccessCount]) -> Figures:
    """How many of each kind."""
    sums: Counter[str] = Counter()
    for each in found:
        sums[each.kind] += each.count
    rows = tuple((KINDS[kind].words[language()], count) for kind, count in sums.most_common())
    return Figures("accesses-by-kind", _("Accesses by task"), (_("Task"), _("Accesses")), rows)


def access_figures(found: Sequence[Access], purpose: str) -> Figures:
    """Accesses to one person as a table, the newest first, each with its entry of the log."""
    names = actor_names(each.actor for each in found)
    rows: tuple[tuple[Value, ...], ...] = tuple(
        (
            Shown(
                moment_text(each.at, language(), firm=True),
                each.at.isoformat(timespec="seconds"),
                f"{reverse('entry', args=[each.entry_id])}?{urlencode({'purpose': purpose})}",
            ),
            KINDS[each.kind].words[language()],
            names.get(each.actor, each.actor),
            purpose_words(each.purpose),
            each.case,
            " · ".join(text for text in (", ".join(field_words(each.fields)), each.reason) if text),
            each.source,
        )
        for each in reversed(found)
    )
    columns = (
        *(_("When"), _("What"), _("Who"), _("What for"), _("Case"), _("Details")),
        _("From"),
    )
    return Figures("accesses", _("Accesses"), columns, rows)


def _plot(by_day: Figures) -> Plot:
    """The picture of the very table: its columns between the day and the sum."""
    series = tuple(
        Series(words, tuple(int(str(row[at])) for row in by_day.rows))
        for at, words in enumerate(by_day.columns[1:-1], start=1)
    )
    places = tuple(day_mark(date.fromisoformat(str(row[0]))) for row in by_day.rows)
    return Plot(by_day.caption, places, series, lambda count: f"{count:,}")
