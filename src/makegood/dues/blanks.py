"""A card without what is said of one line alone: blanks stand where those words stood."""

from __future__ import annotations

from dataclasses import replace

from makegood.dues.forms import Blanks
from makegood.dues.values import Arrival, Card, ChoiceStanding, ClaimStanding


def blank_card(card: Card, blanks: Blanks) -> Card:
    """The card with blanks for its amount, its reasons, what was applied for and what arrived.

    What is left are the programme's own words, states and acts: the same for many lines.
    """
    return replace(
        card,
        amount_text=blanks.one(card.amount_text),
        sentences=blanks.each(card.sentences),
        misses=blanks.each(card.misses),
        claim=_claim(card.claim, blanks) if card.claim else None,
        choice=_choice(card.choice, blanks) if card.choice else None,
        arrived=tuple(_arrival(each, blanks) for each in card.arrived),
        earlier_claims=tuple(_claim(each, blanks) for each in card.earlier_claims),
    )


def _claim(claim: ClaimStanding, blanks: Blanks) -> ClaimStanding:
    return replace(
        claim,
        receipt_number=blanks.one(claim.receipt_number),
        submitted_text=blanks.one(claim.submitted_text),
        sentences=blanks.each(claim.sentences),
        amount_text=blanks.one(claim.amount_text),
        pay_on_text=blanks.one(claim.pay_on_text),
        reason=blanks.one(claim.reason),
    )


def _choice(choice: ChoiceStanding, blanks: Blanks) -> ChoiceStanding:
    if not choice.chosen:
        return choice
    return replace(
        choice,
        options=(),
        chosen=blanks.one(choice.chosen),
        chosen_title=blanks.one(choice.chosen_title),
    )


def _arrival(arrival: Arrival, blanks: Blanks) -> Arrival:
    return replace(
        arrival, when_text=blanks.one(arrival.when_text), words=blanks.one(arrival.words)
    )
