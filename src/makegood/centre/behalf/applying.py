"""An application on a person's behalf: one page, read aloud, and a receipt number to read out.

What is typed of an account is kept nowhere before it is sent; sending it twice gives one claim.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from makegood.centre.behalf.asking import Acting, AskedCard, card_asked, on_behalf, page, sent_in
from makegood.centre.behalf.forms import ApplyForm, EnrolForm
from makegood.centre.behalf.words import consent_words, fit_error, told_of
from makegood.centre.casework.speaking import language
from makegood.configuration import Settings
from makegood.dues import CardAct
from makegood.kernel import MakegoodError
from makegood.redress.claims import (
    AccountFit,
    Application,
    Receipt,
    check_account,
    needs_account,
    submit,
    takes_other_name,
)
from makegood.redress.serving import decision_of
from makegood.trust.access import permit
from makegood.trust.policy import Act, Resource, ResourceKind

_CHECKS = "makegood_account_checks"
_BANK_SECONDS = 2.0
CHECKS_MAX = 20
"""How often the bank is asked about accounts for one person: nobody tries out others' accounts."""


@sensitive_post_parameters("account_number", "account_holder")
@require_http_methods(["GET", "HEAD", "POST"])
@on_behalf
def apply(request: HttpRequest, acting: Acting, line: int, measure: str) -> HttpResponse:
    """The account where one is needed, the words to be read aloud, and sending it."""
    asked = card_asked(acting, line, measure)
    if (claim := asked.standing_claim) is not None:
        messages.info(request, _("The customer has applied already. This is the application."))
        return redirect("centre:for_claim", claim.receipt_number)
    if not asked.may(CardAct.APPLY, CardAct.APPLY_LATE, CardAct.ENROL):
        messages.warning(request, _("This cannot be applied for now."))
        return redirect("centre:person")
    has_account = needs_account(asked.card.programme, measure)
    form = (ApplyForm if has_account else EnrolForm)(sent_in(request))
    words = _words(asked, has_account=has_account)
    if request.method == "POST" and form.is_valid():
        made = _applied(request, asked, form, words)
        if made is not None:
            messages.success(request, _("The application was taken in. Read the number aloud."))
            return redirect("centre:for_claim", made.receipt_number)
    context = {
        "form": form,
        "words": words,
        "has_account": has_account,
        "takes_others": takes_others(asked.card.programme, asked.line.line_id, measure),
        "line": asked.line,
    }
    return page(request, "apply", asked, **context)


def takes_others(programme: str, line_id: str, measure: str) -> bool:
    """Whether this line may be paid to an account in another name."""
    return takes_other_name(decision_of(programme, line_id), measure)


def fit_of(request: HttpRequest, acting: Acting, application: Application) -> AccountFit:
    """What the bank says of an account; not known where it was asked too often for this person."""
    known = request.session.get(_CHECKS, {})
    count = int(known.get("count", 0)) if known.get("person") == acting.task.customer_id else 0
    request.session[_CHECKS] = {"person": acting.task.customer_id, "count": count + 1}
    if count >= CHECKS_MAX:
        return AccountFit.NOT_KNOWN
    installed: Settings = settings.INSTALLATION
    seconds = min(_BANK_SECONDS, installed.bank_wait_seconds)
    return check_account(
        acting.visitor,
        application,
        settings=installed.model_copy(update={"bank_wait_seconds": seconds}),
        purpose=acting.task.purpose,
        case=acting.task.case,
    )


def _applied(
    request: HttpRequest, asked: AskedCard, form: ApplyForm | EnrolForm, words: str
) -> Receipt | None:
    """The receipt; None where something is wrong, which the form then tells."""
    application = _application(asked, form.cleaned_data)
    try:
        if isinstance(form, ApplyForm):
            wrong = fit_error(
                fit_of(request, asked.acting, application),
                takes_other_name=takes_others(
                    application.programme, application.line_id, application.measure
                ),
                has_proof=bool(application.account_document),
            )
            if wrong is not None:
                form.add_error(*wrong)
                return None
        return _sent(asked, application, words)
    except MakegoodError as error:
        told = told_of(error)
        if told is None:
            raise
        form.add_error(None, told)
        return None


def _application(asked: AskedCard, given: Mapping[str, Any]) -> Application:
    return Application(
        programme=asked.card.programme,
        measure=asked.card.measure,
        line_id=asked.line.line_id,
        through=asked.acting.through,
        bank_code=given.get("bank_code", ""),
        account_number=given.get("account_number", ""),
        account_holder=given.get("account_holder", ""),
        document=given["document"],
        account_document=given.get("account_document", ""),
    )


def _sent(asked: AskedCard, application: Application, words: str) -> Receipt:
    """The claim, and what the customer agreed to, in one transaction."""
    visitor, task = asked.acting.visitor, asked.acting.task
    with transaction.atomic():
        made = submit(visitor, application, purpose=task.purpose, case=task.case)
        if made.is_new:
            permit(
                visitor,
                Act.APPLY,
                Resource(ResourceKind.CUSTOMER, task.customer_id),
                purpose=task.purpose,
                case=task.case,
                kind="claim.consented",
                details={
                    "claim": made.receipt_number,
                    "words": words,
                    "language": language(),
                    "through": application.through,
                },
            )
    return made


def _words(asked: AskedCard, *, has_account: bool) -> str:
    programme = decision_of(asked.card.programme, asked.line.line_id).programme
    operator = programme.section.operator[asked.card.language]
    return consent_words(asked, operator, has_account=has_account)
