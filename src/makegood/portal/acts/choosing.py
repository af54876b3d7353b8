"""The pass of one's choice and its code; the coupons of partners."""

from __future__ import annotations

from django.contrib import messages
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from makegood.acts import (
    AskedCard,
    chosen,
    coupon_taken,
    has_code_taken,
    offer_of,
    refusal,
    sent_in,
    tried,
)
from makegood.dues import CardAct
from makegood.portal.acts.asking import card_asked
from makegood.portal.acts.forms import ChooseForm
from makegood.portal.acts.words import told_of
from makegood.portal.customer import customer_required
from makegood.redress.choices import code_of_choice


@customer_required
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest, line: int, measure: str) -> HttpResponse:
    """Choose one of a card's options; another one until it is granted."""
    asked = card_asked(request, line, measure)
    choice = asked.card.choice
    if choice is None:
        return _no_choice(request, asked)
    if not asked.may(CardAct.CHOOSE):
        why = (
            _("The pass was given: another one can no longer be chosen.")
            if (asked.may(CardAct.SHOW_CODE))
            else ""
        )
        return _page(request, "not_now", asked, status=409, why=why, has_code=bool(why))
    options = [(option.name, option.title) for option in choice.options]
    form = ChooseForm(sent_in(request), options=options, initial={"option": choice.chosen})
    if request.method == "POST" and form.is_valid():
        option = form.cleaned_data["option"]
        if tried(form, told_of, lambda: chosen(asked, option)) is not None:
            title = dict(options)[option]
            messages.success(request, _("Your choice is kept: %(title)s.") % {"title": title})
            return redirect("portal:choose", *asked.place)
    return _page(request, "choose", asked, form=form, choice=choice)


@customer_required
@require_safe
def show_code(request: HttpRequest, line: int, measure: str) -> HttpResponse:
    """The code of the pass that was granted."""
    asked = card_asked(request, line, measure)
    if asked.card.choice is None:
        return _no_choice(request, asked)
    if not asked.may(CardAct.SHOW_CODE):
        why = _("No pass was given yet. Its code is shown here as soon as it is.")
        return _page(
            request, "not_now", asked, status=409, why=why, may_choose=asked.may(CardAct.CHOOSE)
        )
    code = code_of_choice(
        asked.acting.visitor, asked.card.programme, asked.card.measure, asked.line.line_id
    )
    return _page(request, "code", asked, code=code, of_what=asked.card.choice.chosen_title)


@customer_required
@require_http_methods(["GET", "HEAD", "POST"])
def coupon(request: HttpRequest, line: int, measure: str, number: int) -> HttpResponse:
    """Take the coupon of an offer; whoever took it sees its code again."""
    asked = card_asked(request, line, measure)
    offer = offer_of(asked, number)
    if request.method == "POST":
        if wrong := refusal(told_of, lambda: coupon_taken(asked, number)):
            return _page(request, "coupon", asked, offer=offer, wrong=wrong, status=409)
        return redirect("portal:coupon", *asked.place, number)
    code = coupon_taken(asked, number) if has_code_taken(offer) else ""
    return _page(request, "coupon", asked, offer=offer, code=code)


def _no_choice(request: HttpRequest, asked: AskedCard) -> HttpResponse:
    """Of what one chooses, and this line cannot or can no longer: the card says why."""
    if asked.card.kind != "choice":
        raise Http404
    return _page(request, "not_now", asked, status=409)


def _page(
    request: HttpRequest, name: str, asked: AskedCard, *, status: int = 200, **context: object
) -> HttpResponse:
    form = context.get("form")
    if isinstance(form, BaseForm) and form.is_bound and form.errors:
        status = 422
    given = {"asked": asked, "card": asked.card, "line": asked.line, **context}
    return render(request, f"portal/acts/{name}.html", given, status=status)
