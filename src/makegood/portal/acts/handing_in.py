"""Documents are handed in: the one that an application needs, or that of an account.

These are the only addresses that take files. A file is looked at, sealed and kept before the next
step; the session holds its number alone.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.datastructures import MultiValueDict
from django.views.decorators.http import require_http_methods

from makegood.kernel import MakegoodError
from makegood.portal.acts.applying import account_document, document_needed, has_account, not_here
from makegood.portal.acts.asking import AskedCard, card_asked, for_customer
from makegood.portal.acts.drafts import draft_of, keep_draft
from makegood.portal.acts.forms import KINDS_TEXT, DocumentForm
from makegood.portal.acts.words import told_of, too_large
from makegood.portal.waiting import ASKS_TO_SEND
from makegood.trust.access import Visitor, hand_in_document

TOO_LARGE = "too-large"
"""What the web server's answer adds to the address where it did not read a file to its end."""
_BYTES_OF_A_MEGABYTE = 1_048_576

_Given = ParamSpec("_Given")
_View = Callable[Concatenate[HttpRequest, _Given], HttpResponse]


def says_what_it_waits_for(view: _View[_Given]) -> _View[_Given]:
    """A page that takes a file. The web server asks it before more than a small one is read.

    It is answered by 204 where the form would be shown, and else by what the page says.
    """

    @wraps(view)
    def asked(request: HttpRequest, /, *given: _Given.args, **named: _Given.kwargs) -> HttpResponse:
        answer = view(request, *given, **named)
        if ASKS_TO_SEND in request.META and answer.status_code == HTTPStatus.OK:
            return HttpResponse(status=HTTPStatus.NO_CONTENT)
        return answer

    return asked


@says_what_it_waits_for
@for_customer
@require_http_methods(["GET", "HEAD", "POST"])
def document(request: HttpRequest, line: int, measure: str) -> HttpResponse:
    """The document that the application itself needs."""
    asked = card_asked(request, line, measure)
    if (elsewhere := not_here(request, asked)) is not None:
        return elsewhere
    if not asked.card.document_wanted:
        return redirect("portal:apply", *asked.place)
    form = file_form(request)
    reference = taken_in(form, asked.visitor, asked.customer_id)
    if reference:
        draft = keep_draft(request, asked, draft_of(request, asked), document=reference)
        return redirect(
            "portal:apply_confirm" if draft.has_account else "portal:apply", *asked.place
        )
    return _page(request, asked, form, asked.card.document_wanted, is_of_account=False)


@says_what_it_waits_for
@for_customer
@require_http_methods(["GET", "HEAD", "POST"])
def account_proof(request: HttpRequest, line: int, measure: str) -> HttpResponse:
    """What shows why the account is in another name; may be left out where it is the own one."""
    asked = card_asked(request, line, measure)
    if (elsewhere := not_here(request, asked)) is not None:
        return elsewhere
    draft = draft_of(request, asked)
    wanted = account_document(asked) if has_account(asked) else ""
    if not wanted or not draft.has_account:
        return redirect("portal:apply", *asked.place)
    form = file_form(request)
    reference = taken_in(form, asked.visitor, asked.customer_id)
    if reference:
        keep_draft(request, asked, draft, account_document=reference)
        return redirect("portal:apply_confirm", *asked.place)
    may_leave_out = draft.fit != "other_name"
    return _page(
        request, asked, form, wanted, is_of_account=True, may_leave_out=may_leave_out, draft=draft
    )


def file_form(request: HttpRequest) -> DocumentForm:
    """The form of a file, as it was sent."""
    if request.method == "POST":
        return DocumentForm(request.POST, request.FILES)
    form = DocumentForm()
    if TOO_LARGE in request.GET:
        form = DocumentForm(QueryDict(), MultiValueDict())
        form.errors.clear()
        form.add_error("file", too_large(megabytes()))
    return form


def taken_in(form: DocumentForm, visitor: Visitor, customer_id: str) -> str:
    """The number of the document that was sent; empty where there is none, or it is not taken."""
    if "file" not in form.files or not form.is_valid():
        return ""
    file = form.cleaned_data["file"]
    if file.size > settings.INSTALLATION.document_bytes_max:
        form.add_error("file", too_large(megabytes()))
        return ""
    try:
        return hand_in_document(visitor, customer_id, file.name, file.read())
    except MakegoodError as error:
        told = told_of(error, megabytes())
        if told is None:
            raise
        form.add_error("file", told)
        return ""


def megabytes() -> int:
    """How large a document may be, in whole megabytes."""
    return max(1, settings.INSTALLATION.document_bytes_max // _BYTES_OF_A_MEGABYTE)


def _page(
    request: HttpRequest, asked: AskedCard, form: DocumentForm, wanted: str, **context: object
) -> HttpResponse:
    given = {
        "asked": asked,
        "needed": document_needed(asked),
        "card": asked.card,
        "line": asked.line,
        "form": form,
        "wanted": wanted,
        "kinds": KINDS_TEXT,
        "megabytes": megabytes(),
        **context,
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "portal/acts/document.html", given, status=status)
