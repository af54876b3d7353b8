"""What needs somebody now: each number leads to the page on which something is done about it."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from makegood.operations.overview.needs import NEEDS, OPERATORS, Asked, Need
from makegood.operations.rights import may
from makegood.trust.access import Refused
from makegood.trust.staff import visitor_of


@login_required
@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """The numbers that one's roles may read; the gate is asked for each of them."""
    visitor = visitor_of(request)
    if not may(visitor, *OPERATORS):
        raise PermissionDenied
    found = _read(request, [need for need in NEEDS if may(visitor, *need.acts)])
    context = {
        "wanted": [each for each in found if each.is_wanted],
        "quiet": [each for each in found if not each.is_wanted],
    }
    return render(request, "operations/overview/overview.html", context)


def _read(request: HttpRequest, asked: list[Asked]) -> list[Need]:
    """All numbers; one that is refused under these circumstances is left out, unless all are."""
    found: list[Need] = []
    refusal: Refused | None = None
    for need in asked:
        try:
            found += need.read(request)
        except Refused as error:
            refusal = refusal or error
    if refusal is not None and not found:
        raise refusal
    return found
