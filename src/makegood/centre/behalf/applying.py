"""An application on a person's behalf: one page, read aloud, and a receipt number to read out.

What is typed of an account is kept nowhere before it is sent; sending it twice gives one claim.
"""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from makegood.acts import (
    Acting,
    AskedCard,
    AskedClaim,
    Misfit,
    account_fit,
    application_of,
    applied,
    misfit_of,
    operator_of,
    other_name_document,
    other_name_of,
    sent_in,
    takes_others,
    tried,
)
from makegood.centre.behalf.asking import card_asked, on_behalf, page
from makegood.centre.behalf.forms import ApplyForm, EnrolForm
from makegood.centre.behalf.kept import drop, handed_in
from makegood.centre.behalf.words import consent_words, misfit_told, told_of
from makegood.centre.casework.speaking import language
from makegood.dues import CardAct
from makegood.redress.claims import AccountFit, Application, Receipt, needs_account
from makegood.trust.customers import PleaseWait, count_account_check
from makegood.trust.staff import standing


@sensitive_post_parameters("account_number", "account_holder")
@require_http_methods(["GET", "HEAD", "POST"])
@on_behalf
def apply(request: HttpRequest, acting: Acting, line: int, measure: str) -> HttpResponse:
    """The account where one is needed, the words to be read aloud, and sending it."""
    asked = card_asked(acting, line, measure)
    if (elsewhere := not_here(request, asked)) is not None:
        return elsewhere
    programme, line_id = asked.card.programme, asked.line.line_id
    has_account, known = needs_account(programme, measure), handed_in(request, asked)
    form = (ApplyForm if has_account else EnrolForm)(sent_in(request), initial=known)
    operator = operator_of(asked, asked.card.language)
    words = consent_words(asked, operator, has_account=has_account)
    if request.method == "POST" and form.is_valid():
        made = _applied(request, asked, form, words)
        if made is not None:
            drop(request, asked)
            messages.success(request, _("The application was taken in. Read the number aloud."))
            return redirect("centre:for_claim", made.receipt_number)
    context = {
        "form": form,
        "words": words,
        "has_account": has_account,
        "takes_others": takes_others(programme, line_id, measure),
        "account_wanted": other_name_document(programme, line_id, measure, language()),
        "known": known,
        "line": asked.line,
    }
    return page(request, "apply", asked, **context)


def not_here(request: HttpRequest, asked: AskedCard) -> HttpResponse | None:
    """Where one belongs who has applied already, or cannot apply now; None where they can."""
    if (claim := asked.standing_claim) is not None:
        messages.info(request, _("The customer has applied already. This is the application."))
        return redirect("centre:for_claim", claim.receipt_number)
    if not asked.may(CardAct.APPLY, CardAct.APPLY_LATE, CardAct.ENROL):
        told = _("This cannot be applied for now.")
        if asked.card.is_claimed_before:
            told = _("This was applied for before the line was this customer's. It is given once.")
        messages.warning(request, told)
        return redirect("centre:person")
    return None


def misfit(
    request: HttpRequest, asked: AskedCard | AskedClaim, application: Application
) -> Misfit | None:
    """What speaks against an account, as the bank says it; nothing where it may not be asked."""
    fit = AccountFit.NOT_KNOWN
    if _may_ask_bank(request, asked.acting):
        claim = asked.claim if isinstance(asked, AskedClaim) else None
        fit = account_fit(asked.acting, application, claim)
    others = other_name_of(asked)
    return misfit_of(
        fit,
        takes_other_name=others.is_taken,
        has_proof=others.is_proven(application.account_document),
    )


def _may_ask_bank(request: HttpRequest, acting: Acting) -> bool:
    """Whether the bank may be asked once more today: for this customer, and by this member.

    What may not be asked is sent all the same: the worker checks it.
    """
    source = standing(request).origin.source
    try:
        count_account_check(acting.customer_id, source, by=acting.visitor.actor)
    except PleaseWait:
        return False
    return True


def _applied(
    request: HttpRequest, asked: AskedCard, form: ApplyForm | EnrolForm, words: str
) -> Receipt | None:
    """The receipt; None where something is wrong, which the form then tells."""
    application = application_of(asked, form.cleaned_data)

    def send() -> Receipt | None:
        wrong = misfit(request, asked, application) if isinstance(form, ApplyForm) else None
        if wrong is not None:
            form.add_error(wrong.field, misfit_told(wrong))
            return None
        return applied(asked.acting, application, words, language())

    return tried(form, told_of, send)
