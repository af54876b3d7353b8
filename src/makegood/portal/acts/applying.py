"""Applying, step by step: document, account, summary with consent, receipt.

Each step is an address of its own and works without a script. What is entered lies in the sealed
session until it is sent. Sending it twice, or in two windows, gives the same receipt.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from makegood.acts import (
    AskedCard,
    AskedClaim,
    account_fit,
    application_of,
    applied,
    document_needed,
    is_proven,
    misfit_of,
    operator_of,
    other_name_document,
    sent_in,
    takes_others,
    tried,
)
from makegood.channels.bank import institution_name
from makegood.dues import CardAct
from makegood.portal.acts.asking import card_asked
from makegood.portal.acts.drafts import (
    Draft,
    draft_of,
    drop_draft,
    keep_draft,
    may_ask_bank,
)
from makegood.portal.acts.expected import expected_payment
from makegood.portal.acts.forms import AccountForm, ConsentForm
from makegood.portal.acts.words import consent_words, misfit_told, told_of
from makegood.portal.customer import customer_required
from makegood.portal.frame import language
from makegood.redress.claims import AccountFit, Receipt, needs_account

APPLYING = (CardAct.APPLY, CardAct.APPLY_LATE, CardAct.ENROL)


@customer_required
@require_http_methods(["GET", "HEAD", "POST"])
def apply(request: HttpRequest, line: int, measure: str) -> HttpResponse:
    """The account to be paid to, where one is needed."""
    asked = card_asked(request, line, measure)
    if (elsewhere := not_here(request, asked)) is not None:
        return elsewhere
    draft = draft_of(request, asked)
    if document_needed(asked) and not draft.document:
        return redirect("portal:apply_document", *asked.place)
    if not has_account(asked):
        return redirect("portal:apply_confirm", *asked.place)
    form = AccountForm(sent_in(request), initial=_entered(draft))
    if request.method == "POST" and form.is_valid():
        others = takes_others(asked.card.programme, asked.line.line_id, asked.card.measure)
        fit = fit_of(request, asked, form.cleaned_data)
        # Its document is the next step.
        wrong = misfit_of(fit, takes_other_name=others, has_proof=True)
        if wrong is None:
            kept = keep_draft(request, asked, draft, **form.cleaned_data, fit=fit.value)
            return redirect(_after_account(kept, others=others), *asked.place)
        form.add_error(wrong.field, misfit_told(wrong))
    return _page(request, "account", asked, form=form, document=account_document(asked))


@customer_required
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, line: int, measure: str) -> HttpResponse:
    """The summary, the consent, and sending it."""
    asked = card_asked(request, line, measure)
    if (elsewhere := not_here(request, asked)) is not None:
        return elsewhere
    draft = draft_of(request, asked)
    if not _is_complete(asked, draft):
        return redirect("portal:apply", *asked.place)
    words = _consent(asked)
    form = ConsentForm(sent_in(request), initial={"token": draft.token})
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["token"] != draft.token:
            changed = _("You changed the application in another window. Check it once more.")
            messages.warning(request, changed)
            return redirect("portal:apply_confirm", *asked.place)
        if tried(form, told_of, lambda: _sent(asked, draft, words)) is not None:
            drop_draft(request, asked)
            return redirect("portal:receipt", *asked.place)
    return _page(request, "confirm", asked, form=form, draft=draft, words=words, **_shown(draft))


@customer_required
@require_safe
def receipt(request: HttpRequest, line: int, measure: str) -> HttpResponse:
    """The receipt of the application that stands, and what happens next."""
    asked = card_asked(request, line, measure)
    if asked.standing_claim is None:
        return redirect("portal:dues")
    claim = asked.standing_claim
    expected = expected_payment(asked.card, claim, asked.line.line_id)
    return _page(request, "receipt", asked, claim=claim, expected=expected)


def not_here(request: HttpRequest, asked: AskedCard) -> HttpResponse | None:
    """Where somebody belongs who has applied already, or cannot apply now; None where they can."""
    if asked.standing_claim is not None:
        drop_draft(request, asked)
        return redirect("portal:receipt", *asked.place)
    if not asked.may(*APPLYING):
        return _page(request, "not_now", asked, status=409)
    return None


def has_account(asked: AskedCard) -> bool:
    """Whether the application names an account."""
    return needs_account(asked.card.programme, asked.card.measure)


def account_document(asked: AskedCard) -> str:
    """What an account in another name needs, where the programme takes one of this line."""
    return other_name_document(
        asked.card.programme, asked.line.line_id, asked.card.measure, language()
    )


def fit_of(
    request: HttpRequest, asked: AskedCard | AskedClaim, given: Mapping[str, Any]
) -> AccountFit:
    """What the bank says of an account; not known where it was asked too often."""
    if not may_ask_bank(request):
        return AccountFit.NOT_KNOWN
    claim = asked.claim if isinstance(asked, AskedClaim) else None
    return account_fit(asked.acting, application_of(asked, given), claim)


def _after_account(draft: Draft, *, others: bool) -> str:
    """The step behind the account: its document, where it may be in another name."""
    is_doubtful = draft.fit in {AccountFit.OTHER_NAME, AccountFit.NOT_KNOWN}
    if others and is_doubtful and not draft.account_document:
        return "portal:apply_account_document"
    return "portal:apply_confirm"


def _is_complete(asked: AskedCard, draft: Draft) -> bool:
    """Whether every step before the summary was done."""
    if document_needed(asked) and not draft.document:
        return False
    if not has_account(asked):
        return True
    place = asked.card.programme, asked.line.line_id, asked.card.measure
    is_own = draft.fit != AccountFit.OTHER_NAME
    return draft.has_account and (is_own or is_proven(*place, draft.account_document))


def _sent(asked: AskedCard, draft: Draft, words: str) -> Receipt:
    """The claim, and what was agreed to."""
    documents = {"document": draft.document, "account_document": draft.account_document}
    application = application_of(asked, {**_entered(draft), **documents})
    return applied(asked.acting, application, words, language())


def _consent(asked: AskedCard) -> str:
    operator = operator_of(asked, language())
    return consent_words(asked.card, operator, has_account=has_account(asked))


def _entered(draft: Draft) -> dict[str, str]:
    return {
        "bank_code": draft.bank_code,
        "account_number": draft.account_number,
        "account_holder": draft.account_holder,
    }


def _shown(draft: Draft) -> dict[str, Any]:
    """The account as its owner checks it before sending."""
    return {
        "bank": institution_name(draft.bank_code, language()),
        "is_checked": draft.fit in {AccountFit.SAME_NAME, AccountFit.OTHER_NAME},
    }


def _page(
    request: HttpRequest, name: str, asked: AskedCard, *, status: int = 200, **context: object
) -> HttpResponse:
    form = context.get("form")
    given = {"asked": asked, "card": asked.card, "line": asked.line, **context}
    if asked.may(*APPLYING):
        given["needed"] = document_needed(asked)
    if isinstance(form, BaseForm) and form.is_bound and form.errors:
        status = 422
    return render(request, f"portal/acts/{name}.html", given, status=status)
