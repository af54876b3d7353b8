"""The certificate of a person's cover, as a PDF to hand out or to send."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from makegood.acts import Acting, certificate_answer
from makegood.centre.behalf.asking import card_asked, on_behalf
from makegood.centre.casework.speaking import language


@require_safe
@on_behalf
def certificate(request: HttpRequest, acting: Acting, line: int, measure: str) -> HttpResponse:
    """The certificate of a line that is enrolled; the name on it is masked."""
    asked = card_asked(acting, line, measure)
    if (answer := certificate_answer(asked, language())) is not None:
        return answer
    messages.warning(request, _("There is no certificate before the insurer has confirmed."))
    return redirect("centre:person")
