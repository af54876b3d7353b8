"""What is due for each of my lines, and what ending a line on a day would cost."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from makegood.acts import penalty_asked
from makegood.dues import dues_of, keep_quotes
from makegood.portal.customer import customer_required
from makegood.portal.frame import language
from makegood.portal.owed_page import dues_page
from makegood.redress.serving import lines_of
from makegood.trust.access import permitted
from makegood.trust.customers import customer_of, customer_visitor
from makegood.trust.policy import Act, Purpose, Resource, ResourceKind

THROUGH = "web"


@require_safe
@customer_required
def dues(request: HttpRequest) -> HttpResponse:
    """All cards of all lines; what is shown for the first time is kept as a quote."""
    found = dues_of(_expected(request), language())
    keep_quotes(customer_visitor(request), found, THROUGH)
    return HttpResponse(dues_page(request, found))


@require_safe
@customer_required
def penalty(request: HttpRequest, line: int) -> HttpResponse:
    """What ending one of one's lines on a day costs: at first its own day, or the nearest one."""
    lines = lines_of(_expected(request))
    if not 1 <= line <= len(lines):
        raise Http404
    asked = penalty_asked(lines[line - 1], request.GET.get("day", ""), language())
    if asked is None:
        raise Http404
    return render(request, "portal/penalty.html", asked.shown(line))


def _expected(request: HttpRequest) -> str:
    """The customer, where the policies let them see it now. Raises Refused MG770.

    Looking at what was shown before is no entry of its own: the quote is, and so is a refusal.
    """
    found = customer_of(request)
    if found is None:
        raise Http404
    permitted(
        customer_visitor(request),
        Act.READ_CLAIMS,
        Resource(ResourceKind.CUSTOMER, found.customer_id),
        kind="access.permitted",
        purpose=Purpose.CUSTOMER_REQUEST,
    )
    return found.customer_id
