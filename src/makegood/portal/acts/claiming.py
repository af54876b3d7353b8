"""An application that was made: where it stands, another account, taken back, objected to.

Every form names how often the claim had changed when it was shown. Where it changed since, nothing
is done, and the page shows how it stands now: so an act that is sent twice is done once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import connection, transaction
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from makegood.dues import CardAct
from makegood.kernel import MakegoodError
from makegood.portal.acts.applying import document_for_other_name
from makegood.portal.acts.asking import THROUGH, AskedClaim, claim_asked, for_customer, sent_in
from makegood.portal.acts.drafts import may_ask_bank, patience
from makegood.portal.acts.forms import KINDS_TEXT, CorrectForm, DocumentForm, ObjectForm, StepForm
from makegood.portal.acts.handing_in import (
    file_form,
    megabytes,
    says_what_it_waits_for,
    taken_in,
)
from makegood.portal.acts.words import fit_error, told_of
from makegood.redress.claims import (
    AccountFit,
    Application,
    Claim,
    check_account,
    claim_of,
    correct_account,
    object_to,
    takes_other_name,
    withdraw,
)
from makegood.redress.serving import decision_of

_PROOFS = "makegood_acts_proofs"
# Two acts on one claim at once: the second looks again at what the first has made of it.
_ALONE = "SELECT pg_advisory_xact_lock(hashtext('makegood.portal.claim'), hashtext(%s))"


@for_customer
@require_safe
def claim(request: HttpRequest, receipt: str) -> HttpResponse:
    """Where it stands, in words, and what can be done."""
    asked = claim_asked(request, receipt)
    return _page(request, "claim", asked)


@for_customer
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, receipt: str) -> HttpResponse:
    """Another account: after a payment came back, or the account was refused."""
    asked = claim_asked(request, receipt)
    if CardAct.CORRECT_ACCOUNT not in asked.standing.acts:
        return _gone_on(request, asked)
    others, wanted = _other_name(asked)
    form = CorrectForm(sent_in(request), initial={"changes": asked.claim.changes})
    if request.method == "POST" and form.is_valid():
        entered = form.cleaned_data
        wrong = fit_error(_fit_of(request, asked, entered), takes_other_name=others)
        if wrong is None:
            proofs = dict(request.session.get(_PROOFS, {}))
            done = _once(
                form,
                asked,
                lambda: correct_account(
                    asked.visitor,
                    asked.claim.receipt_number,
                    entered["bank_code"],
                    entered["account_number"],
                    entered["account_holder"],
                    document=proofs.get(f"{receipt}/claim", ""),
                    account_document=proofs.get(f"{receipt}/account", ""),
                ),
            )
            if done is not None:
                return _after(request, asked, done, _("We have the new account and check it."))
        else:
            form.add_error(*wrong)
    context = {
        "form": form,
        "document": wanted,
        "proof": request.session.get(_PROOFS, {}).get(f"{receipt}/account", ""),
        "claim_document": request.session.get(_PROOFS, {}).get(f"{receipt}/claim", ""),
        "lacks_document": asked.card.document_wanted if not asked.claim.document else "",
    }
    return _page(request, "correct", asked, **context)


@says_what_it_waits_for
@for_customer
@require_http_methods(["GET", "HEAD", "POST"])
def correct_proof(request: HttpRequest, receipt: str, kind: str) -> HttpResponse:
    """A document with another account: why its name is another, or what the claim lacked."""
    asked = claim_asked(request, receipt)
    if CardAct.CORRECT_ACCOUNT not in asked.standing.acts:
        return _gone_on(request, asked)
    wanted = _other_name(asked)[1] if kind == "account" else asked.card.document_wanted
    if not wanted:
        return redirect("portal:correct", receipt)
    form: DocumentForm = file_form(request)
    reference = taken_in(form, asked.visitor, asked.claim.customer_id)
    if reference:
        request.session[_PROOFS] = {
            **request.session.get(_PROOFS, {}),
            f"{receipt}/{kind}": reference,
        }
        return redirect("portal:correct", receipt)
    context = {"form": form, "wanted": wanted, "kinds": KINDS_TEXT, "megabytes": megabytes()}
    return _page(request, "claim_document", asked, **context)


@for_customer
@require_http_methods(["GET", "HEAD", "POST"])
def take_back(request: HttpRequest, receipt: str) -> HttpResponse:
    """Take an application back; another one may be made afterwards."""
    asked = claim_asked(request, receipt)
    if CardAct.WITHDRAW not in asked.standing.acts:
        return _gone_on(request, asked)
    form = StepForm(sent_in(request), initial={"changes": asked.claim.changes})
    if request.method == "POST" and form.is_valid():
        done = _once(form, asked, lambda: withdraw(asked.visitor, asked.claim.receipt_number))
        if done is not None:
            return _after(request, asked, done, _("Your application was taken back."))
    return _page(request, "withdraw", asked, form=form)


@for_customer
@require_http_methods(["GET", "HEAD", "POST"])
def object_against(request: HttpRequest, receipt: str) -> HttpResponse:
    """Object to a refusal: persons decide it."""
    asked = claim_asked(request, receipt)
    if CardAct.OBJECT not in asked.standing.acts:
        return _gone_on(request, asked)
    form = ObjectForm(sent_in(request), initial={"changes": asked.claim.changes})
    if request.method == "POST" and form.is_valid():
        words = form.cleaned_data["words"]
        done = _once(
            form, asked, lambda: object_to(asked.visitor, asked.claim.receipt_number, words)
        )
        if done is not None:
            told = _("We have your objection. Two persons look at it again.")
            return _after(request, asked, done, told)
    return _page(request, "object", asked, form=form)


def _once(form: StepForm, asked: AskedClaim, act: Callable[[], Claim]) -> bool | None:
    """Do it, where the claim stands as it was shown: True; False where it went on since.

    None where it is refused with words, which the form then has.
    """
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(_ALONE, [asked.claim.receipt_number])
            if claim_of(asked.claim.receipt_number).changes != form.cleaned_data["changes"]:
                return False
            act()
    except MakegoodError as error:
        told = told_of(error)
        if told is None:
            raise
        form.add_error(None, told)
        return None
    return True


def _after(request: HttpRequest, asked: AskedClaim, done: bool, told: str) -> HttpResponse:  # noqa: FBT001 - what came of it
    """The claim's page, with what was done; a second sending says how it stands now."""
    if not done:
        return _gone_on(request, asked)
    proofs = request.session.get(_PROOFS)
    if proofs:
        number = asked.claim.receipt_number
        request.session[_PROOFS] = {
            name: reference for name, reference in proofs.items() if number not in name
        }
    messages.success(request, told)
    return redirect("portal:claim", asked.claim.receipt_number)


