"""Where the acts of a card are done: the addresses are the site's, handed in by name."""

from __future__ import annotations

from collections.abc import Mapping

from django import template
from django.urls import reverse
from django.utils.safestring import SafeString

from makegood.dues.values import Card, CardAct, CouponStanding, Dues, LineDues, LoneClaim
from makegood.dues.writing import Address, cards_html, lone_claims_html

register = template.Library()

_OF_A_CLAIM = frozenset({CardAct.WITHDRAW, CardAct.OBJECT, CardAct.CORRECT_ACCOUNT})
CLAIM = "claim"


@register.simple_tag
def address_of(
    addresses: Mapping[str, Address], act: str, line: LineDues, card: Card, receipt: str = ""
) -> str:
    """The address of an act of a card; empty where the site has none.

    A name is reversed with the receipt number for what is done about a claim, else with the
    line's number and the measure.
    """
    found = addresses.get(act) if addresses else None
    if not found:
        return ""
    if callable(found):
        return found(line, card, receipt)
    if act == CLAIM or act in _OF_A_CLAIM:
        return reverse(found, args=[receipt])
    return reverse(found, args=[line.number, card.measure])


@register.simple_tag
def coupon_address(
    addresses: Mapping[str, Address], line: LineDues, card: Card, coupon: CouponStanding
) -> str:
    """The address of an offer's coupon; a function is given its number in place of a receipt."""
    found = addresses.get(CardAct.TAKE_COUPON) if addresses else None
    if not found:
        return ""
    if callable(found):
        return found(line, card, str(coupon.number))
    return reverse(found, args=[line.number, card.measure, coupon.number])


@register.simple_tag
def cards_of(
    line: LineDues, addresses: Mapping[str, Address], unfolded: object = None
) -> SafeString:
    """All cards of a line and what is known of it; None where a template says nothing of it."""
    return cards_html(line, addresses, unfolded=bool(unfolded))


@register.simple_tag
def alone_of(dues: Dues, addresses: Mapping[str, Address]) -> SafeString:
    """The customer's applications that belong to no card; nothing without any."""
    return lone_claims_html(dues, addresses)


@register.filter
def may(card: Card | LoneClaim, act: str) -> bool:
    """Whether an act can be done about a card now."""
    return act in card.acts
