"""What the store has of some lines, put to the line and the measure that each is of.

What is the customer's own is told; of what is another's by now, no more than that there is it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TypeAlias, TypeVar

from django.conf import settings

from makegood.dues.cards import Gathered
from makegood.redress.choices import Choice, ChoiceState, Coupon, choices_and_coupons
from makegood.redress.claims import Claim, ClaimState
from makegood.redress.serving import CustomerStanding, LineStanding, first_holders, owner_of
from makegood.runs import Arrived, RunKind, arrivals_of

_T = TypeVar("_T")
Place: TypeAlias = tuple[str, str]
"""A programme and a line."""
_ByMeasure: TypeAlias = defaultdict[Place, defaultdict[str, list[_T]]]
"""By programme and line, and then by measure."""

# Payments of claims stand in the claims themselves; messages are not owed to a line.
_NOT_TOLD = (RunKind.NOTICE, RunKind.REMINDER, RunKind.PAY_OUT)


def gathered_by_place(
    customer_id: str,
    standings: Mapping[Place, LineStanding],
    found: Sequence[CustomerStanding],
    own_claims: Sequence[Claim],
    claims_before: Sequence[Claim],
) -> dict[Place, Gathered]:
    """Claims, choices, coupons and what runs have brought, by programme and line.

    Claims, choices and coupons of whoever had the line before are theirs, and are not shown: of a
    claim that stands, and of a choice that has left, no more than that there is one. What a run has
    brought one customer is told to nobody else; what names nobody is the line's.
    """
    if not standings:
        return {}
    lines = sorted({line for _, line in standings})
    programmes = sorted({name for name, _ in standings})
    # As the first statement was asked besides: of claims, of choices and coupons, of runs.
    _, _, have_chosen, stamps = zip(*(one.told for one in found), strict=True)
    claims: _ByMeasure[Claim] = defaultdict(lambda: defaultdict(list))
    for claim in own_claims:
        claims[claim.programme, claim.line_id][claim.measure].append(claim)
    before: defaultdict[Place, set[tuple[str, str]]] = defaultdict(set)
    standing_before: defaultdict[Place, set[str]] = defaultdict(set)
    for claim in claims_before:
        if claim.state is not ClaimState.WITHDRAWN:
            before[claim.programme, claim.line_id].add((claim.measure, claim.contract))
            if claim.state is not ClaimState.REFUSED:
                standing_before[claim.programme, claim.line_id].add(claim.measure)
    firsts = first_holders(found)
    chosen, taken = choices_and_coupons(lines) if any(have_chosen) else ((), ())
    choices: defaultdict[Place, dict[str, Choice]] = defaultdict(dict)
    chosen_before: defaultdict[Place, set[str]] = defaultdict(set)
    for choice in chosen:
        if owner_of(choice, firsts.get(choice.line_id)) == customer_id:
            choices[choice.programme, choice.line_id][choice.measure] = choice
        elif choice.state is not ChoiceState.CHOSEN:
            chosen_before[choice.programme, choice.line_id].add(choice.measure)
    coupons: defaultdict[Place, defaultdict[str, dict[int, Coupon]]]
    coupons = defaultdict(lambda: defaultdict(dict))
    taken_before: defaultdict[Place, set[tuple[str, int]]] = defaultdict(set)
    for coupon in taken:
        if owner_of(coupon, firsts.get(coupon.line_id)) == customer_id:
            coupons[coupon.programme, coupon.line_id][coupon.measure][coupon.offer] = coupon
        else:
            taken_before[coupon.programme, coupon.line_id].add((coupon.measure, coupon.offer))
    # One statement told the runs of one programme.
    stamp = str(stamps[0]) if programmes == [one.programme for one in found] else ""
    brought = arrivals_of(settings.INSTALLATION, programmes, lines, without=_NOT_TOLD, stamp=stamp)
    items: _ByMeasure[Arrived] = defaultdict(lambda: defaultdict(list))
    for item in brought.items:
        if item.customer_id and owner_of(item, firsts.get(item.line_id)) != customer_id:
            continue
        items[item.programme, item.line_id][item.measure].append(item)
    return {
        place: Gathered(
            claims[place],
            choices[place],
            coupons[place],
            items[place],
            brought.families,
            frozenset(before[place]),
            frozenset(chosen_before[place]),
            frozenset(taken_before[place]),
            frozenset(standing_before[place]),
        )
        for place in standings
    }
