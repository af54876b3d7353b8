"""Store, sites and worker: started in this order, watched, stopped in the other."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event as Flag
from time import monotonic
from types import FrameType

from makegood.configuration import Settings
from makegood.kernel import Finding, MakegoodError
from makegood.project.preparing import (
    bring_up_to_date,
    expect_approved_policies,
    expect_master_key,
    prepared,
)
from makegood.project.sites import Site, sites
from makegood.project.supervisor.alone import alone
from makegood.project.supervisor.child import Child
from makegood.project.supervisor.events import Event, Part, Tell
from makegood.project.supervisor.looking import expect_port_free, lives, serves
from makegood.store import Store, ensure_running
from makegood.trust.clock import now

_TICK_SECONDS = 0.1
_LOOK_SECONDS = 2.0
_SILENT_SECONDS_MAX = 45.0
"""A web server that gives no answer for as long is started again; it also has as long to begin."""
_FIRST_DEATHS_MAX = 5
"""A part that died as often before it ever served is not going to."""
_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


@dataclass
class _Served:
    """A site, the process that serves it, and how it was seen last."""

    site: Site
    child: Child
    is_serving: bool = False
    heard_at: float = 0.0


class Supervisor:
    """Runs the parts of an installation until it is asked to stop."""

    def __init__(self, settings: Settings, tell: Tell) -> None:
        self._settings = settings
        self._tell_event = tell
        self._stop = Flag()
        self._hurried = False
        self._has_served = False
        self._served: list[_Served] = []

    def run(self) -> int:
        """Until SIGTERM, SIGHUP or Ctrl-C; 0 where every part ended by itself, else 1.

        Raises MakegoodError MG700 to MG712; whatever was started is stopped before.
        """
        with alone(self._settings.home), _handling(self._asked_to_stop):
            for site in sites(self._settings):
                expect_port_free(site)
            self._tell(Part.STORE, "starting", "the store starts")
            with prepared(self._settings, migrate=False) as store:
                self._ready(store)
                willing = self._run_parts(store)
                if store.is_embedded:
                    self._tell(Part.STORE, "stopping", "the store is left")
        self._tell(Part.UP, "stopped", "all stopped")
        return 0 if willing else 1

    def _ready(self, store: Store) -> None:
        from django.db import connections

        from makegood.project.static_files import FOLDER, write_static_files

        applied = bring_up_to_date(store)
        expect_approved_policies()
        expect_master_key(self._settings)
        write_static_files(self._settings.home / FOLDER)
        connections.close_all()
        where = "in the data folder" if store.is_embedded else f"on {store.program.host}"
        self._tell(Part.STORE, "ready", f"the store runs {where}")
        if applied:
            self._tell(Part.STORE, "migrated", f"{applied} migrations were applied")

    def _run_parts(self, store: Store) -> bool:
        alive, held = os.pipe()
        self._served = [
            _Served(site, Child(Part(site.name), alive)) for site in sites(self._settings)
        ]
        children = [*(each.child for each in self._served), Child(Part.WORKER, alive)]
        try:
            self._watch(children, store)
            return self._stop_parts(children)
        finally:
            for child in children:
                child.kill()
            os.close(alive)
            os.close(held)

    # --- Watching ---

    def _watch(self, children: list[Child], store: Store) -> None:
        look_at = monotonic()
        while not self._stop.wait(_TICK_SECONDS):
            for child in children:
                self._keep(child)
            if monotonic() >= look_at:
                self._keep_store(store)
                for each in self._served:
                    self._look(each)
                all_serve = all(each.is_serving for each in self._served)
                look_at = monotonic() + (_LOOK_SECONDS if all_serve else 5 * _TICK_SECONDS)

    def _keep(self, child: Child) -> None:
        how = child.ended()
        if how:
            if not self._has_served and child.deaths >= _FIRST_DEATHS_MAX:
                raise MakegoodError(
                    Finding(
                        "MG712",
                        f"{child.part} does not stay up: {how}, {child.deaths} times",
                        "read what it said above, and run 'makegood doctor'",
                    )
                )
            wait = max(0.0, child.start_at - monotonic())
            words = f"{child.part} ended ({how}); it starts again in {wait:.0f} s"
            self._tell(child.part, "died", words)
            for each in self._served:
                each.is_serving = each.is_serving and each.child is not child
        if child.is_due:
            process = child.start()
            for each in self._served:
                each.heard_at = monotonic() if each.child is child else each.heard_at
            again = "again " if child.deaths else ""
            self._tell(child.part, "started", f"{child.part} started {again}", process)

    def _keep_store(self, store: Store) -> None:
        if not store.is_embedded:
            return
        try:
            again = ensure_running(self._settings)
        except MakegoodError as error:
            self._tell(Part.STORE, "down", error.findings[0].message)
            return
        if again:
            self._tell(Part.STORE, "started", "the store had died and was started again")

    def _look(self, served: _Served) -> None:
        site, child = served.site, served.child
        if child.process_id is None:
            return
        was, served.is_serving = served.is_serving, serves(site)
        if served.is_serving:
            served.heard_at, self._has_served = monotonic(), True
            if not was:
                words = f"{site.words} are served on http://{site.address}"
                self._tell(child.part, "ready", words)
            return
        if was:
            self._tell(child.part, "not_ready", "the pages cannot be served at the moment")
        if lives(site):
            served.heard_at = monotonic()
        elif monotonic() - served.heard_at > _SILENT_SECONDS_MAX:
            words = f"{child.part} gives no answer; it is ended and started again"
            self._tell(child.part, "silent", words)
            child.stop(_LOOK_SECONDS)

    # --- Stopping ---

    def _asked_to_stop(self, number: int, _frame: FrameType | None) -> None:
        # The second Ctrl-C means: now.
        self._hurried = self._stop.is_set() and number == signal.SIGINT
        self._stop.set()

    def _stop_parts(self, children: list[Child]) -> bool:
        """The sites first, so that nothing new comes in; then the worker.

        Whether all ended by themselves.
        """
        willing = True
        for child in children:
            if child.process_id is None:
                continue
            self._tell(child.part, "stopping", f"{child.part} finishes what it is at")
            ended = child.stop(0.0 if self._hurried else self._settings.stop_seconds)
            how = "stopped" if ended else "did not end in time and was killed"
            self._tell(child.part, "stopped" if ended else "killed", f"{child.part} {how}")
            willing = willing and ended
        return willing

    def _tell(self, part: Part, what: str, words: str, process: int | None = None) -> None:
        self._tell_event(Event(now(), part, what, words.strip(), process))


@contextmanager
def _handling(handler: signal._HANDLER) -> Iterator[None]:
    """The signals that end a program go to ``handler`` while this holds."""
    before = {number: signal.signal(number, handler) for number in _SIGNALS}
    try:
        yield
    finally:
        for number, former in before.items():
            signal.signal(number, former)
