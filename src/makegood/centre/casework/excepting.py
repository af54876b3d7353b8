"""An exception goes from a case to a second person, and from there to the claim."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from makegood import cases
from makegood.centre.casework.acting import done
from makegood.centre.casework.forms import ExceptionForm
from makegood.trust.access import Visitor


@login_required
@require_POST
def ask(request: HttpRequest, number: str) -> HttpResponse:
    """Another amount is proposed; a second person decides on the page of proposals."""
    form = ExceptionForm(request.POST)

    def asked(visitor: Visitor, number: str, purpose: str) -> object:
        given = form.cleaned_data
        return cases.propose_exception(
            visitor,
            number,
            given["receipt_number"],
            given["amount"],
            given["reason"],
            purpose=purpose,
        )

    told = _("It was proposed. Another person decides it.")
    return done(request, number, asked, told, excepting=form)


@login_required
@require_POST
def carry_out(request: HttpRequest, number: str) -> HttpResponse:
    """What two persons agreed on is given to the claim."""

    def carried_out(visitor: Visitor, number: str, purpose: str) -> object:
        return cases.carry_out_exception(visitor, number, purpose=purpose)

    return done(request, number, carried_out, _("The exception was carried out."))
