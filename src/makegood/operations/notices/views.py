"""Messages of a programme: sent, delivered, failed, without a report; what reminders did."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from makegood.channels.messages import KEPT_DAYS
from makegood.drawing import Plot, Series, stacked_columns
from makegood.operations.chosen import Chosen, ProgrammeForm, chosen, day_mark
from makegood.operations.notices.words import channel_words, kind_words, language_words
from makegood.operations.parts import Chart, Figures, Shown, Value, csv_asked
from makegood.operations.rights import ask_to_read
from makegood.programmes import TemplateKind
from makegood.runs import MessageCount, delivered_counts
from makegood.trust.policy import Act, ResourceKind

_WITHIN = ("1", "3", "7", "14")
_USUAL = "7"
_PLACES_MAX = 60
_TENTHS = 1000


@login_required
@require_GET
def notices(request: HttpRequest) -> HttpResponse:
    """Every run of notices and reminders, and all messages about events and codes."""
    ask_to_read(request, Act.READ_RUNS, ResourceKind.RUN, details={"what": "messages"})
    found = chosen(request)
    if found is None:
        return render(request, "operations/notices/notices.html", {})
    form = _form(request, found)
    days = int(form.chosen("within") or _USUAL)
    counts = delivered_counts(found.name, settings.INSTALLATION, days=days)
    table = message_figures(found, counts)
    by_day = day_figures(found, counts)
    effects = effect_figures(found, [each for each in counts if each.applied is not None], days)
    file = csv_asked(request, table, by_day, effects)
    if file is not None:
        return file
    context = {
        "chosen": found,
        "form": form,
        "days": days,
        "table": table,
        "effects": effects,
        "chart": Chart(by_day, stacked_columns(_plot(by_day))) if by_day.rows else None,
    }
    return render(request, "operations/notices/notices.html", context)


def message_figures(found: Chosen, counts: Sequence[MessageCount]) -> Figures:
    """A row for each run of messages, for each kind of event, and for one-time codes.

    A row for each language: what is sent in two is in two rows.
    """
    columns = (
        *(_("Message"), _("About"), _("Channel"), _("Language"), _("When"), _("Waiting")),
        *(_("Sent"), _("Delivered"), _("Failed"), _("No report")),
    )
    rows = tuple(
        (
            _name(each),
            found.measure(each.measure) if each.measure else found.title,
            channel_words(each.channel),
            language_words(each.language),
            each.due_at or each.last_sent_at,
            *(each.waiting, each.sent, each.delivered, each.failed, each.pending),
        )
        for each in counts
    )
    return Figures("messages", _("Messages"), columns, rows)


def day_figures(found: Chosen, counts: Sequence[MessageCount]) -> Figures:
    """Messages of runs by the day on which they were due: what became of them."""
    columns = (_("Day"), _("Delivered"), _("Failed"), _("No report"), _("Waiting"))
    sums: dict[date, list[int]] = {}
    for each in counts:
        if each.due_at is None:
            continue
        day = each.due_at.astimezone(found.zone).date()
        row = sums.setdefault(day, [0, 0, 0, 0])
        for at, count in enumerate((each.delivered, each.failed, each.pending, each.waiting)):
            row[at] += count
    rows: tuple[tuple[Value, ...], ...] = tuple((day, *row) for day, row in sorted(sums.items()))
    return Figures("messages-by-day", _("Messages by the day they were due"), columns, rows)


def effect_figures(found: Chosen, reminders: Sequence[MessageCount], days: int) -> Figures:
    """What reminders did: for how many of the lines reminded somebody applied within days."""
    columns = (_("Reminder"), _("About"), _("Sent"), _("Applied within %s days") % days, _("Share"))
    rows = tuple(
        (
            each.due_at or each.first_sent_at,
            found.measure(each.measure),
            each.sent,
            each.applied or 0,
            _share(each.applied or 0, each.sent),
        )
        for each in reminders
    )
    return Figures("reminders", _("What reminders did"), columns, rows)


def _name(each: MessageCount) -> Shown:
    words = kind_words(each.kind)
    if each.kind is TemplateKind.CODE:
        words = _("One-time codes of the last %s days") % KEPT_DAYS
    address = reverse("run", args=[each.run_id]) if each.run_id else ""
    return Shown(words, words, address)


def _share(part: int, whole: int) -> Shown | None:
    if not whole:
        return None
    tenths = (_TENTHS * part + whole // 2) // whole
    return Shown(f"{tenths // 10}.{tenths % 10}%", f"{tenths // 10}.{tenths % 10}")


def _form(request: HttpRequest, found: Chosen) -> ProgrammeForm:
    form = ProgrammeForm(request, found)
    for name in ("since", "until"):
        del form.fields[name]
    form.fields["within"] = forms.ChoiceField(
        label=gettext_lazy("Effect of reminders within days"),
        choices=[(each, each) for each in _WITHIN],
        required=False,
    )
    if "within" not in request.GET:
        form.data = {"programme": request.GET.get("programme", found.name), "within": _USUAL}
    return form


def _plot(by_day: Figures) -> Plot:
    """The picture of the very table; the last days of it where there are very many."""
    rows = by_day.rows[-_PLACES_MAX:]
    series = tuple(
        Series(words, tuple(int(str(row[at])) for row in rows))
        for at, words in enumerate(by_day.columns[1:], start=1)
    )
    places = tuple(day_mark(date.fromisoformat(str(row[0]))) for row in rows)
    return Plot(by_day.caption, places, series, lambda count: f"{count:,}")
