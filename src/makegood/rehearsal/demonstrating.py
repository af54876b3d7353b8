"""A demonstration: a programme is played up to a day, and all sites run on from that day.

Everything in it is made up: lines, customers, staff, the bank and the partners. Who may sign in
stands in a file of its folder, and is told. It never works on another folder.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from makegood.configuration import DEMONSTRATION_MARK
from makegood.kernel import Progress, SystemClock, silent
from makegood.rehearsal.levels import LEVELS, Faults
from makegood.rehearsal.rehearsing import Rehearsal, restore_environment, staged
from makegood.rehearsal.story import Tell, nobody_listens

if TYPE_CHECKING:
    from makegood.programmes import Programme
    from makegood.project import Event

FILE_NAME = "demonstration.json"
_OPENS_AT = time(10, 5)
_KEPT = ("MAKEGOOD_WEB_ADDRESS", "MAKEGOOD_PORTAL_ADDRESS", "MAKEGOOD_PORTAL_INSIDE_MAX")


@dataclass(frozen=True, slots=True)
class Demonstration:
    """What is shown: ``day`` is the one on which the sites open, ``people`` who may sign in."""

    folder: Path
    programme: str
    day: date
    seed: int
    time_zone: str
    shift: timedelta
    customers: tuple[Mapping[str, str], ...]
    staff: tuple[Mapping[str, str], ...]


def make_demonstration(
    file: Path,
    folder: Path,
    *,
    lines: int,
    seed: int,
    day: date | None = None,
    tell: Tell = nobody_listens,
    progress: Progress = silent,
) -> Demonstration:
    """Play a programme up to the morning of a day, and keep it in a new folder.

    Without a day it is the third of the first window of application. Raises as ``rehearse``.
    """
    from makegood.programmes import load_programme
    from makegood.rehearsal.sample_people import employ_at_pages, sample_customers

    day = day or _day_to_show(load_programme(file))
    asked = Rehearsal(file, lines, seed, Faults.NONE, folder)
    with staged(asked, tell=tell, progress=progress) as play:
        play.play(until=day - timedelta(days=1))
        opens_at = datetime.combine(day, _OPENS_AT, ZoneInfo(play.zone))
        made = Demonstration(
            play.home.folder,
            play.programme.identifier,
            day,
            seed,
            play.zone,
            opens_at - SystemClock().now(),
            sample_customers(play, day),
            employ_at_pages(),
        )
    (made.folder / FILE_NAME).write_text(_written(made), encoding="utf-8")
    (made.folder / FILE_NAME).chmod(0o600)
    return made


def demonstration_in(folder: Path) -> Demonstration | None:
    """The demonstration that was made in a folder; None where there is none."""
    file = folder.expanduser().absolute() / FILE_NAME
    if not file.is_file() or not (file.parent / DEMONSTRATION_MARK).is_file():
        return None
    said = json.loads(file.read_text(encoding="utf-8"))
    return Demonstration(
        file.parent,
        said["programme"],
        date.fromisoformat(said["day"]),
        int(said["seed"]),
        said["time_zone"],
        timedelta(seconds=said["shift_seconds"]),
        tuple(said["customers"]),
        tuple(said["staff"]),
    )


def run_demonstration(
    made: Demonstration, *, tell: Callable[[Event], None], say: Callable[[str], None]
) -> int:
    """Serve all sites, and play the outside, until Ctrl-C or SIGTERM; as ``makegood up``.

    ``say`` is told every message that arrives at a customer's telephone. Raises MakegoodError
    MG700 to MG712 as ``makegood up``.
    """
    from makegood.rehearsal.home import Home, own_environment
    from makegood.rehearsal.outside import outside, settings_for
    from makegood.rehearsal.outside_at_work import OutsideAtWork

    before = dict(os.environ)
    home = Home(made.folder)
    with ExitStack() as stack:
        stack.callback(restore_environment, before)
        beyond, told = stack.enter_context(outside(home, LEVELS[Faults.NONE], made.seed))
        own_environment(home, settings_for(made.time_zone, told))
        os.environ |= _environment_of(made, before)
        from makegood.configuration import Settings
        from makegood.project import Supervisor
        from makegood.trust import clock

        stack.callback(clock.start_with, SystemClock())
        stack.enter_context(OutsideAtWork(beyond, home, made.shift, say))
        return Supervisor(Settings.load(), tell).run()


def _environment_of(made: Demonstration, before: Mapping[str, str]) -> dict[str, str]:
    office = [{"addresses": "127.0.0.0/8", "is_a": "office"}]
    return {
        "MAKEGOOD_DEMO_SHIFT_SECONDS": str(int(made.shift.total_seconds())),
        "MAKEGOOD_NETWORKS": json.dumps(office),
        **{name: before[name] for name in _KEPT if name in before},
    }


def _day_to_show(programme: Programme) -> date:
    from makegood.programmes import calendar

    opened = [
        measure.section.claim.since.date()
        for measure in programme.measures.values()
        if measure.section.claim is not None
    ]
    first = min(opened) if opened else min(action.day for action in calendar(programme))
    return first + timedelta(days=2)


def _written(made: Demonstration) -> str:
    said = {
        "programme": made.programme,
        "day": made.day.isoformat(),
        "seed": made.seed,
        "time_zone": made.time_zone,
        "shift_seconds": made.shift.total_seconds(),
        "customers": list(made.customers),
        "staff": list(made.staff),
    }
    return json.dumps(said, ensure_ascii=False, indent=2) + "\n"
