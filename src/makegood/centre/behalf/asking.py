"""For whom a member acts, about which card or claim: what is not the person's is not there (404).

A form names the person it was shown for. Where the member works on somebody else by then, as in
another window, nothing is done.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from makegood.centre.behalf.showing import expect_consent, through_of
from makegood.centre.casework.speaking import language
from makegood.centre.views import Task, task_of
from makegood.dues import Card, CardAct, ClaimStanding, LineDues, dues_of
from makegood.kernel import MakegoodError
from makegood.redress.claims import Claim, claim_of
from makegood.trust.access import Visitor
from makegood.trust.staff import standing, visitor_of

_Given = ParamSpec("_Given")


@dataclass(frozen=True, slots=True)
class Acting:
    """A member who acts for the person of their task, through the call centre or a shop."""

    visitor: Visitor
    task: Task
    through: str


@dataclass(frozen=True, slots=True)
class AskedCard:
    """A card of one of the person's lines."""

    acting: Acting
    line: LineDues
    card: Card

    @property
    def standing_claim(self) -> ClaimStanding | None:
        """The application that stands, if there is one that was not withdrawn."""
        claim = self.card.claim
        return None if claim is None or claim.state == "withdrawn" else claim

    def may(self, *acts: CardAct) -> bool:
        """Whether one of these can be done now."""
        return any(self.card.may(act) for act in acts)


@dataclass(frozen=True, slots=True)
class AskedClaim:
    """A claim of the person's, as it stands and in words."""

    acting: Acting
    claim: Claim
    card: Card
    standing: ClaimStanding
    name_of_line: str


_View = Callable[Concatenate[HttpRequest, Acting, _Given], HttpResponse]
_Page = Callable[Concatenate[HttpRequest, _Given], HttpResponse]


def on_behalf(view: _View[_Given]) -> _Page[_Given]:
    """A page for a member with a task and the person's consent: the gate says whether."""

    @login_required
    @wraps(view)
    def guarded(
        request: HttpRequest, /, *given: _Given.args, **named: _Given.kwargs
    ) -> HttpResponse:
        task, visitor = task_of(request), visitor_of(request)
        if task is None:
            return redirect("centre:look_up")
        if request.method == "POST" and request.POST.get("person") != task.customer_id:
            messages.warning(request, _("By now you work on another person. Nothing was done."))
            return redirect("centre:person")
        standing(request).onward = reverse("centre:person")
        expect_consent(visitor, task, view.__name__)
        return view(request, Acting(visitor, task, through_of(visitor)), *given, **named)

    return guarded


def card_asked(acting: Acting, number: int, measure: str) -> AskedCard:
    """The card of the person's line at this place among all of them. Raises Http404."""
    for line in dues_of(acting.task.customer_id, language()).lines:
        if line.number == number:
            return AskedCard(acting, line, _card(line, measure))
    raise Http404


def claim_asked(acting: Acting, receipt_number: str) -> AskedClaim:
    """A claim of the person's own. Raises Http404 for anybody else's."""
    try:
        claim = claim_of(receipt_number)
    except MakegoodError:
        raise Http404 from None
    if claim.customer_id != acting.task.customer_id:
        raise Http404
    found = dues_of(
        acting.task.customer_id, language(), programme=claim.programme, lines=[claim.line_id]
    )
    for line in found.lines:
        card = _card(line, claim.measure)
        for told in (card.claim, *card.earlier_claims):
            if told is not None and told.receipt_number == claim.receipt_number:
                return AskedClaim(acting, claim, card, told, line.name_of_line)
    raise Http404


def sent_in(request: HttpRequest) -> QueryDict | None:
    """What a form sent, however little; None where it is only looked at."""
    return request.POST if request.method == "POST" else None


def page(
    request: HttpRequest, name: str, asked: AskedCard | AskedClaim, **context: object
) -> HttpResponse:
    """A page about a card or a claim; 422 where its form was filled in wrongly."""
    form = context.get("form")
    status = 422 if isinstance(form, BaseForm) and form.is_bound and form.errors else 200
    given = {"asked": asked, "card": asked.card, "task": asked.acting.task, **context}
    answer = render(request, f"behalf/{name}.html", given, status=status)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _card(line: LineDues, measure: str) -> Card:
    """The line's card for a measure; of two programmes' alike, the one that can be acted on."""
    found = [card for card in line.cards if card.measure == measure]
    if not found:
        raise Http404
    return max(found, key=lambda card: len(card.acts))
