"""Everything that lines chose and took, in one statement."""

from __future__ import annotations

from collections.abc import Sequence

from makegood.redress.choices.choosing import Choice, ChoiceState
from makegood.redress.choices.coupons import Coupon
from makegood.trust.statements import prepared_cursor

# One list of both: what a row of the one kind has not stays empty.
_TAKEN = """
SELECT true, programme, measure, line_id, option, pool, customer_id, state, times, chosen_at,
       NULL::int, NULL
FROM choices_choice WHERE line_id = ANY(%(lines)s)
UNION ALL
SELECT false, programme, measure, line_id, NULL, pool, customer_id, NULL, NULL, taken_at, offer,
       item_key
FROM choices_coupon WHERE line_id = ANY(%(lines)s)
ORDER BY 10, 3, 4
"""

HAVE_CHOSEN = """(
EXISTS (SELECT FROM choices_choice WHERE line_id = ANY(ARRAY(SELECT line_id FROM asked)))
OR EXISTS (SELECT FROM choices_coupon WHERE line_id = ANY(ARRAY(SELECT line_id FROM asked))))"""
"""Whether anything was chosen or taken for the lines of ``asked``, for a statement that has it."""


def choices_and_coupons(line_ids: Sequence[str]) -> tuple[list[Choice], list[Coupon]]:
    """What some lines chose, and the coupons they took, each in the order of time."""
    with prepared_cursor() as cursor:
        rows = cursor.execute(_TAKEN, {"lines": list(line_ids)}).fetchall()
    choices, coupons = list[Choice](), list[Coupon]()
    for is_choice, programme, measure, line_id, *rest in rows:
        option, pool, customer_id, state, times, at, offer, item_key = rest
        if is_choice:
            standing = ChoiceState(state)
            choices.append(
                Choice(programme, measure, line_id, option, pool, customer_id, standing, times, at)
            )
        else:
            coupons.append(
                Coupon(programme, measure, offer, line_id, item_key, pool, at, customer_id)
            )
    return choices, coupons
