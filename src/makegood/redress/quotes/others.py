"""What somebody else has of a line: it is given once, and no quote promises it to who has it now.

Applications and choices are made by rooms above this one, and looked up here as they are kept: so
no quote can be given without it, whoever asks for one.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import TYPE_CHECKING

from makegood.redress.serving import LineStanding
from makegood.trust.statements import prepared_cursor

if TYPE_CHECKING:
    from makegood.decisions import LineDecision
    from makegood.programmes import Measure

# Whose each is, as ``owner_of`` has it. What was withdrawn, or can be chosen anew, is nobody's.
_OF_OTHERS = """
SELECT measure, contract, is_standing FROM (
    SELECT measure, contract, customer_id, state <> 'refused' AS is_standing FROM claims_claim
    WHERE programme = %(programme)s AND line_id = %(line)s AND state <> 'withdrawn'
    UNION ALL
    SELECT measure, NULL, customer_id, FALSE FROM choices_choice
    WHERE programme = %(programme)s AND line_id = %(line)s AND state <> 'chosen') AS made
WHERE coalesce(nullif(customer_id, %(line)s), %(first)s) <> %(customer)s
"""


def is_anothers(
    standing: LineStanding,
    decision: LineDecision,
    claimed: Collection[tuple[str, str]],
    chosen: Collection[str],
    standing_claims: Collection[str],
) -> bool:
    """Whether somebody else has what a line's measure gives, so that its holder cannot have it.

    ``claimed`` are the measures, each with a contract, that others have applied for; ``chosen``
    those of which another's choice has left; ``standing_claims`` those of which a claim of others,
    for whatever contract, is neither withdrawn nor refused. What comes by itself is given whoever
    applied once; but a bill leaves a line out while a claim of it stands.
    """
    from makegood.decisions import Way
    from makegood.programmes import contract_of

    if decision.measure in chosen:
        return True
    if not claimed:
        return False
    if decision.meaning.way is Way.AUTOMATIC:
        measure = standing.programme.measures[decision.measure]
        return decision.measure in standing_claims and _comes_on_a_bill(measure)
    return (decision.measure, contract_of(standing.programme, standing.values)) in claimed


def _comes_on_a_bill(measure: Measure) -> bool:
    parts = (measure.section.refund, measure.section.discount)
    return any(part is not None and bool(part.bill) for part in parts)


def without_others(standing: LineStanding) -> LineStanding:
    """The standing without the measures that are somebody else's, by one statement."""
    values = {
        "programme": standing.programme.identifier,
        "line": standing.line_id,
        "first": standing.first_holder,
        "customer": standing.customer_id,
    }
    with prepared_cursor() as cursor:
        rows = cursor.execute(_OF_OTHERS, values).fetchall()
    claimed = {(measure, contract) for measure, contract, _ in rows if contract is not None}
    chosen = {measure for measure, contract, _ in rows if contract is None}
    standing_claims = {measure for measure, _, is_standing in rows if is_standing}
    return without(
        standing,
        {
            each.measure
            for each in standing.decisions
            if is_anothers(standing, each, claimed, chosen, standing_claims)
        },
    )


def without(standing: LineStanding, measures: Collection[str]) -> LineStanding:
    """The standing without these measures."""
    if not measures:
        return standing
    told = (each for each in standing.decisions if each.measure not in measures)
    return replace(standing, decisions=tuple(told))
