"""Quotes that promised something else than is due now; the better is proposed for the customer."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from makegood.operations.chosen import Chosen, ProgrammeForm, chosen, programme_names
from makegood.operations.claims.words import label_words
from makegood.operations.parts import Figures, Shown, Value, csv_asked, paged
from makegood.operations.rights import ask_to_read, may
from makegood.operations.runs.deviations import PROPOSED_AT_ONCE, tell_proposed
from makegood.operations.runs.listing import run_name
from makegood.redress.quotes import (
    Deviation,
    deviations,
    propose_exceptions,
    shown_to_others,
    unproposed,
)
from makegood.redress.serving import programme_in_force
from makegood.runs import deviating_runs
from makegood.trust.access import Visitor
from makegood.trust.policy import Act, ResourceKind
from makegood.trust.staff import standing, visitor_of


class ProposeForm(forms.Form):
    """Why the better of a quote and what is due is proposed."""

    programme = forms.CharField(widget=forms.HiddenInput)
    measure = forms.CharField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label=gettext_lazy("Why"),
        help_text=gettext_lazy("It stands in the log. Nothing personal."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


@login_required
@require_GET
def quotes(request: HttpRequest) -> HttpResponse:
    """Lines of which the best quote deviates from what is due now; of one measure at a time."""
    visitor = ask_to_read(
        request, Act.READ_DEVIATIONS, ResourceKind.PROGRAMME, details={"what": "deviations"}
    )
    found = chosen(request)
    if found is None:
        return render(request, "operations/claims/quotes.html", {})
    form = ProgrammeForm(request, found, with_measure=True)
    for name in ("since", "until"):
        del form.fields[name]
    form.fields["measure"].choices = [  # type: ignore[attr-defined]
        ("", "–"),
        *((name, found.measure(name)) for name in found.programme.measures),
    ]
    measure = form.chosen("measure")
    context: dict[str, object] = {"chosen": found, "form": form, "measure": measure}
    if measure in found.programme.measures:
        several = deviations(found.name, measure)
        whole = deviation_figures(found, measure, several)
        paid_otherwise = run_figures(found, visitor, measure)
        file = csv_asked(request, whole, paid_otherwise)
        if file is not None:
            return file
        page = paged(request, lambda limit, after: several[after : after + limit])
        context |= {
            "measure_words": found.measure(measure),
            "figures": deviation_figures(found, measure, page.rows),
            "paged": page,
            "runs": paid_otherwise,
            "count": len(several),
            "better": sum(each.quoted_more for each in several),
            "of_others": shown_to_others(several),
            "to_propose": sum(1 for _each in unproposed(measure, several)),
            "at_once": PROPOSED_AT_ONCE,
            "may_propose": may(visitor, Act.PROPOSE_CUSTOMER_EXCEPTION),
            "propose_form": ProposeForm(initial={"programme": found.name, "measure": measure}),
        }
    return render(request, "operations/claims/quotes.html", context)


@login_required
@require_POST
def propose(request: HttpRequest) -> HttpResponse:
    """Propose for lines whose quote was better that it counts, so many at a time."""
    form = ProposeForm(request.POST)
    name, measure = request.POST.get("programme", ""), request.POST.get("measure", "")
    if name not in programme_names() or measure not in programme_in_force(name).measures:
        raise Http404
    query = urlencode({"programme": name, "measure": measure})
    address = f"{reverse('deviating_quotes')}?{query}"
    if not form.is_valid():
        messages.error(request, _("A reason is missing, or is too long. Nothing was proposed."))
        return redirect(address)
    standing(request).onward = address
    several = deviations(name, measure)
    reason, left = form.cleaned_data["reason"], unproposed(measure, several)
    some = islice(left, PROPOSED_AT_ONCE)
    made = propose_exceptions(visitor_of(request), measure, some, reason)
    tell_proposed(request, len(made), sum(1 for _each in unproposed(measure, several)))
    return redirect(address)


def deviation_figures(found: Chosen, measure: str, several: Sequence[Deviation]) -> Figures:
    """Deviating quotes as a table."""
    columns = (
        *(_("Line"), _("Shown on"), _("Promised"), _("Due now"), _("Promised as"), _("Due as")),
        _("Better for the customer"),
    )
    return Figures(
        "deviations",
        _("Quotes that deviate"),
        columns,
        tuple(_row(found, measure, x) for x in several),
    )


def run_figures(found: Chosen, visitor: Visitor, measure: str) -> Figures:
    """Runs of the measure that bring something else than was shown."""
    columns = (
        *(_("Run"), _("Due"), _("Lines that get less than shown"), _("Less than shown by")),
        *(_("Lines that get more than shown"), _("More than shown by")),
    )
    rows = tuple(
        (
            Shown(run_name(run), str(run.run_id), reverse("run_deviations", args=[run.run_id])),
            run.due_at,
            each.less_lines,
            Shown(found.money(each.less), each.less),
            each.more_lines,
            Shown(found.money(each.more), each.more),
        )
        for run, each in deviating_runs(visitor, found.name, measure)
    )
    return Figures("runs", _("Runs that bring something else than was shown"), columns, rows)


def _row(found: Chosen, measure: str, each: Deviation) -> tuple[Value, ...]:
    better = _("the quote") if each.quoted_more else _("what is due now")
    return (
        each.line_id,
        each.shown_at,
        Shown(found.money(each.quoted), each.quoted),
        Shown(found.money(each.due), each.due),
        Shown(label_words(found, measure, each.quoted_label), each.quoted_label),
        Shown(label_words(found, measure, each.due_label), each.due_label),
        Shown(better, better, tone="warn" if each.quoted_more else ""),
    )
