"""The ledger on a page: liability, paid, returned, against the budget; verified from the page."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from makegood.drawing import Plot, Series, stacked_areas
from makegood.ledger import Balance, balances, movements
from makegood.operations.chosen import Chosen, ProgrammeForm, chosen, day_mark, programme_names
from makegood.operations.money.figures import (
    SHOWN,
    Days,
    by_day,
    day_figures,
    ledger_figures,
    words_of,
)
from makegood.operations.parts import Chart, Period, csv_asked, spans
from makegood.operations.rights import ask_to_read
from makegood.runs import verify_ledger
from makegood.trust.policy import Act, ResourceKind
from makegood.trust.staff import standing

_VERIFIED = "ledger_verified"
_DAYS = 90


@login_required
@require_GET
def money(request: HttpRequest) -> HttpResponse:
    """What is promised, claimed, approved, paid, returned, released: by measure, and over days."""
    found = chosen(request)
    name = found.name if found else ""
    ask_to_read(request, Act.READ_LEDGER, ResourceKind.LEDGER, name)
    if found is None:
        return render(request, "operations/money/money.html", {})
    form = ProgrammeForm(request, found, with_measure=True)
    measure = form.chosen("measure")
    moved = movements(name)
    days = by_day(moved, _period(form, found, moved), measure)
    whole, daily = ledger_figures(found, balances(name)), day_figures(found, days)
    file = csv_asked(request, whole, daily)
    if file is not None:
        return file
    context = {
        "chosen": found,
        "form": form,
        "spans": spans(request),
        "ledger": whole,
        "chart": Chart(daily, stacked_areas(_plot(found, days, measure))) if moved else None,
        "verified": _verified(request, name),
    }
    return render(request, "operations/money/money.html", context)


@login_required
@require_POST
def verify(request: HttpRequest) -> HttpResponse:
    """Add every transfer up again; what came of it is shown once, where the ledger is."""
    name = request.POST.get("programme", "")
    if name not in programme_names():
        raise Http404
    address = f"{reverse('money')}?programme={name}"
    standing(request).onward = address
    ask_to_read(
        request, Act.READ_LEDGER, ResourceKind.LEDGER, name, details={"what": "verify_ledger"}
    )
    result = verify_ledger(name)
    request.session[_VERIFIED] = {
        "programme": name,
        "transfers": result.transfers,
        "compared": result.compared,
        "findings": [finding.as_json() for finding in result.findings],
    }
    if not result.findings:
        messages.success(request, _("The ledger was added up again: all sums agree."))
    return redirect(address)


def _verified(request: HttpRequest, name: str) -> object:
    """What the last verification of this session found, once."""
    found = request.session.get(_VERIFIED)
    if not isinstance(found, dict) or found.get("programme") != name:
        return None
    del request.session[_VERIFIED]
    return found


def _period(form: ProgrammeForm, found: Chosen, moved: list[tuple[date, Balance]]) -> Period:
    """The days asked for; else from the first movement on, 90 days up to today at most."""
    asked = form.period(_DAYS)
    first = moved[0][0] if moved else asked.since
    if form.is_valid() and form.cleaned_data.get("since"):
        return asked
    last = max(asked.until, first) if form.is_valid() else max(found.today, first)
    return Period(min(max(first, asked.since), last), last)


def _plot(found: Chosen, days: Days, measure: str) -> Plot:
    about = found.measure(measure) if measure else found.title
    return Plot(
        _("Money at the end of each day: %(about)s") % {"about": about},
        tuple(day_mark(day) for day in days.days),
        tuple(
            # An account below 0 is a finding of the verification; a picture has no room for it.
            Series(words_of(account), tuple(max(0, amount) for amount in days.amounts[account]))
            for account in SHOWN
        ),
        found.short,
    )
