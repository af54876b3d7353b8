"""Which documents were handed in for the person of the task and not used yet, by their numbers.

They lie in the member's session; the documents themselves are sealed in the vault.
"""

from __future__ import annotations

from django.http import HttpRequest

from makegood.acts import Acting, AskedCard, AskedClaim

_KEPT = "makegood_handed_in"
OF_CLAIM, OF_ACCOUNT = "document", "account_document"
"""What a document is about: fields of the forms that name it."""


def handed_in(request: HttpRequest, asked: AskedCard | AskedClaim) -> dict[str, str]:
    """The numbers of documents for this application, by what they are about."""
    known = _of(request, asked.acting).get(_place(asked), {})
    return dict(known)


def keep(request: HttpRequest, asked: AskedCard | AskedClaim, about: str, number: str) -> None:
    """Remember a document until the application is sent, or the task is over."""
    known = _of(request, asked.acting)
    known[_place(asked)] = {**known.get(_place(asked), {}), about: number}
    request.session[_KEPT] = {"person": asked.acting.customer_id, "numbers": known}


def drop(request: HttpRequest, asked: AskedCard | AskedClaim) -> None:
    """They were used."""
    known = _of(request, asked.acting)
    if known.pop(_place(asked), None) is not None:
        request.session[_KEPT] = {"person": asked.acting.customer_id, "numbers": known}


def drop_all(request: HttpRequest) -> None:
    """The task is over."""
    request.session.pop(_KEPT, None)


def _of(request: HttpRequest, acting: Acting) -> dict[str, dict[str, str]]:
    held = request.session.get(_KEPT, {})
    return dict(held["numbers"]) if held.get("person") == acting.customer_id else {}


def _place(asked: AskedCard | AskedClaim) -> str:
    if isinstance(asked, AskedClaim):
        return asked.claim.receipt_number
    return f"{asked.card.programme}/{asked.card.measure}/{asked.line.line_id}"
