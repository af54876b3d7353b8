"""What the model can say of a line as of a date: its attributes, by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from makegood.kernel import day_number
from makegood.population.synthetic.cells import Cells
from makegood.population.synthetic.contracts import Contract, contracts_of
from makegood.population.synthetic.draws import Days, Draws
from makegood.population.synthetic.fates import fates_of
from makegood.population.synthetic.lives import (
    MINOR,
    PERSON,
    Interval,
    kinds_of,
    late_of,
    suspension_of,
)
from makegood.population.synthetic.shape import Shape
from makegood.rules import Kind

ADULT_YEARS = 19


@dataclass(frozen=True, slots=True)
class Attribute:
    """One thing the model says: its kind, an enum's values, and whether it may be empty."""

    kind: Kind
    values: tuple[str, ...] = ()
    empties: bool = False


ATTRIBUTES: dict[str, Attribute] = {
    "status": Attribute(Kind.ENUM, ("in_use", "suspended", "terminated")),
    "network": Attribute(Kind.ENUM, ("mobile", "iot")),
    "operator": Attribute(Kind.ENUM, ("own", "mvno")),
    "payment": Attribute(Kind.ENUM, ("postpaid", "prepaid")),
    "holder": Attribute(Kind.ENUM, ("person", "minor", "corporation")),
    "holder_age_years": Attribute(Kind.INTEGER),
    "opened_on": Attribute(Kind.DATE),
    "contract_act": Attribute(Kind.ENUM, ("none", "new", "device_change", "recontract")),
    "contracted_on": Attribute(Kind.DATE),
    "contract_months": Attribute(Kind.INTEGER),
    "support": Attribute(Kind.ENUM, ("none", "device_subsidy", "monthly_discount")),
    "subsidy_won": Attribute(Kind.MONEY),
    "monthly_discount_won": Attribute(Kind.MONEY),
    "monthly_fee_won": Attribute(Kind.MONEY),
    "suspended_days": Attribute(Kind.INTEGER),
    "terminated_on": Attribute(Kind.DATE, empties=True),
    "terminated_by": Attribute(Kind.ENUM, ("customer", "operator"), empties=True),
    "late_reason": Attribute(Kind.ENUM, ("military_service", "abroad"), empties=True),
    "late_reason_ended_on": Attribute(Kind.DATE, empties=True),
    "roaming": Attribute(Kind.ENUM, ("none", "daily", "bundle")),
}


def attributes_as_of(
    shape: Shape, seed: int, as_of: date, first: int, draws: Draws
) -> Mapping[str, Cells]:
    """Every attribute of the lines from index ``first``, as it stands at the end of a day."""
    today = np.int32(day_number(as_of))
    fates = fates_of(shape, seed, first, draws.rows)
    kinds = kinds_of(shape, draws, fates)
    opening, later = contracts_of(shape, draws, fates, kinds)
    late = late_of(shape, draws, fates, kinds, opening.day)
    suspension = suspension_of(shape, draws, fates, late, opening.day)
    gone = fates.terminated_on <= today
    until = np.minimum(fates.terminated_on, today)
    paused = ~gone & (suspension.start <= today) & (today < suspension.end)
    unexplained = (late.reason == 0) | (late.start > today)
    age = np.maximum((today - kinds.born_on).astype(np.int64) * 4 // 1461, 0)
    grown = np.where(age < ADULT_YEARS, MINOR, PERSON)
    natural = kinds.holder <= MINOR
    return {
        "status": Cells(np.where(gone, 2, paused.astype(np.int8))),
        "network": Cells(kinds.network),
        "operator": Cells(kinds.operator),
        "payment": Cells(kinds.payment),
        "holder": Cells(np.where(natural, grown, kinds.holder)),
        "holder_age_years": Cells(np.where(natural, age, 0)),
        "opened_on": Cells(opening.day),
        **_contract_cells(opening, later, suspension, until),
        "terminated_on": Cells(fates.terminated_on, ~gone),
        "terminated_by": Cells(kinds.terminated_by, ~gone),
        "late_reason": Cells(np.maximum(late.reason - 1, 0), unexplained),
        "late_reason_ended_on": Cells(late.end, unexplained | (late.end > today)),
        "roaming": Cells(kinds.roaming),
    }


def _contract_cells(
    opening: Contract, later: Contract, suspension: Interval, until: Days
) -> dict[str, Cells]:
    """The contract that holds on the last day a line is looked at: the later, once it is signed."""
    signed = later.day <= until
    contracted_on = np.where(signed, later.day, opening.day)
    start, end = np.maximum(suspension.start, contracted_on), np.minimum(suspension.end, until)
    return {
        "contract_act": Cells(np.where(signed, later.act, opening.act)),
        "contracted_on": Cells(contracted_on),
        "contract_months": Cells(np.where(signed, later.months, opening.months)),
        "support": Cells(np.where(signed, later.support, opening.support)),
        "subsidy_won": Cells(np.where(signed, later.subsidy_won, opening.subsidy_won)),
        "monthly_discount_won": Cells(
            np.where(signed, later.monthly_discount_won, opening.monthly_discount_won)
        ),
        "monthly_fee_won": Cells(np.where(signed, later.monthly_fee_won, opening.monthly_fee_won)),
        "suspended_days": Cells(np.maximum(end - start, 0)),
    }
