"""The certificate of a cover, as a PDF to keep."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from makegood.certificates import certificate_of
from makegood.dues import CardAct
from makegood.portal.acts.asking import card_asked, for_customer
from makegood.portal.frame import language


@for_customer
@require_safe
def certificate(request: HttpRequest, line: int, measure: str) -> HttpResponse:
    """The certificate of a line that is enrolled."""
    asked = card_asked(request, line, measure)
    if asked.card.kind != "cover":
        raise Http404
    if not asked.may(CardAct.CERTIFICATE):
        given = {"asked": asked, "card": asked.card, "line": asked.line}
        return render(request, "portal/acts/not_now.html", given, status=409)
    made = certificate_of(
        asked.visitor,
        asked.card.programme,
        asked.card.measure,
        asked.line.line_id,
        language(),
        name_of_line=asked.line.name_of_line,
    )
    response = HttpResponse(made.content, content_type="application/pdf")
    # The same name for everybody: a folder of downloads tells nothing of whom.
    response.headers["Content-Disposition"] = 'attachment; filename="certificate.pdf"'
    return response
