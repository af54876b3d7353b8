"""What is due for each of my lines, and what ending a line on a day would cost."""

from __future__ import annotations

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from makegood.dues import (
    ExpectedPenalty,
    dues_of,
    keep_quotes,
    penalty_on,
    penalty_question,
)
from makegood.kernel import MakegoodError
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
    line_id, asked = lines[line - 1], request.GET.get("day", "").strip()
    try:
        question = penalty_question(line_id, language())
    except MakegoodError as error:
        if error.findings[0].code in _NOTHING_TO_RECKON:
            raise Http404 from None
        raise
    day = asked or question.proposed.isoformat()
    found = _reckoned(line_id, day)
    context = {
        "number": line,
        "question": question,
        "day": day,
        "is_no_day": bool(asked) and found is None,
        "penalty": found,
    }
    return render(request, "portal/penalty.html", context)


_NOTHING_TO_RECKON = frozenset({"MG650", "MG831"})
_NO_SUCH_DAY = "MG609"


def _reckoned(line_id: str, asked: str) -> ExpectedPenalty | None:
    """The penalty on the day that was asked for; None where it is none that can be."""
    try:
        return penalty_on(line_id, date.fromisoformat(asked), language())
    except ValueError:
        return None
    except MakegoodError as error:
        if error.findings[0].code == _NO_SUCH_DAY:
            return None
        raise


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
