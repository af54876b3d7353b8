"""Coupons of partners' offers: one for each line and offer, given once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import psycopg
from django.db import connection, transaction

from makegood.channels import vouchers
from makegood.kernel import pay_once_key
from makegood.programmes import contract_of
from makegood.redress.choices.eligible import (
    expect_day,
    expect_through,
    granted_standing,
    measure_named,
)
from makegood.redress.choices.problems import no_such, not_open, nothing_to_choose
from makegood.redress.serving import customer_of, is_of, programme_in_force
from makegood.trust.access import Visitor, permit
from makegood.trust.clock import now
from makegood.trust.policy import Act, Purpose, Resource, ResourceKind

_TAKE = """
INSERT INTO choices_coupon
    (programme, measure, offer, line_id, item_key, pool, taken_at, through, customer_id)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (programme, measure, offer, line_id) DO NOTHING
"""
_COLUMNS = "programme, measure, offer, line_id, item_key, pool, taken_at, customer_id"
_ONE = f"""
SELECT {_COLUMNS} FROM choices_coupon
WHERE programme = %s AND measure = %s AND offer = %s AND line_id = %s
"""
_OF_LINE = f"SELECT {_COLUMNS} FROM choices_coupon WHERE line_id = %s ORDER BY taken_at, item_key"


@dataclass(frozen=True, slots=True)
class Coupon:
    """A coupon that was taken. ``item_key`` finds its code in the pool; the code is not here.

    ``customer_id`` is who held the line then: the code is theirs, whoever has the line now.
    """

    programme: str
    measure: str
    offer: int
    line_id: str
    item_key: str
    pool: str
    taken_at: datetime
    customer_id: str


def take_coupon(
    visitor: Visitor,
    programme: str,
    measure: str,
    offer_number: int,
    line_id: str,
    through: str,
    *,
    purpose: str = Purpose.CUSTOMER_REQUEST,
    case: str = "",
) -> str:
    """The code of an offer's coupon for a line; the same code again however often it is asked for.

    ``offer_number`` counts a measure's offers from 1. Raises Refused MG770, MakegoodError MG837
    where there is no such measure or offer, or it names no pool, MG838 where it is not given today,
    not to this line, or was taken by who held the line before, what the pool raises where no code
    is left, and as ``decision_of``.
    """
    found = programme_in_force(programme)
    section = measure_named(found, measure)
    discount = section.section.discount
    offers = discount.offers if discount else []
    if not 1 <= offer_number <= len(offers):
        raise no_such("offer", str(offer_number), [str(n + 1) for n in range(len(offers))])
    offer = offers[offer_number - 1]
    if offer.pool is None:
        hint = "name the pool of codes under 'pool' of the offer, in an amended version"
        raise nothing_to_choose(f"offer {offer_number} of '{measure}' names no pool", hint)
    expect_through(section, through)
    customer_id = customer_of(line_id)
    with transaction.atomic():
        permit(
            visitor,
            Act.APPLY,
            Resource(ResourceKind.CUSTOMER, customer_id),
            purpose=purpose,
            case=case,
            kind="coupon.given",
            details={
                "programme": programme,
                "measure": measure,
                "line": line_id,
                "offer": offer_number,
                "through": through,
            },
        )
        known = _known(programme, measure, offer_number, line_id)
        if known is not None:
            # Whoever took it may look at it again, also when the offer is over.
            return _code_for(customer_id, known)
        expect_day(found, offer.since, offer.until)
        standing = granted_standing(programme, measure, line_id)
        contract = contract_of(standing.programme, standing.values)
        key = pay_once_key(programme, measure, line_id, contract, f"offer {offer_number}")
        place = [programme, measure, offer_number, line_id]
        values = [*place, key, offer.pool, now(), through, customer_id]
        with psycopg.Cursor(connection.connection) as cursor:
            cursor.execute(_TAKE, values)
            is_new = cursor.rowcount == 1
        if is_new:
            vouchers.give(offer.pool, key)
        else:
            # Somebody took it in this moment, through another channel: theirs is the code.
            known = _known(programme, measure, offer_number, line_id)
            if known is not None:
                return _code_for(customer_id, known)
        return _code(key)


def coupons_of(line_id: str) -> list[Coupon]:
    """The coupons that a line took, in the order in which it took them."""
    with connection.cursor() as cursor:
        cursor.execute(_OF_LINE, [line_id])
        return [Coupon(*row) for row in cursor.fetchall()]


def code_of_coupon(
    customer_id: str, programme: str, measure: str, offer_number: int, line_id: str
) -> str:
    """The code of a coupon that was taken, for who took it; whoever calls has asked the gate.

    Raises MakegoodError MG837 where none was taken, MG838 where it is not this customer's.
    """
    known = _known(programme, measure, offer_number, line_id)
    if known is None:
        hint = "take it first; 'makegood coupon list' shows what the line took"
        raise nothing_to_choose(f"the line took no coupon of offer {offer_number}", hint)
    return _code_for(customer_id, known)


def _known(programme: str, measure: str, offer: int, line_id: str) -> Coupon | None:
    with connection.cursor() as cursor:
        cursor.execute(_ONE, [programme, measure, offer, line_id])
        row = cursor.fetchone()
    return Coupon(*row) if row else None


def _code_for(customer_id: str, coupon: Coupon) -> str:
    """The code, for who took it. A line has one coupon, and its next holder does not see it."""
    if not is_of(coupon, customer_id):
        hint = "a line has one coupon of each offer; it stays with who took it"
        raise not_open("the coupon was taken by who held the line before", hint)
    return _code(coupon.item_key)


def _code(key: str) -> str:
    code = vouchers.code_of(key)
    if code is None:
        hint = "the codes of pools are kept in the vault: run 'makegood doctor'"
        raise not_open("the code of this coupon is not there any more", hint)
    return str(code)
