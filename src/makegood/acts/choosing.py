"""What is chosen and taken: one of a card's options, and partners' coupons."""

from __future__ import annotations

from django.http import Http404

from makegood.acts.asking import AskedCard
from makegood.dues import CouponStanding
from makegood.redress.choices import choose, take_coupon


def chosen(asked: AskedCard, option: str) -> str:
    """Choose one of the card's options; its name. Raises as ``redress.choices.choose``."""
    acting = asked.acting
    return choose(
        acting.visitor,
        asked.card.programme,
        asked.card.measure,
        asked.line.line_id,
        option,
        acting.through,
        purpose=acting.purpose,
        case=acting.case,
    ).option


def coupon_taken(asked: AskedCard, number: int) -> str:
    """Take the coupon of an offer; its code, and the same again. Raises as ``take_coupon``."""
    acting = asked.acting
    return take_coupon(
        acting.visitor,
        asked.card.programme,
        asked.card.measure,
        number,
        asked.line.line_id,
        acting.through,
        purpose=acting.purpose,
        case=acting.case,
    )


def has_code_taken(offer: CouponStanding) -> bool:
    """Whether there is a code of this offer that whoever took it sees again."""
    return offer.is_taken and offer.has_code


def offer_of(asked: AskedCard, number: int) -> CouponStanding:
    """The card's offer of this number. Raises Http404."""
    for offer in asked.card.coupons:
        if offer.number == number:
            return offer
    raise Http404