def _gone_on(request: HttpRequest, asked: AskedClaim) -> HttpResponse:
    messages.info(request, _("This is how your application stands now."))
    return redirect("portal:claim", asked.claim.receipt_number)


def _fit_of(request: HttpRequest, asked: AskedClaim, entered: dict[str, Any]) -> AccountFit:
    if not may_ask_bank(request):
        return AccountFit.NOT_KNOWN
    application = Application(
        programme=asked.claim.programme,
        measure=asked.claim.measure,
        line_id=asked.claim.line_id,
        through=THROUGH,
        bank_code=entered["bank_code"],
        account_number=entered["account_number"],
        account_holder=entered["account_holder"],
    )
    return check_account(asked.visitor, application, settings=patience())


def _other_name(asked: AskedClaim) -> tuple[bool, str]:
    """Whether an account in another name is taken, and the document that it needs."""
    standing = decision_of(asked.claim.programme, asked.claim.line_id)
    if not takes_other_name(standing, asked.claim.measure):
        return False, ""
    return True, document_for_other_name(standing, asked.claim.measure)


def _page(request: HttpRequest, name: str, asked: AskedClaim, **context: object) -> HttpResponse:
    form = context.get("form")
    status = 422 if isinstance(form, BaseForm) and form.is_bound and form.errors else 200
    given = {
        "asked": asked,
        "claim": asked.claim,
        "standing": asked.standing,
        "card": asked.card,
        "may": {act.value for act in asked.standing.acts},
        **context,
    }
    return render(request, f"portal/acts/{name}.html", given, status=status)
