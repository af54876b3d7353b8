"""The certificate of a cover, as a PDF to keep."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from makegood.acts import certificate_answer
from makegood.portal.acts.asking import card_asked
from makegood.portal.customer import customer_required
from makegood.portal.frame import language


@customer_required
@require_safe
def certificate(request: HttpRequest, line: int, measure: str) -> HttpResponse:
    """The certificate of a line that is enrolled."""
    asked = card_asked(request, line, measure)
    if (answer := certificate_answer(asked, language())) is not None:
        return answer
    given = {"asked": asked, "card": asked.card, "line": asked.line}
    return render(request, "portal/acts/not_now.html", given, status=409)
