"""For whom a member acts, about which card or claim: what is not the person's is not there (404).

A form names the person it was shown for. Where the member works on somebody else by then, as in
another window, nothing is done.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Concatenate, ParamSpec

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from makegood.acts import (
    Acting,
    AskedCard,
    AskedClaim,
    asked_card,
    asked_claim,
    claim_of_theirs,
)
from makegood.centre.behalf.showing import expect_consent, through_of
from makegood.centre.casework.speaking import language
from makegood.centre.views import task_of
from makegood.trust.staff import standing, visitor_of

_Given = ParamSpec("_Given")
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
        through = through_of(visitor)
        acting = Acting(visitor, task.customer_id, through, task.purpose, task.case)
        return view(request, acting, *given, **named)

    return guarded


def card_asked(acting: Acting, number: int, measure: str) -> AskedCard:
    """The card of the person's line at this place among all of them. Raises Http404."""
    return asked_card(acting, number, measure, language())


def claim_asked(acting: Acting, receipt_number: str) -> AskedClaim:
    """A claim of the person's own. Raises Http404 for anybody else's."""
    return asked_claim(acting, claim_of_theirs(acting.customer_id, receipt_number), language())


def page(
    request: HttpRequest, name: str, asked: AskedCard | AskedClaim, **context: object
) -> HttpResponse:
    """A page about a card or a claim; 422 where its form was filled in wrongly.

    Where ``wrong`` says in words why something could not be done it is 409.
    """
    form, status = context.get("form"), HTTPStatus.OK
    if isinstance(form, BaseForm) and form.is_bound and form.errors:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    elif context.get("wrong"):
        status = HTTPStatus.CONFLICT
    given = {"asked": asked, "card": asked.card, "task": task_of(request), **context}
    answer = render(request, f"behalf/{name}.html", given, status=status)
    answer.headers["Cache-Control"] = "no-store"
    return answer
