"""The whole life of every line, whatever the date: what will have happened to it, and when.

Nothing here knows an as-of date; that two snapshots of the same seed agree rests on it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from makegood.kernel import day_number
from makegood.population.synthetic.draws import Codes, Days, Draws, Numbers
from makegood.population.synthetic.fates import NEVER, Fates
from makegood.population.synthetic.mixes import weights_of
from makegood.population.synthetic.shape import Shape

IOT, MVNO, PREPAID = 1, 1, 1
PERSON, MINOR, CORPORATION = 0, 1, 2
NEW, DEVICE_CHANGE, RECONTRACT = 1, 2, 3


@dataclass(frozen=True, slots=True)
class Kinds:
    """What a line is for all its life, as positions in the values of the mix of that name."""

    network: Codes
    operator: Codes
    payment: Codes
    holder: Codes
    terminated_by: Codes
    roaming: Codes
    born_on: Days


@dataclass(frozen=True, slots=True)
class Interval:
    """From a day until another, exclusive; NEVER where it does not happen. ``reason`` says why."""

    reason: Codes
    start: Days
    end: Days


def kinds_of(shape: Shape, draws: Draws, fates: Fates) -> Kinds:
    """Network, operator, payment, holder: an IoT line is a corporation's."""

    def mixed(mix: str) -> Codes:
        return draws.choice_by(mix, weights_of(shape, mix), fates.departure)

    network, holder = mixed("network"), mixed("holder")
    holder[network == IOT] = CORPORATION
    roaming = mixed("roaming")
    roaming[network == IOT] = 0
    return Kinds(
        network=network,
        operator=mixed("operator"),
        payment=mixed("payment"),
        holder=holder,
        terminated_by=mixed("terminated_by"),
        roaming=roaming,
        born_on=_born_on(shape, draws, holder),
    )


def _born_on(shape: Shape, draws: Draws, holder: Codes) -> Days:
    """The holder's day of birth: drawn by the age on the last day of openings."""
    age = np.zeros(draws.rows, np.int64)
    for position, kind in ((PERSON, "person"), (MINOR, "minor")):
        drawn = draws.banded(f"age: {kind}", [band.triple() for band in shape.holder_age[kind]])
        age = np.where(holder == position, drawn, age)
    day_of_year = draws.between("birthday", 0, 364)
    return (day_number(shape.opened_until) - (age * 1461 // 4) - day_of_year).astype(np.int32)


def late_of(shape: Shape, draws: Draws, fates: Fates, kinds: Kinds, opened_on: Days) -> Interval:
    """Military service or a stay abroad; a late leaver's ends a few days before it leaves."""
    reason = draws.choice_by("late_reason", weights_of(shape, "late_reason"), fates.departure)
    reason[(kinds.holder != PERSON) | (kinds.network == IOT)] = 0
    end = day_number(shape.opened_until) + draws.between("late: end", -300, 400)
    for position, wave in enumerate(shape.departures):
        if wave.late_within_days is not None:
            days = draws.between("late: days", 0, wave.late_within_days)
            end = np.where(fates.departure == position, fates.terminated_on - days, end)
    length = draws.banded("late: length", [band.triple() for band in shape.late_for_days])
    start = np.maximum(end - length, opened_on)
    reason[start >= end] = 0
    return _interval(reason, start, end)


def suspension_of(
    shape: Shape, draws: Draws, fates: Fates, late: Interval, opened_on: Days
) -> Interval:
    """A line's one suspension: as long as its late reason lasts, or a stretch by chance."""
    suspended = draws.choice_by("suspended", weights_of(shape, "suspended"), fates.departure)
    latest = np.minimum(fates.terminated_on, day_number(shape.acts_until))
    start = np.maximum(latest - draws.between("suspended: ago", 1, 700), opened_on)
    length = draws.banded("suspended: length", [b.triple() for b in shape.suspended_for_days])
    start = np.where(late.reason > 0, late.start, start)
    end = np.where(late.reason > 0, late.end, start + length)
    suspended[late.reason > 0] = 1
    return _interval(suspended, start, end)


def _interval(reason: Codes, start: Numbers, end: Numbers) -> Interval:
    nothing = reason == 0
    return Interval(
        reason,
        np.where(nothing, NEVER, start).astype(np.int32),
        np.where(nothing, NEVER, end).astype(np.int32),
    )
