"""The certificate of a cover, as a PDF to keep."""

from __future__ import annotations

from django.http import Http404, HttpResponse

from makegood.acts.asking import AskedCard
from makegood.certificates import certificate_of
from makegood.dues import CardAct


def certificate_answer(asked: AskedCard, language: str) -> HttpResponse | None:
    """The file; None before the insurer has enrolled the line. Raises Http404 of other measures."""
    if asked.card.kind != "cover":
        raise Http404
    if not asked.may(CardAct.CERTIFICATE):
        return None
    acting = asked.acting
    made = certificate_of(
        acting.visitor,
        asked.card.programme,
        asked.card.measure,
        asked.line.line_id,
        language,
        name_of_line=asked.line.name_of_line,
        purpose=acting.purpose,
        case=acting.case,
    )
    answer = HttpResponse(made.content, content_type="application/pdf")
    # The same name for everybody: a folder of downloads tells nothing of whom.
    answer.headers["Content-Disposition"] = 'attachment; filename="certificate.pdf"'
    answer.headers["Cache-Control"] = "no-store"
    return answer
