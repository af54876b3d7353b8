"""Which of a customer's cards or applications is asked for: what is not theirs is not there (404).

Nothing here asks the gate: a site does so before it shows anything.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404, HttpRequest, QueryDict

from makegood.acts.acting import Acting
from makegood.dues import (
    Card,
    CardAct,
    ClaimStanding,
    LineDues,
    LoneClaim,
    dues_of,
    lone_claim,
)
from makegood.kernel import MakegoodError
from makegood.redress.claims import Claim, claim_of
from makegood.redress.serving import lines_of, owner_of

_NOT_SERVED = "MG830"


@dataclass(frozen=True, slots=True)
class AskedCard:
    """A card of one of the customer's own lines."""

    acting: Acting
    line: LineDues
    card: Card

    @property
    def place(self) -> tuple[int, str]:
        """What stands in the addresses of pages about it: the line's place, and the measure."""
        return self.line.number, self.card.measure

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
    """An application of the customer's own, as it stands and in words.

    ``card`` is the line's; where none is at hand, what claim and programme alone say.
    """

    acting: Acting
    claim: Claim
    card: Card | LoneClaim
    standing: ClaimStanding
    name_of_line: str

    @property
    def is_alone(self) -> bool:
        """Whether it has no card: its line is not theirs or not known, or its measure is gone."""
        return isinstance(self.card, LoneClaim)

    @property
    def may_apply_again(self) -> bool:
        """Whether another application can be made now, once this one is taken back."""
        card = self.card
        if isinstance(card, LoneClaim) or card.claim is None:
            return False
        is_its = card.claim.receipt_number == self.claim.receipt_number
        return is_its and card.may_apply_again


def asked_card(acting: Acting, number: int, measure: str, language: str) -> AskedCard:
    """The card of the customer's line at this place among all of theirs. Raises Http404."""
    # The places are those of all lines, as the page of what is due counts them.
    for line in dues_of(acting.customer_id, language).lines:
        if line.number == number:
            return AskedCard(acting, line, _card(line, measure))
    raise Http404


def claim_of_theirs(customer_id: str, receipt_number: str) -> Claim:
    """The customer's application of this number. Raises Http404 for anybody else's."""
    try:
        claim = claim_of(receipt_number)
    except MakegoodError:
        raise Http404 from None
    # A session of what is only the name of a line is nobody's, once the line has a holder.
    if owner_of(claim) != customer_id:
        raise Http404
    return claim


def asked_claim(acting: Acting, claim: Claim, language: str) -> AskedClaim:
    """An application of the customer's: with its card, or alone where its line has none for them.

    Alone, as the line is somebody else's by now, or the facts lack it, or the programme has the
    measure no more, or no lines are served: it can still be paid, come back or be refused. Raises
    Http404 for anybody else's.
    """
    if owner_of(claim) != acting.customer_id:
        raise Http404
    for line in _line_of(claim, acting, language):
        for card in line.cards:
            for standing in (card.claim, *card.earlier_claims):
                if standing is not None and standing.receipt_number == claim.receipt_number:
                    return AskedClaim(acting, claim, card, standing, line.name_of_line)
    alone = lone_claim(claim, lines_of(acting.customer_id), language)
    return AskedClaim(acting, claim, alone, alone.claim, alone.name_of_line)


def _line_of(claim: Claim, acting: Acting, language: str) -> tuple[LineDues, ...]:
    """The line of a claim, where it is the customer's; none as well where no lines are served."""
    try:
        found = dues_of(
            acting.customer_id, language, programme=claim.programme, lines=[claim.line_id]
        )
    except MakegoodError as error:
        if error.findings[0].code != _NOT_SERVED:
            raise
        return ()
    return found.lines


def sent_in(request: HttpRequest) -> QueryDict | None:
    """What a form sent, however little; None where it is only looked at."""
    return request.POST if request.method == "POST" else None


def _card(line: LineDues, measure: str) -> Card:
    """The line's card for a measure; of two programmes' alike, the one that can be acted on."""
    found = [card for card in line.cards if card.measure == measure]
    if not found:
        raise Http404
    return max(found, key=lambda card: len(card.acts))
