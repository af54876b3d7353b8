"""What is due for each of my lines, and what ending a line on a day would cost."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from makegood.acts import penalty_asked
from makegood.dues import dues_ahead, dues_of, keep_quotes
from makegood.portal.customer import customer_required
from makegood.portal.frame import language
from makegood.portal.owed_page import dues_page
from makegood.redress.serving import CustomerStanding, Whose, lines_of
from makegood.trust.access import expect_permitted
from makegood.trust.customers import (
    customer_of,
    customer_visitor,
    session_found,
    session_sought,
)
from makegood.trust.policy import Act, Purpose, Resource, ResourceKind

THROUGH = "web"


@require_safe
def dues(request: HttpRequest) -> HttpResponse:
    """All cards of all lines; what is shown for the first time is kept as a quote."""
    return _dues(request, _read_ahead(request))


@customer_required
def _dues(request: HttpRequest, ahead: CustomerStanding | None) -> HttpResponse:
    found = dues_of(_expected(request), language(), ahead=ahead)
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


def _read_ahead(request: HttpRequest) -> CustomerStanding | None:
    """What is due, by the statement that reads the session; None where there is none to read.

    Nothing of it is shown before the session and the policies have been asked, as ever.
    """
    sought = session_sought(request)
    if sought is None:
        return None
    found = dues_ahead(Whose(sought.statement, sought.columns, sought.values))
    if found is None:
        return None
    session_found(request, found.whose)
    standing = customer_of(request)
    return found if standing and standing.customer_id == found.customer_id else None


def _expected(request: HttpRequest) -> str:
    """The customer, where the policies let them see it now. Raises Refused MG770.

    Looking at what was shown before is no entry of its own: the quote is, and so is a refusal.
    """
    found = customer_of(request)
    if found is None:
        raise Http404
    expect_permitted(
        customer_visitor(request),
        Act.READ_CLAIMS,
        Resource(ResourceKind.CUSTOMER, found.customer_id),
        purpose=Purpose.CUSTOMER_REQUEST,
    )
    return found.customer_id
