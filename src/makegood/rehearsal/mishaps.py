"""What goes wrong inside: as many kills and crashes as planned, spread over where work is done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from random import Random

from makegood.rehearsal.draws import Draws
from makegood.rehearsal.levels import Level
from makegood.rehearsal.workers import Done, Hit

_ROUNDS = (0, 1, 1, 2)
"""Round 0 plans and checks, 1 sends what was released, 2 takes in what came back."""
_HELD_PER_CENT = 40
_WHOLE = 100


@dataclass(frozen=True, slots=True)
class Mishap:
    """What befalls a stretch of work: in which round of its beat, and whether nothing may miss."""

    in_round: int
    hits: tuple[Hit, ...]
    random: Random
    insist: bool


@dataclass(slots=True)
class Mishaps:
    """The mishaps of a rehearsal. What misses, because all was done already, befalls a later one.

    ``stretches_left`` are the beats still to come at which runs are due.
    """

    level: Level
    draws: Draws
    stretches_left: int
    kills_left: int
    crashes_left: int

    @classmethod
    def of(cls, level: Level, draws: Draws, stretches: int) -> Mishaps:
        """All that a level plans, over so many stretches."""
        return cls(level, draws, stretches, level.kills, level.restarts)

    def next(self, at: datetime, *, is_stretch: bool) -> Mishap | None:
        """What befalls the beat of a local moment; None where nothing does.

        A beat at which nothing is due is left alone, but for what is owed after the last stretch.
        """
        if not (self.kills_left or self.crashes_left) or not self.level.workers:
            return None
        if not is_stretch and self.stretches_left > 0:
            return None
        random = self.draws.random(at.isoformat())
        still = max(1, self.stretches_left)
        self.stretches_left -= is_stretch
        is_last = self.stretches_left <= 0
        # So many workers as there are at once are hit together, seldom enough to last to the end.
        groups = max(-(-self.kills_left // self.level.workers), self.crashes_left)
        if random.random() >= groups / still:
            return None
        kills = min(self.kills_left, self.level.workers * -(-groups // still))
        hits = [Hit.KILL] * kills
        crash = random.random() < self.crashes_left / groups
        if crash:
            hits.append(Hit.CRASH)
        elif random.random() * _WHOLE < _HELD_PER_CENT:
            hits.append(Hit.HOLD)
        random.shuffle(hits)
        in_round = 0 if is_last else random.choice(_ROUNDS)
        return Mishap(in_round, tuple(hits), random, insist=is_last)

    def happened(self, done: Done) -> None:
        """What came of it is planned no more."""
        self.kills_left -= done.hits[Hit.KILL]
        self.crashes_left -= done.hits[Hit.CRASH]
