"""A stretch of work in which things befall the workers."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from makegood.rehearsal.crashes import crash_and_come_back
from makegood.rehearsal.mishaps import Mishap
from makegood.rehearsal.staff import Staff
from makegood.rehearsal.steering import hold_all
from makegood.rehearsal.workers import BROKEN, Hit

if TYPE_CHECKING:
    from makegood.rehearsal.playing import Play


def go_wrong(play: Play, mishap: Mishap, staff: Staff) -> None:
    """Several workers work at once, and things befall them on the way."""
    from django.db import connections

    if play.workers is None:
        return
    strike = {
        Hit.CRASH: lambda: crash_and_come_back(play.settings),
        Hit.HOLD: lambda: hold_all(play, staff),
    }
    done = play.workers.at_once(
        play.level.workers, mishap.hits, mishap.random, strike, insist=mishap.insist
    )
    if done.hits[Hit.CRASH]:
        connections.close_all()
    play.mishaps.happened(done)
    # Those that came upon a mistake of the program have written it down themselves.
    ended = [status for status in done.broken if status != BROKEN]
    play.mistakes.update(f"a worker process ended with {status}" for status in ended)
    survived = play.story.survived
    survived["kills"] += done.hits[Hit.KILL]
    survived["restarts"] += done.hits[Hit.CRASH]
    survived["workers"] += done.started
    # What a dead worker had in hand is free again after its lease.
    play.clock.move_to(play.clock.now() + timedelta(minutes=4))
