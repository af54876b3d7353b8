"""The monthly review on a page: figures, what was unusual, and what a reviewer says of it."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from makegood.drawing import Plot, Series, stacked_columns
from makegood.operations.frame import language
from makegood.operations.log import purpose_words
from makegood.operations.parts import Chart, Figures, FilterForm, csv_asked
from makegood.operations.reading import actor_names
from makegood.programmes import month_text
from makegood.trust.access import Review, Unusual, Verdict, look_at, review_month
from makegood.trust.audit import KINDS
from makegood.trust.clock import now
from makegood.trust.staff import standing, visitor_of

_MONTHS = 24


class MonthForm(FilterForm):
    """A month that has begun."""

    month = forms.ChoiceField(label=gettext_lazy("Month"), required=False)

    def __init__(self, request: HttpRequest) -> None:
        given = request.GET if "month" in request.GET else {"month": _months()[0]}
        super().__init__(given)
        choices = [(month, month_text(month, language())) for month in _months()]
        self.fields["month"].choices = choices  # type: ignore[attr-defined]


class LookForm(forms.Form):
    """What came of a finding."""

    verdict = forms.ChoiceField(
        label=gettext_lazy("What came of it"),
        choices=[
            (Verdict.EXPECTED.value, gettext_lazy("expected in this work")),
            (Verdict.EXPLAINED.value, gettext_lazy("explained")),
            (Verdict.MISUSE.value, gettext_lazy("misuse")),
        ],
    )
    note = forms.CharField(
        label=gettext_lazy("Note"),
        help_text=gettext_lazy("It stands in the log. Nothing personal."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


@login_required
@require_GET
def review(request: HttpRequest) -> HttpResponse:
    """The review of a month. That it was made stands in the log."""
    form = MonthForm(request)
    if not form.is_valid():
        raise Http404
    found = review_month(visitor_of(request), _first(form.chosen("month")), _zone())
    return _page(request, found, form)


@login_required
@require_POST
def look(request: HttpRequest, month: str, finding_id: str) -> HttpResponse:
    """What a reviewer says of a finding: kept once, in the log as well."""
    if month not in _months():
        raise Http404
    form = LookForm(request.POST, prefix=finding_id)
    address = f"{reverse('review')}?month={month}"
    standing(request).onward = address
    found = review_month(visitor_of(request), _first(month), _zone())
    if not form.is_valid():
        return _page(request, found, MonthForm(request), {finding_id: form})
    given = form.cleaned_data
    look_at(visitor_of(request), found, finding_id, given["verdict"], given["note"])
    messages.success(request, _("Kept, with the log."))
    return redirect(address)


def _page(
    request: HttpRequest,
    found: Review,
    form: MonthForm,
    wrong: dict[str, LookForm] | None = None,
) -> HttpResponse:
    by_day, by_purpose, by_kind = _by_day(found), _by_purpose(found), _by_kind(found)
    by_member = _by_member(found)
    file = csv_asked(request, by_day, by_purpose, by_kind, by_member)
    if file is not None:
        return file
    names = actor_names([one.actor for one in found.findings])
    marks = actor_names([one.mark.looked_at_by for one in found.findings if one.mark])
    context = {
        "review": found,
        "month_words": month_text(f"{found.month:%Y-%m}", language()),
        "form": form,
        "chart": Chart(by_day, stacked_columns(_plot(by_day))),
        "by_purpose": by_purpose,
        "by_kind": by_kind,
        "by_member": by_member,
        "findings": [
            {
                "one": one,
                "words": one.rule.ko if language() == "ko" else one.rule.en,
                "who": names.get(one.actor, one.actor),
                "looked_at_by": marks.get(one.mark.looked_at_by, one.mark.looked_at_by)
                if one.mark
                else "",
                "verdict": verdict_words(one),
                "form": (wrong or {}).get(one.finding_id)
                or LookForm(prefix=one.finding_id, initial={"verdict": Verdict.EXPLAINED.value}),
            }
            for one in found.findings
        ],
    }
    return render(request, "operations/audit/review.html", context)


def verdict_words(one: Unusual) -> str:
    """What a reviewer said of a finding, for people; empty where nobody has."""
    if one.mark is None:
        return ""
    return {
        Verdict.EXPECTED.value: _("expected in this work"),
        Verdict.EXPLAINED.value: _("explained"),
        Verdict.MISUSE.value: _("misuse"),
    }[one.mark.verdict]


def _by_day(found: Review) -> Figures:
    _weekday, last = monthrange(found.month.year, found.month.month)
    rows = tuple((found.month.replace(day=day), found.by_day[day]) for day in range(1, last + 1))
    return Figures("review-by-day", _("Accesses by day"), (_("Day"), _("Accesses")), rows)


def _by_purpose(found: Review) -> Figures:
    rows = tuple(
        (purpose_words(purpose), count) for purpose, count in found.by_purpose.most_common()
    )
    columns = (_("What for"), _("Accesses"))
    return Figures("review-by-purpose", _("Accesses by purpose"), columns, rows)


def _by_kind(found: Review) -> Figures:
    rows = tuple(
        (KINDS[kind].words[language()], count) for kind, count in found.by_kind.most_common()
    )
    return Figures("review-by-task", _("Accesses by task"), (_("Task"), _("Accesses")), rows)


def _by_member(found: Review) -> Figures:
    names = actor_names(list(found.by_actor))
    rows = tuple((names.get(actor, actor), count) for actor, count in found.by_actor.most_common())
    columns = (_("Member"), _("Accesses"))
    return Figures("review-by-member", _("Accesses by member"), columns, rows)


def _plot(by_day: Figures) -> Plot:
    places = tuple(f"{row[0]:%-d}" for row in by_day.rows)
    counts = Series(by_day.columns[1], tuple(int(str(row[1])) for row in by_day.rows))
    return Plot(by_day.caption, places, (counts,), lambda count: f"{count:,}")


def _months() -> list[str]:
    """The last 24 months by their names, this one first."""
    day, found = timezone.localtime(now()).date().replace(day=1), []
    for _number in range(_MONTHS):
        found.append(f"{day:%Y-%m}")
        day = (day - timedelta(days=1)).replace(day=1)
    return found


def _first(month: str) -> date:
    return date.fromisoformat(f"{month}-01")


def _zone() -> ZoneInfo:
    zone: ZoneInfo = settings.INSTALLATION.zone
    return zone
