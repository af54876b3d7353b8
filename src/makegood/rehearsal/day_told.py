"""What people did on a day of a rehearsal, and the runs that were planned on it, are told."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import TYPE_CHECKING

from makegood.rehearsal.customers import local

if TYPE_CHECKING:
    from makegood.rehearsal.playing import Play

_TOLD = {
    "applied": "applied",
    "applied_again": "applied again",
    "corrected": "corrected an account",
    "withdrawn": "withdrew",
    "chose": "chose",
    "coupon": "took a coupon",
    "approved": "approved by two persons",
    "told_returned": "came back",
    "objected": "objected",
    "upheld": "upheld by two persons",
    "not_upheld": "not upheld",
    "exception": "given what they were shown",
}


def tell_day(play: Play, day: date) -> None:
    """Tell what was done on a day, and which runs were planned; nothing where nothing was."""
    did: Counter[str] = Counter()
    for (when, _, what, _), count in play.story.by_day.items():
        if when == day and what in _TOLD:
            did[what] += count
    told = [f"{count:,} {_TOLD[what]}" for what, count in did.items()]
    told += [
        f"{run.kind.value} {run.measure}: {run.items:,}"
        for run in play.all_runs()
        if run.items and local(run.planned_at, play.zone).date() == day
    ]
    if told:
        play.tell(play.now, "; ".join(told))
