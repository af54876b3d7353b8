"""Documents are handed in: the one that an application needs, or that of an account.

These and their like for claims are the only addresses of this site that take files. A file is
sealed and kept before the next step; the session holds its number alone.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from makegood.acts import (
    KINDS_TEXT,
    AskedCard,
    FileForm,
    document_needed,
    file_form,
    megabytes,
    says_what_it_waits_for,
    taken_in,
)
from makegood.portal.acts.applying import account_document, has_account, not_here
from makegood.portal.acts.asking import card_asked
from makegood.portal.acts.drafts import draft_of, keep_draft
from makegood.portal.customer import customer_required


@says_what_it_waits_for
@customer_required
@require_http_methods(["GET", "HEAD", "POST"])
def document(request: HttpRequest, line: int, measure: str) -> HttpResponse:
    """The document that the application itself needs."""
    asked = card_asked(request, line, measure)
    if (elsewhere := not_here(request, asked)) is not None:
        return elsewhere
    if not asked.card.document_wanted:
        return redirect("portal:apply", *asked.place)
    form = file_form(request)
    reference = taken_in(form, asked.acting)
    if reference:
        draft = keep_draft(request, asked, draft_of(request, asked), document=reference)
        return redirect(
            "portal:apply_confirm" if draft.has_account else "portal:apply", *asked.place
        )
    return _page(request, asked, form, asked.card.document_wanted, is_of_account=False)


@says_what_it_waits_for
@customer_required
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
    reference = taken_in(form, asked.acting)
    if reference:
        keep_draft(request, asked, draft, account_document=reference)
        return redirect("portal:apply_confirm", *asked.place)
    may_leave_out = draft.fit != "other_name"
    return _page(
        request, asked, form, wanted, is_of_account=True, may_leave_out=may_leave_out, draft=draft
    )


def _page(
    request: HttpRequest, asked: AskedCard, form: FileForm, wanted: str, **context: object
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
