"""A document that the person brought or sent, handed in as a file on their behalf."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from makegood.acts import (
    KINDS_TEXT,
    Acting,
    AskedCard,
    AskedClaim,
    document_needed,
    file_form,
    megabytes,
    other_name_document,
    other_name_of,
    says_what_it_waits_for,
    taken_in,
)
from makegood.centre.behalf.applying import not_here
from makegood.centre.behalf.asking import card_asked, claim_asked, on_behalf, page
from makegood.centre.behalf.kept import OF_ACCOUNT, OF_CLAIM, keep
from makegood.centre.casework.speaking import language
from makegood.dues import CardAct
from makegood.redress.claims import needs_account


@says_what_it_waits_for
@require_http_methods(["GET", "HEAD", "POST"])
@on_behalf
def document(request: HttpRequest, acting: Acting, line: int, measure: str) -> HttpResponse:
    """The document that an application needs, or that may help it."""
    asked = card_asked(acting, line, measure)
    if (elsewhere := not_here(request, asked)) is not None:
        return elsewhere
    wanted, is_needed = asked.card.document_wanted, bool(document_needed(asked))
    return _page(request, asked, OF_CLAIM, wanted, is_needed=is_needed)


@says_what_it_waits_for
@require_http_methods(["GET", "HEAD", "POST"])
@on_behalf
def account_document(request: HttpRequest, acting: Acting, line: int, measure: str) -> HttpResponse:
    """What shows why an account is in another name."""
    asked = card_asked(acting, line, measure)
    if (elsewhere := not_here(request, asked)) is not None:
        return elsewhere
    programme, line_id, wanted = asked.card.programme, asked.line.line_id, ""
    if needs_account(programme, measure):
        wanted = other_name_document(programme, line_id, measure, language())
    return _page(request, asked, OF_ACCOUNT, wanted)


@says_what_it_waits_for
@require_http_methods(["GET", "HEAD", "POST"])
@on_behalf
def correct_document(request: HttpRequest, acting: Acting, receipt: str, kind: str) -> HttpResponse:
    """A document with another account: why its name is another, or what the claim lacked."""
    asked = claim_asked(acting, receipt)
    claim = asked.claim
    if CardAct.CORRECT_ACCOUNT not in asked.standing.acts:
        messages.info(request, _("This is how the application stands now."))
        return redirect("centre:for_claim", claim.receipt_number)
    if kind == "claim":
        return _page(request, asked, OF_CLAIM, asked.card.document_wanted)
    wanted = other_name_of(asked).document(language())
    return _page(request, asked, OF_ACCOUNT, wanted)


def _page(
    request: HttpRequest,
    asked: AskedCard | AskedClaim,
    about: str,
    wanted: str,
    *,
    is_needed: bool = False,
) -> HttpResponse:
    """The form of a file; once it is kept, the page that names its number."""
    is_of_claim = isinstance(asked, AskedClaim)
    back = "centre:for_correct" if is_of_claim else "centre:for_apply"
    place = [asked.claim.receipt_number] if isinstance(asked, AskedClaim) else asked.place
    if not wanted:
        return redirect(back, *place)
    form = file_form(request)
    number = taken_in(form, asked.acting)
    if number:
        keep(request, asked, about, number)
        told = _("The document is kept encrypted. Its number: %(number)s.")
        messages.success(request, told % {"number": number})
        return redirect(back, *place)
    name = asked.name_of_line if isinstance(asked, AskedClaim) else asked.line.name_of_line
    context = {
        "form": form,
        "wanted": wanted,
        "is_needed": is_needed,
        "is_of_account": about == OF_ACCOUNT,
        "is_of_claim": is_of_claim,
        "name_of_line": name,
        "kinds": KINDS_TEXT,
        "megabytes": megabytes(),
    }
    return page(request, "document", asked, **context)
