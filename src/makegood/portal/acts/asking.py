"""Who asks for which of their lines, measures or claims: anything else is not there (404)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _

from makegood.dues import Card, CardAct, ClaimStanding, LineDues, dues_of
from makegood.kernel import MakegoodError
from makegood.portal.customer import to_look_up
from makegood.portal.frame import language
from makegood.redress.claims import Claim, claim_of
from makegood.trust.access import Refused, Visitor, permit
from makegood.trust.customers import customer_of, customer_visitor
from makegood.trust.policy import Act, Purpose, Resource, ResourceKind

THROUGH = "web"
_SHOW_AGAIN = frozenset({"customer_signed_in", "customer_signed_in_lately"})
_Given = ParamSpec("_Given")
_View = Callable[Concatenate[HttpRequest, _Given], HttpResponse]


@dataclass(frozen=True, slots=True)
class AskedCard:
    """A card of one of the customer's own lines; ``number`` is the line's place among them."""

    visitor: Visitor
    customer_id: str
    number: int
    line: LineDues
    card: Card

    @property
    def place(self) -> tuple[int, str]:
        """What stands in the addresses of pages about it."""
        return self.number, self.card.measure

    @property
    def standing_claim(self) -> ClaimStanding | None:
        """The application that stands, if there is one that was not withdrawn."""
        claim = self.card.claim
        return None if claim is None or claim.state == "withdrawn" else claim

    def may(self, *acts: CardAct) -> bool:
        """Whether one of these can be done now."""
        return any(self.card.may(act) for act in acts)


@dataclass(frozen=True, slots=True)
class AskedClaim:
    """A claim of the customer's own, as it stands and in words."""

    visitor: Visitor
    claim: Claim
    card: Card
    standing: ClaimStanding
    name_of_line: str


def for_customer(view: _View[_Given]) -> _View[_Given]:
    """Only for somebody who showed who they are; others are asked to, and begin there again."""

    @wraps(view)
    def asked(request: HttpRequest, /, *given: _Given.args, **named: _Given.kwargs) -> HttpResponse:
        if customer_of(request) is None:
            return to_look_up(request)
        try:
            return view(request, *given, **named)
        except Refused as refused:
            if not _SHOW_AGAIN & set(refused.policy_ids):
                raise
            words = _("For your safety please show again that it is you. Then go on.")
            messages.warning(request, words)
            return to_look_up(request)

    return asked


def sent_in(request: HttpRequest) -> QueryDict | None:
    """What a form sent, however little; None where it is only looked at."""
    return request.POST if request.method == "POST" else None


def card_asked(request: HttpRequest, number: int, measure: str) -> AskedCard:
    """The card of the customer's own line at this place. Raises Http404, Refused MG770."""
    visitor, customer_id = customer_visitor(request), _customer_id(request)
    _permit(visitor, customer_id, measure=measure)
    # The places are those of all lines, as the page of what is due counts them.
    for one in dues_of(customer_id, language()).lines:
        if one.number == number:
            return AskedCard(visitor, customer_id, number, one, _card(one, measure))
    raise Http404


def claim_asked(request: HttpRequest, receipt_number: str) -> AskedClaim:
    """A claim of the customer's own. Raises Http404 for anybody else's, Refused MG770."""
    visitor, customer_id = customer_visitor(request), _customer_id(request)
    try:
        claim = claim_of(receipt_number)
    except MakegoodError:
        raise Http404 from None
    if claim.customer_id != customer_id:
        raise Http404
    _permit(visitor, customer_id, claim=claim.receipt_number)
    dues = dues_of(customer_id, language(), programme=claim.programme, lines=[claim.line_id])
    if not dues.lines:
        raise Http404
    line = dues.lines[0]
    card = _card(line, claim.measure)
    known = (card.claim, *card.earlier_claims)
    for standing in known:
        if standing is not None and standing.receipt_number == claim.receipt_number:
            return AskedClaim(visitor, claim, card, standing, line.name_of_line)
    raise Http404


def _card(line: LineDues, measure: str) -> Card:
    """The line's card for a measure; of two programmes' alike, the one that can be acted on."""
    found = [card for card in line.cards if card.measure == measure]
    if not found:
        raise Http404
    return max(found, key=lambda card: len(card.acts))


def _customer_id(request: HttpRequest) -> str:
    found = customer_of(request)
    if found is None:
        raise Http404
    return found.customer_id


def _permit(visitor: Visitor, customer_id: str, **details: str) -> None:
    with transaction.atomic():
        permit(
            visitor,
            Act.READ_CLAIMS,
            Resource(ResourceKind.CUSTOMER, customer_id),
            purpose=Purpose.CUSTOMER_REQUEST,
            details=details,
        )
