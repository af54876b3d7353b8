"""A demonstration: a programme is played up to a day, and all sites run on from that day.

Everything in it is made up: lines, customers, staff, the bank and the partners. Who may sign in
stands in a file of its folder, and is told. It never works on another folder.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
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
_RETURNED = 0.4
"""Which part of payments comes back a day later, so that there is something to put right."""
_KEPT = ("MAKEGOOD_WEB_ADDRESS", "MAKEGOOD_PORTAL_ADDRESS", "MAKEGOOD_PORTAL_INSIDE_MAX")


@dataclass(frozen=True, slots=True)
class Demonstration:
    """What is shown: ``day`` is the one on which the sites open.

    ``customers`` and ``staff`` may sign in; ``samples`` are the values, in words, that the
    demonstration has laid over what the operator has published.
    """

    folder: Path
    programme: str
    day: date
    seed: int
    time_zone: str
    shift: timedelta
    customers: tuple[Mapping[str, str], ...]
    staff: tuple[Mapping[str, str], ...]
    samples: tuple[str, ...] = ()


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

    Without a day it is one on which customers can apply and some were paid already, where the
    programme names its days of payment; else the third of the first window of application. Raises
    as ``rehearse``.
    """
    from makegood.programmes import load_programme
    from makegood.rehearsal.sample_people import sample_customers
    from makegood.rehearsal.sample_staff import employ_at_pages
    from makegood.rehearsal.sample_values import publish_samples

    day = day or _day_to_show(load_programme(file))
    asked = Rehearsal(file, lines, seed, Faults.NONE, folder)
    with staged(asked, tell=tell, progress=progress) as play:
        bank = play.outside.bank
        bank.behaviour = replace(bank.behaviour, returns=_RETURNED, return_days=1)
        play.play(until=day - timedelta(days=1))
        opens_at = datetime.combine(day, _OPENS_AT, ZoneInfo(play.zone))
        play.move_to(opens_at.replace(tzinfo=None))
        samples = publish_samples(play, day)
        made = Demonstration(
            play.home.folder,
            play.programme.identifier,
            day,
            seed,
            play.zone,
            opens_at - SystemClock().now(),
            sample_customers(play, day),
            employ_at_pages(),
            samples,
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
        tuple(said.get("samples", ())),
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
    from makegood.rehearsal.shop_door import SHOP_ADDRESS, ShopDoor

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
        settings = Settings.load()
        door = stack.enter_context(ShopDoor(settings.web_host_and_port[1]))
        say(
            f"the shop's counter is at http://localhost:{door.port}/centre/"
            if door.is_open
            else f"no counter of a shop: {SHOP_ADDRESS} or port {door.port} is not to be had"
        )
        return Supervisor(settings, tell).run()


def _environment_of(made: Demonstration, before: Mapping[str, str]) -> dict[str, str]:
    from makegood.rehearsal.shop_door import SHOP_ADDRESS

    networks = [
        {"addresses": f"{SHOP_ADDRESS}/32", "is_a": "shop"},
        {"addresses": "127.0.0.0/8", "is_a": "office"},
    ]
    return {
        "MAKEGOOD_DEMO_SHIFT_SECONDS": str(int(made.shift.total_seconds())),
        "MAKEGOOD_NETWORKS": json.dumps(networks),
        # Nobody registers lines in a demonstration that goes on.
        "MAKEGOOD_FACTS_DAYS_MAX": "0",
        **{name: before[name] for name in _KEPT if name in before},
    }


def _day_to_show(programme: Programme) -> date:
    from makegood.programmes import ActionKind, calendar

    actions = calendar(programme)
    windows = [
        (claim.since.date(), claim.until.date() if claim.until else date.max)
        for measure in programme.measures.values()
        if (claim := measure.section.claim) is not None
    ]
    if not windows:
        return min(action.day for action in actions) + timedelta(days=2)
    opens, closes = min(windows)
    paid = [action.day for action in actions if action.kind is ActionKind.PAY_OUT]
    # Something is due on it, which waits for two persons in the morning.
    later = [action.day for action in actions if paid and min(paid) < action.day < closes]
    return min(later) if later else opens + timedelta(days=2)


def _written(made: Demonstration) -> str:
    said = {
        "programme": made.programme,
        "day": made.day.isoformat(),
        "seed": made.seed,
        "time_zone": made.time_zone,
        "shift_seconds": made.shift.total_seconds(),
        "customers": list(made.customers),
        "staff": list(made.staff),
        "samples": list(made.samples),
    }
    return json.dumps(said, ensure_ascii=False, indent=2) + "\n"
