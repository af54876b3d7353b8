"""What is due for each of my lines, and what ending a line on a day would cost."""

from __future__ import annotations

from collections.abc import Mapping
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
from makegood.redress.serving import lines_of
from makegood.trust.customers import customer_of, customer_visitor

THROUGH = "web"
ADDRESSES: Mapping[str, str] = {
    "apply": "portal:apply",
    "apply_late": "portal:apply",
    "enrol": "portal:enrol",
    "choose": "portal:choose",
    "show_code": "portal:show_code",
    "take_coupon": "portal:coupon",
    "certificate": "portal:certificate",
    "claim": "portal:claim",
    "correct_account": "portal:correct",
    "withdraw": "portal:withdraw",
    "object": "portal:object",
}
"""Where the acts of a card are done on this site."""


@require_safe
@customer_required
def dues(request: HttpRequest) -> HttpResponse:
    """All cards of all lines; what is shown for the first time is kept as a quote."""
    found = dues_of(_customer_id(request), language())
    keep_quotes(customer_visitor(request), found, THROUGH)
    context = {
        "dues": found,
        "addresses": ADDRESSES,
        "is_alone": len(found.lines) == 1,
        "centres": [each.section.centre for each in found.programmes if each.section.centre],
    }
    return render(request, "portal/dues.html", context)


@require_safe
@customer_required
def penalty(request: HttpRequest, line: int) -> HttpResponse:
    """What ending one of one's lines on a day would cost; the day is asked for by a plain form."""
    lines = lines_of(_customer_id(request))
    if not 1 <= line <= len(lines):
        raise Http404
    line_id, asked = lines[line - 1], request.GET.get("day", "").strip()
    try:
        question = penalty_question(line_id, language())
    except MakegoodError as error:
        if error.findings[0].code in _NOTHING_TO_RECKON:
            raise Http404 from None
        raise
    found = _reckoned(line_id, asked) if asked else None
    context = {
        "number": line,
        "question": question,
        "day": asked or question.proposed.isoformat(),
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


def _customer_id(request: HttpRequest) -> str:
    found = customer_of(request)
    if found is None:
        raise Http404
    return found.customer_id
