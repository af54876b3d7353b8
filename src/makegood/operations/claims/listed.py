"""The claims that somebody has to do something about, page by page."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from makegood.operations.chosen import Chosen, chosen, programme_names, titled
from makegood.operations.claims.words import (
    channel_words,
    is_money,
    reason_words,
    state_words,
    waits_words,
)
from makegood.operations.parts import Figures, FilterForm, Shown, Value, csv_answer, paged
from makegood.operations.reading import in_force_or_none
from makegood.operations.rights import ask_to_read
from makegood.redress.claims import Claim, ClaimState, claims, open_counts
from makegood.trust.policy import Act, Purpose, ResourceKind

DOWNLOADED_MAX = 10_000
"""So many claims are in one file."""

_WAITING, _LATE, _RETURNED, _CONTRADICTORY = "waiting", "late", "returned", "contradictory"
_HELD = "held"
_WHICH = (
    (_WAITING, gettext_lazy("Waits for persons")),
    (_LATE, gettext_lazy("Came with a document")),
    (_RETURNED, gettext_lazy("Came back")),
    (_CONTRADICTORY, gettext_lazy("Said to be paid and to have failed")),
    (_HELD, gettext_lazy("The facts lack the line")),
)


class OpenForm(FilterForm):
    """Which claims."""

    which = forms.ChoiceField(label=gettext_lazy("Which"), choices=_WHICH, required=False)
    programme = forms.ChoiceField(label=gettext_lazy("Programme"), required=False)

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request.GET or {"which": _WAITING})
        names = [(name, titled(name)) for name in programme_names()]
        self.fields["programme"].choices = [("", _("All")), *names]  # type: ignore[attr-defined]


@login_required
@require_GET
def open_claims(request: HttpRequest) -> HttpResponse:
    """Claims that wait for persons, came late, came back, or contradict themselves."""
    form = OpenForm(request)
    which = form.chosen("which") or _WAITING
    name = form.chosen("programme")
    ask_to_read(
        request,
        Act.LIST_CLAIMS,
        ResourceKind.CUSTOMER,
        purpose=Purpose.CLAIM_HANDLING,
        details={"what": which},
    )
    if "download" in request.GET:
        whole = claim_figures(chosen(request), _found(which, name, DOWNLOADED_MAX, 0))
        return csv_answer(whole.name, whole.columns, whole.rows)
    page = paged(request, lambda limit, after: _found(which, name, limit, after))
    found = open_counts(name)
    waiting = [(waits_words(why) or why, count) for why, count in found.waiting.items()]
    context = {
        "form": form,
        "figures": claim_figures(chosen(request), page.rows),
        "paged": page,
        "waiting": waiting,
        "counts": found,
    }
    return render(request, "operations/claims/open.html", context)


def _found(which: str, name: str, limit: int, after: int) -> list[Claim]:
    match which:
        case "late":
            return claims(name, is_late=True, limit=limit, after=after)
        case "returned":
            return claims(name, states=[ClaimState.RETURNED], limit=limit, after=after)
        case "contradictory":
            return claims(name, is_contradictory=True, limit=limit, after=after)
        case "held":
            return claims(name, is_held=True, limit=limit, after=after)
        case _:
            return claims(name, is_waiting=True, limit=limit, after=after)


def claim_figures(found: Chosen | None, rows: Sequence[Claim]) -> Figures:
    """Claims as a table: their numbers, and no person."""
    columns = (
        *(_("Receipt"), _("Received"), _("Measure"), _("Channel"), _("State"), _("Why")),
        *(_("Amount"), _("Document")),
    )
    programmes = {name: in_force_or_none(name) for name in {each.programme for each in rows}}
    return Figures(
        "claims",
        _("Applications"),
        columns,
        tuple(_row(found, each, pays=is_money(programmes[each.programme], each)) for each in rows),
    )


def _row(found: Chosen | None, claim: Claim, *, pays: bool) -> tuple[Value, ...]:
    is_of = found is not None and found.name == claim.programme
    why = waits_words(claim.waits_for, claim.state) or reason_words(
        claim.reason, found if is_of else None, claim.measure
    )
    money = found.money(claim.amount) if found and is_of else f"{claim.amount:,}"
    return (
        Shown(
            claim.receipt_number,
            claim.receipt_number,
            reverse("claim", args=[claim.receipt_number]),
        ),
        claim.submitted_at,
        found.measure(claim.measure) if found and is_of else claim.measure,
        channel_words(claim.through),
        Shown(state_words(claim.state, pays=pays), claim.state.value),
        why,
        Shown(money, claim.amount) if pays else None,
        claim.document or claim.account_document,
    )
