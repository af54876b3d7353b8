"""Pools of single-use codes: filled, one of them with too few, and filled again once empty."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from makegood.rehearsal.cast import choosers_most
from makegood.rehearsal.draws import Draws
from makegood.rehearsal.staff import Staff

if TYPE_CHECKING:
    from makegood.programmes import Programme
    from makegood.rehearsal.playing import Play

_CODES_MORE = 50
_FEW = 8
"""Too few: one for so many of those who may choose."""
_NOTICED_AFTER = timedelta(days=2)


@dataclass(slots=True)
class Shortage:
    """A pool that was filled with too few codes: how many, since when, and until when."""

    codes: int
    since: datetime
    empty_on: date | None = None
    until: datetime | None = None


def fill(play: Play, pool: str, staff: Staff) -> None:
    """A partner's single-use codes, enough for everybody."""
    _bring(play, pool, staff, 0, _enough(play))


def fill_all(play: Play, staff: Staff, amended: Programme, pools: tuple[str, ...]) -> None:
    """The pools of an amended programme: the first of each choice with too few."""
    short = {
        min(named)
        for measure in amended.measures.values()
        if measure.section.choice
        and (named := {each.pool for each in measure.section.choice.options.values()} & set(pools))
    }
    for pool in pools:
        if pool in short:
            few = max(3, choosers_most(play.world.lines) // _FEW)
            _bring(play, pool, staff, 0, few)
            play.story.shortages[pool] = Shortage(few, play.now)
        else:
            fill(play, pool, staff)


def refill(play: Play, staff: Staff) -> int:
    """Pools that ran empty are noticed days later, and filled again; how many were."""
    from makegood.channels.vouchers import pools

    waiting = {name: each for name, each in play.story.shortages.items() if each.until is None}
    if not waiting:
        return 0
    today, filled = play.now.date(), 0
    left = {each.pool: each.left for each in pools(play.settings)}
    for name, shortage in waiting.items():
        if left.get(name, 0):
            continue
        shortage.empty_on = shortage.empty_on or today
        if today >= shortage.empty_on + _NOTICED_AFTER:
            _bring(play, name, staff, shortage.codes, _enough(play))
            shortage.until = play.now
            filled += 1
    return filled


def _enough(play: Play) -> int:
    return max(400, play.world.lines // 50) + _CODES_MORE


def _bring(play: Play, pool: str, staff: Staff, first: int, count: int) -> None:
    """So many codes are imported, from the one of a number on: all of a pool are others."""
    from makegood.channels.vouchers import import_codes

    file = play.home.folder / f"{pool}.csv"
    draws = Draws(play.seed, "codes", pool)
    codes = (f"{pool[:4].upper()}-{draws.number(n):016X}" for n in range(first, first + count))
    file.write_text("code\n" + "\n".join(codes) + "\n", encoding="utf-8")
    import_codes(staff.visitor("officer"), pool, file)
    file.unlink()
