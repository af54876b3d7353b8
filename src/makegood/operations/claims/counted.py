"""Applications by day and channel, and where they stand: counts that name nobody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from makegood.drawing import Plot, Series, stacked_columns
from makegood.operations.chosen import Chosen, ProgrammeForm, chosen, day_mark
from makegood.operations.claims.words import channel_words, state_words
from makegood.operations.parts import Chart, Figures, Period, Shown, Value, csv_asked, spans
from makegood.operations.rights import ask_for_figures
from makegood.redress.claims import ClaimCount, counts

_DAYS = 30
_DAYS_MAX = 400


@login_required
@require_GET
def claims(request: HttpRequest) -> HttpResponse:
    """How many came in on each day and how, and where all of them stand."""
    ask_for_figures(request, what="claims_by_day")
    found = chosen(request)
    if found is None:
        return render(request, "operations/claims/claims.html", {})
    form = ProgrammeForm(request, found, with_measure=True)
    measure = form.chosen("measure")
    all_counts = [
        each for each in counts(found.name, str(found.zone)) if measure in {"", each.measure}
    ]
    period = _period(form, all_counts, found)
    daily, standing = day_figures(all_counts, period), state_figures(found, all_counts)
    file = csv_asked(request, daily, standing)
    if file is not None:
        return file
    context = {
        "chosen": found,
        "form": form,
        "spans": spans(request),
        "chart": Chart(daily, stacked_columns(_plot(daily, period))),
        "standing": standing,
    }
    return render(request, "operations/claims/claims.html", context)


def day_figures(found: Sequence[ClaimCount], period: Period) -> Figures:
    """A row for each day of a period, the newest first; a column for each channel."""
    channels = sorted({each.through for each in found})
    by_day: Counter[tuple[date, str]] = Counter()
    for each in found:
        by_day[each.day, each.through] += each.claims
    rows: tuple[tuple[Value, ...], ...] = tuple(
        (day, *(by_day[day, name] for name in channels), sum(by_day[day, n] for n in channels))
        for day in reversed(_days(period))
    )
    columns = (_("Day"), *(channel_words(name) for name in channels), _("All"))
    return Figures("claims-by-day", _("Applications by day and channel"), columns, rows)


def state_figures(chosen_one: Chosen, found: Sequence[ClaimCount]) -> Figures:
    """A row for each measure and state: how many, and how much."""
    claims_in: Counter[tuple[str, str]] = Counter()
    amounts: Counter[tuple[str, str]] = Counter()
    for each in found:
        claims_in[each.measure, each.state.value] += each.claims
        amounts[each.measure, each.state.value] += each.amount
    rows = tuple(
        (
            chosen_one.measure(measure),
            Shown(state_words(state), state),
            claims_in[measure, state],
            Shown(chosen_one.money(amounts[measure, state]), amounts[measure, state]),
        )
        for measure, state in sorted(claims_in)
    )
    columns = (_("Measure"), _("State"), _("Applications"), _("Amount"))
    return Figures("claims-by-state", _("Where applications stand"), columns, rows)


def _period(form: ProgrammeForm, found: Sequence[ClaimCount], chosen_one: Chosen) -> Period:
    """The days asked for; else the last 30 days on which something came in, or up to today."""
    asked = form.period(_DAYS)
    given = form.cleaned_data if form.is_valid() else {}
    if not (given.get("since") or given.get("until")):
        last = max((each.day for each in found), default=chosen_one.today)
        first = min((each.day for each in found), default=last)
        asked = Period(max(first, last - timedelta(days=_DAYS - 1)), last)
    return Period(max(asked.since, asked.until - timedelta(days=_DAYS_MAX - 1)), asked.until)


def _days(period: Period) -> list[date]:
    return [period.since + timedelta(days=n) for n in range((period.until - period.since).days + 1)]


def _plot(daily: Figures, period: Period) -> Plot:
    """The picture of the very table: its columns between the day and the sum."""
    rows = list(reversed(daily.rows))
    series = tuple(
        Series(str(words), tuple(int(str(row[at])) for row in rows))
        for at, words in enumerate(daily.columns[1:-1], start=1)
    )
    places = tuple(day_mark(day) for day in _days(period))
    return Plot(_("Applications by day and channel"), places, series, lambda count: f"{count:,}")
