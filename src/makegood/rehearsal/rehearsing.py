"""A rehearsal from one end to the other: its home, its outside, its play, and what came of it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from makegood.kernel import Progress, silent
from makegood.rehearsal.levels import LEVELS, Faults
from makegood.rehearsal.story import Outcome, Tell, nobody_listens

if TYPE_CHECKING:
    from makegood.programmes import Programme
    from makegood.rehearsal.playing import Play


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What is rehearsed, and how. ``home`` is kept where it is named."""

    file: Path
    lines: int
    seed: int
    faults: Faults = Faults.NONE
    home: Path | None = None
    report: Path | None = None
    language: str = ""


def rehearse(
    rehearsal: Rehearsal, *, tell: Tell = nobody_listens, progress: Progress = silent
) -> tuple[Outcome, Programme]:
    """Play a programme from the announcement to the last grant, and compare with the oracle.

    The environment's settings do not count: the rehearsal has its own store in its own folder.
    Raises MakegoodError MG895 for a folder that is no rehearsal's, MG896 without an oracle, MG897
    where worker processes do not come up, and as loading the programme does.
    """
    with staged(rehearsal, tell=tell, progress=progress) as play:
        from makegood.rehearsal.comparing import compared

        schedule = play.play()
        return compared(play, schedule, rehearsal.faults.value), play.programme


@contextmanager
def staged(
    rehearsal: Rehearsal, *, tell: Tell = nobody_listens, progress: Progress = silent
) -> Iterator[Play]:
    """Everything a play needs: its folder, its outside, its clock and its store, as long as held.

    Raises as ``rehearse`` does.
    """
    # Loaded where it is used: no other command waits for it.
    from makegood.programmes import load_programme
    from makegood.rehearsal.clock import VirtualClock
    from makegood.rehearsal.home import own_environment, rehearsal_home
    from makegood.rehearsal.oracles import oracle_beside
    from makegood.rehearsal.outside import outside, settings_for
    from makegood.rehearsal.playing import Play
    from makegood.rehearsal.standings import Standings
    from makegood.rehearsal.world import World

    programme = load_programme(rehearsal.file)
    oracle = oracle_beside(rehearsal.file, programme.identifier)
    level = LEVELS[rehearsal.faults]
    mark = {
        "programme": programme.identifier,
        "programme_sha256": programme.sha256,
        "lines": rehearsal.lines,
        "seed": rehearsal.seed,
        "faults": rehearsal.faults.value,
    }
    before = dict(os.environ)
    with ExitStack() as stack:
        stack.callback(restore_environment, before)
        home = stack.enter_context(rehearsal_home(rehearsal.home, mark))
        beyond, told = stack.enter_context(outside(home, level, rehearsal.seed))
        clock = VirtualClock(home.clock)
        world = World(
            programme, rehearsal.file, rehearsal.lines, rehearsal.seed, home.populations, clock
        )
        own = settings_for(programme.section.time_zone, told)
        if world.shape is None:
            # Lines that nobody says how they live stay as they are: they are told once.
            own |= {"facts_days_max": "0"}
        own_environment(home, own)
        standings = Standings(oracle, home.folder / "oracle.duckdb")
        stack.callback(standings.close)

        from makegood.configuration import Settings
        from makegood.rehearsal.crashes import server
        from makegood.rehearsal.workers import workers
        from makegood.trust import clock as process_clock

        settings = Settings.load()
        clock.move_to(_long_before(programme))
        stack.enter_context(process_clock.use(clock))
        # The first to use the server says how it runs.
        stack.enter_context(server(settings).used())

        from makegood.project import prepared

        stack.enter_context(prepared(settings))
        players = stack.enter_context(workers(home)) if level.kills else None
        yield Play(
            settings=settings,
            programme=programme,
            programme_file=rehearsal.file,
            home=home,
            clock=clock,
            world=world,
            standings=standings,
            level=level,
            seed=rehearsal.seed,
            outside=beyond,
            workers=players,
            tell=tell,
            progress=progress,
        )


def restore_environment(before: dict[str, str]) -> None:
    """The environment is what it was."""
    os.environ.clear()
    os.environ.update(before)


def _long_before(programme: Programme) -> datetime:
    """An instant before anything of a programme: keys and policies are made there."""
    from makegood.programmes import calendar

    first = min(action.day for action in calendar(programme))
    return datetime.combine(first - timedelta(days=10), time(9, 0), UTC)
