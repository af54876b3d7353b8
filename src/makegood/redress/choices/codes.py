"""Codes that a line was given: for the customer, and opened by staff on the customer's behalf."""

from __future__ import annotations

from django.db import connection, transaction

from makegood.channels import vouchers
from makegood.redress.choices.choosing import ChoiceState, choice_of
from makegood.redress.choices.coupons import code_of_coupon
from makegood.redress.choices.problems import not_open, nothing_to_choose
from makegood.redress.serving import customer_of, is_of
from makegood.trust.access import Visitor, permit
from makegood.trust.policy import Act, Purpose, Resource, ResourceKind

_KEY = """
SELECT item_key FROM choices_choice
WHERE programme = %s AND measure = %s AND line_id = %s AND state = 'granted'
"""


def code_of_choice(
    visitor: Visitor,
    programme: str,
    measure: str,
    line_id: str,
    *,
    purpose: str = Purpose.CUSTOMER_REQUEST,
    case: str = "",
) -> str | None:
    """The code of a line's pass, in the clear; None before it was granted, or without a pool.

    Raises Refused MG770, MakegoodError MG837 where the line chose nothing of this measure, MG838
    where who held the line before chose it.
    """
    customer_id = customer_of(line_id)
    with transaction.atomic():
        permit(
            visitor,
            Act.READ_CLAIMS,
            Resource(ResourceKind.CUSTOMER, customer_id),
            purpose=purpose,
            case=case,
            details={"programme": programme, "measure": measure, "line": line_id},
        )
        return _of_choice(customer_id, programme, measure, line_id)


def reveal_code(
    visitor: Visitor,
    programme: str,
    measure: str,
    line_id: str,
    *,
    offer_number: int = 0,
    purpose: str,
    case: str = "",
) -> str | None:
    """The code of a line's pass in the clear, opened by staff; with an offer, of its coupon.

    The entry that says so is committed before it is given back. None before a pass was granted, or
    without a pool. Raises Refused MG770, MakegoodError MG837 where the line chose nothing of this
    measure or took no coupon of the offer, MG838 where who held the line before took it.
    """
    customer_id = customer_of(line_id)
    details = {"programme": programme, "measure": measure, "line": line_id}
    with transaction.atomic(durable=True):
        permit(
            visitor,
            Act.SHOW_CODE,
            Resource(ResourceKind.CUSTOMER, customer_id),
            purpose=purpose,
            case=case,
            kind="code.shown",
            details=details | ({"offer": offer_number} if offer_number else {}),
        )
        if not offer_number:
            return _of_choice(customer_id, programme, measure, line_id)
        return code_of_coupon(customer_id, programme, measure, offer_number, line_id)


def _of_choice(customer_id: str, programme: str, measure: str, line_id: str) -> str | None:
    """Raises MakegoodError MG837 where the line chose nothing of this measure, MG838 as above."""
    found = choice_of(programme, measure, line_id)
    if found is None:
        hint = "choose for it first; 'makegood choice show' counts what stands chosen"
        raise nothing_to_choose(f"the line chose nothing of '{measure}'", hint)
    if not is_of(found, customer_id):
        hint = "a line has one pass of each measure; it stays with who chose it"
        raise not_open("the pass was chosen by who held the line before", hint)
    if found.state is not ChoiceState.GRANTED:
        return None
    with connection.cursor() as cursor:
        cursor.execute(_KEY, [programme, measure, line_id])
        row = cursor.fetchone()
    return vouchers.code_of(row[0]) if row else None
