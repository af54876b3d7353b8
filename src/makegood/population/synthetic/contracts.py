"""The contracts of a line's life: the one it was opened with, and perhaps one later act."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from makegood.kernel import day_number
from makegood.population.synthetic.draws import MILLION, Codes, Days, Draws, Mask, Numbers
from makegood.population.synthetic.fates import NEVER, Fates
from makegood.population.synthetic.lives import IOT, MVNO, NEW, PREPAID, Kinds
from makegood.population.synthetic.mixes import weights_of
from makegood.population.synthetic.shape import Shape

NO_SUPPORT, DEVICE_SUBSIDY, MONTHLY_DISCOUNT = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Contract:
    """A contract: its day (NEVER where there is none), its act, its term and its support.

    ``act`` counts none, new, device_change, recontract.
    """

    day: Days
    act: Codes
    months: Numbers
    support: Codes
    subsidy_won: Numbers
    monthly_discount_won: Numbers
    monthly_fee_won: Numbers


def contracts_of(
    shape: Shape, draws: Draws, fates: Fates, kinds: Kinds
) -> tuple[Contract, Contract]:
    """The contract of the opening, and the later one.

    A departure's lines with a recent act have it since the day named; its others have none since.
    """
    recent, since = _recent(shape, draws, fates)
    opened_on, opening = _openings(shape, draws, fates, since)
    act_on, act = _acts(shape, draws, fates, since)
    fresh = _table(weights_of(shape, "recent_act"), draws, fates) + 1
    recent_on = draws.between(
        "recent: day", since, np.minimum(fates.terminated_on, day_number(shape.opened_until))
    )
    renewed = recent & (fresh == NEW)
    opened_on = np.where(renewed, recent_on, opened_on)
    opening = np.where(renewed, NEW, opening).astype(np.int8)
    act_on = np.where(recent, recent_on, act_on)
    act = np.where(recent, fresh, act).astype(np.int8)
    none = renewed | (act == 0) | (act_on <= opened_on)
    later_on = np.where(none, NEVER, act_on)
    return (
        _contract(shape, draws, fates, kinds, name="opening", day=opened_on, act=opening),
        _contract(shape, draws, fates, kinds, name="later", day=later_on, act=act),
    )


def _table(tables: list[list[int]], draws: Draws, fates: Fates) -> Codes:
    return draws.choice_by("recent: act", tables, fates.departure)


def _recent(shape: Shape, draws: Draws, fates: Fates) -> tuple[Mask, Numbers]:
    """Which lines leave soon after a contract act, and per line the day since when (or NEVER)."""
    rules = [departure.contracted for departure in shape.departures]
    days = [day_number(rule.since) if rule else int(NEVER) for rule in rules]
    shares = [rule.per_million if rule else 0 for rule in rules]
    tables = [[MILLION - share, share] for share in [*shares, 0]]
    recent = draws.choice_by("recent", tables, fates.departure) == 1
    return recent, np.array([*days, int(NEVER)], np.int64)[fates.departure]


def _openings(shape: Shape, draws: Draws, fates: Fates, since: Numbers) -> tuple[Numbers, Codes]:
    latest = np.minimum(np.minimum(fates.terminated_on, since - 1), day_number(shape.opened_until))
    tenure = draws.banded("tenure", [band.triple() for band in shape.tenure_days])
    opening = draws.choice_by("opening", weights_of(shape, "opening"), fates.departure)
    return latest - tenure, opening


def _acts(shape: Shape, draws: Draws, fates: Fates, since: Numbers) -> tuple[Numbers, Codes]:
    """The later act: none, a device change (2) or a re-contract (3), some days before the end."""
    latest = np.minimum(np.minimum(fates.terminated_on, since - 1), day_number(shape.acts_until))
    age = draws.banded("contract age", [band.triple() for band in shape.contract_age_days])
    act = draws.choice_by("act", weights_of(shape, "act"), fates.departure)
    return latest - age, np.where(act > 0, act + 1, 0).astype(np.int8)


def _contract(
    shape: Shape, draws: Draws, fates: Fates, kinds: Kinds, *, name: str, day: Numbers, act: Codes
) -> Contract:
    def mixed(what: str, mix: str) -> Codes:
        return draws.choice_by(f"{name}: {what}", weights_of(shape, mix), fates.departure)

    support = mixed("support", "support")
    bare = (kinds.network == IOT) | (kinds.operator == MVNO) | (kinds.payment == PREPAID)
    support[bare | (act == 0)] = NO_SUPPORT
    months = np.array([12, 24])[mixed("months", "contract_months")]
    step = shape.subsidy_step_won
    subsidy = step * draws.banded(f"{name}: subsidy", [b.triple(step) for b in shape.subsidy_won])
    fees = np.array([int(fee) for fee in shape.monthly_fee_won], np.int64)
    fee = fees[draws.choice(f"{name}: fee", list(shape.monthly_fee_won.values()))]
    discount = fee * shape.discount_percent // 100
    return Contract(
        day=day.astype(np.int32),
        act=act,
        months=np.where(support == NO_SUPPORT, 0, months),
        support=support,
        subsidy_won=np.where(support == DEVICE_SUBSIDY, subsidy, 0),
        monthly_discount_won=np.where(support == MONTHLY_DISCOUNT, discount, 0),
        monthly_fee_won=fee,
    )
