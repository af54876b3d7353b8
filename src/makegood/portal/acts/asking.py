"""Who asks for which of their lines, measures or claims: anything else is not there (404)."""

from __future__ import annotations

from django.db import transaction
from django.http import Http404, HttpRequest

from makegood.acts import (
    Acting,
    AskedCard,
    AskedClaim,
    asked_card,
    asked_claim,
    claim_of_theirs,
)
from makegood.portal.frame import language
from makegood.trust.access import permit
from makegood.trust.customers import customer_of, customer_visitor
from makegood.trust.policy import Act, Resource, ResourceKind

THROUGH = "web"


def card_asked(request: HttpRequest, number: int, measure: str) -> AskedCard:
    """The card of the customer's own line at this place. Raises Http404, Refused MG770."""
    acting = _acting(request)
    _permit(acting, measure=measure)
    return asked_card(acting, number, measure, language())


def claim_asked(request: HttpRequest, receipt_number: str) -> AskedClaim:
    """A claim of the customer's own. Raises Http404 for anybody else's, Refused MG770."""
    acting = _acting(request)
    claim = claim_of_theirs(acting.customer_id, receipt_number)
    _permit(acting, claim=claim.receipt_number)
    return asked_claim(acting, claim, language())


def _acting(request: HttpRequest) -> Acting:
    found = customer_of(request)
    if found is None:
        raise Http404
    return Acting(customer_visitor(request), found.customer_id, THROUGH)


def _permit(acting: Acting, **details: str) -> None:
    with transaction.atomic():
        permit(
            acting.visitor,
            Act.READ_CLAIMS,
            Resource(ResourceKind.CUSTOMER, acting.customer_id),
            purpose=acting.purpose,
            details=details,
        )
