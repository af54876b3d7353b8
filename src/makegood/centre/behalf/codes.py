"""Codes of a person's pass and coupons: masked, and shown once where somebody opens them.

Whoever has a code can use it. So the gate asks for what it asks before personal data is opened,
and no address shows a code: it is the answer to the form that asked for it.
"""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from makegood.acts import Acting, AskedCard, coupon_taken, has_code_taken, offer_of, refusal
from makegood.centre.behalf.asking import card_asked, on_behalf, page
from makegood.centre.behalf.words import told_of
from makegood.dues import CardAct
from makegood.redress.choices import reveal_code
from makegood.trust.staff import standing


@require_http_methods(["GET", "HEAD", "POST"])
@on_behalf
def pass_code(request: HttpRequest, acting: Acting, line: int, measure: str) -> HttpResponse:
    """The code of the pass that was given: masked, and in the clear as the answer to a form."""
    asked = card_asked(acting, line, measure)
    choice = asked.card.choice
    if asked.card.kind != "choice":
        raise Http404
    if choice is None or not asked.may(CardAct.SHOW_CODE):
        messages.warning(request, _("No pass was given yet. The card says when it comes."))
        return redirect("centre:person")
    here = reverse("centre:for_code", args=asked.place)
    context: dict[str, object] = {"of_what": choice.chosen_title, "here": here}
    if request.method == "POST":
        context |= {"is_open": True, "code": _opened(request, asked, here)}
    return page(request, "code", asked, line=asked.line, **context)


@require_http_methods(["GET", "HEAD", "POST"])
@on_behalf
def coupon(
    request: HttpRequest, acting: Acting, line: int, measure: str, offer: int
) -> HttpResponse:
    """A partner's offer: its coupon is taken for the person, and its code can then be opened."""
    asked = card_asked(acting, line, measure)
    offered = offer_of(asked, offer)
    if request.method == "POST":
        if wrong := refusal(told_of, lambda: coupon_taken(asked, offer)):
            return page(request, "coupon", asked, line=asked.line, offer=offered, wrong=wrong)
        messages.success(request, _("The coupon was taken for the customer."))
        return redirect("centre:for_coupon", *asked.place, offer)
    return page(request, "coupon", asked, line=asked.line, offer=offered)


@require_POST
@on_behalf
def coupon_code(
    request: HttpRequest, acting: Acting, line: int, measure: str, offer: int
) -> HttpResponse:
    """The code of a coupon that the person took, in the clear."""
    asked = card_asked(acting, line, measure)
    offered = offer_of(asked, offer)
    here = reverse("centre:for_coupon", args=[*asked.place, offer])
    if not has_code_taken(offered):
        return redirect(here)
    context = {
        "of_what": f"{offered.partner} · {offered.offer}",
        "here": here,
        "is_open": True,
        "code": _opened(request, asked, here, offer),
        "use_by": offered.use_by_text,
    }
    return page(request, "code", asked, line=asked.line, **context)


def _opened(request: HttpRequest, asked: AskedCard, here: str, offer: int = 0) -> str | None:
    """The code, after the entry that says so; None where it is not there yet."""
    standing(request).onward = here
    acting = asked.acting
    return reveal_code(
        acting.visitor,
        asked.card.programme,
        asked.card.measure,
        asked.line.line_id,
        offer_number=offer,
        purpose=acting.purpose,
        case=acting.case,
    )
