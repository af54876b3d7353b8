"""The work: everything that is due, in order, by any number of processes at once.

Every step is bounded, does nothing where nothing is due, and may be killed at any instant: what it
had not finished is found again by whoever comes next.
"""

from __future__ import annotations

import logging
import os
import platform
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from time import sleep
from typing import TypeVar

import psycopg
from django.db import Error, connection

from makegood.configuration import Settings
from makegood.kernel import MakegoodError, Progress, silent
from makegood.publication import versions
from makegood.redress.claims import advance
from makegood.redress.serving import programme_in_force
from makegood.runs.asking import ask_about_unanswered
from makegood.runs.channels import Channels, configured
from makegood.runs.closing import close_finished
from makegood.runs.events import tell_events
from makegood.runs.found_out import take_over_found_out
from makegood.runs.line_index import index_runs
from makegood.runs.locks import locks
from makegood.runs.planning import (
    check_run,
    demands,
    due,
    is_over,
    plan_run,
    release_unclaimed,
    remove_left_over,
)
from makegood.runs.planning.problems import BeingPlanned
from makegood.runs.releasing import release_ready
from makegood.runs.rows import runs, select
from makegood.runs.sending import send_due
from makegood.runs.stopping import SYSTEM
from makegood.runs.taking_in import take_in
from makegood.trust.clock import now

_log = logging.getLogger("makegood.runs")
_CLAIMS_AT_ONCE = 1_000
_PLANNED = """
SELECT run_id, kind, measure, period, due_at FROM runs_run WHERE programme = %s AND follows IS NULL
"""
_ROUNDS_BROKEN_MAX, _BROKEN_SECONDS = 30, 1.0
_T = TypeVar("_T")


@dataclass(slots=True)
class WorkDone:
    """What was done: runs, claims, shards, sources of answers; ``troubles`` is what went wrong.

    ``events`` are those that messages were made for, ``told`` the batches of messages that left.

    ``findings`` are what channels want looked at; nothing waits for it.
    """

    planned: int = 0
    checked: int = 0
    released: int = 0
    claims: int = 0
    sent: int = 0
    postponed: int = 0
    doubtful: int = 0
    sources: int = 0
    answers: int = 0
    asked: int = 0
    closed: int = 0
    unclaimed: int = 0
    events: int = 0
    told: int = 0
    troubles: list[str] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)
    is_broken: bool = False

    @property
    def steps(self) -> int:
        """How much was done: 0 of a round after which there is nothing more to do."""
        return sum(
            (
                *(self.planned, self.checked, self.released, self.claims, self.sent),
                *(self.sources, self.asked, self.closed, self.unclaimed, self.events, self.told),
            )
        )

    def add(self, other: WorkDone) -> None:
        """What another round did is added; the newest troubles are those that count."""
        for name in self.__slots__:
            if name not in {"troubles", "findings", "is_broken"}:
                setattr(self, name, getattr(self, name) + getattr(other, name))
        self.troubles, self.is_broken = other.troubles, other.is_broken
        self.findings = told_once([*self.findings, *other.findings])


def worker_name() -> str:
    """How this process is named where it has a shard in hand."""
    return f"{platform.node()}:{os.getpid()}"


def work(
    settings: Settings,
    *,
    until_idle: bool = False,
    progress: Progress = silent,
    channels: Channels = configured,
) -> WorkDone:
    """Do what is due, once, or until a round finds nothing more to do.

    What goes wrong in one step is told, and the others go on. Where the database is away for a
    while, ``until_idle`` waits for it, half a minute at most.
    """
    done, broken = WorkDone(), 0
    while True:
        one = work_once(settings, progress=progress, channels=channels)
        done.add(one)
        broken = broken + 1 if one.is_broken else 0
        if not until_idle or broken > _ROUNDS_BROKEN_MAX or not (one.steps or one.is_broken):
            return done
        if one.is_broken:
            sleep(_BROKEN_SECONDS)


def work_once(
    settings: Settings, *, progress: Progress = silent, channels: Channels = configured
) -> WorkDone:
    """One round of all steps in order."""
    done = WorkDone()
    prepare(settings, done, progress)
    if sent := _tried(done, lambda: send_due(settings, worker_name(), progress, channels=channels)):
        done.sent, done.postponed, done.doubtful = sent.sent, sent.postponed, sent.doubtful
        done.troubles += sent.troubles
    finish(settings, done, progress, channels=channels)
    return done


def prepare(settings: Settings, done: WorkDone, progress: Progress = silent) -> None:
    """What comes before sending: plan what is due, check, release, let claims go on."""
    _tried(done, lambda: _plan(settings, done, progress))
    _tried(done, lambda: _check(settings, done, progress))
    done.released += _tried(done, lambda: release_ready(settings)) or 0
    done.claims += _tried(done, lambda: _advance(settings)) or 0
    _tried(done, lambda: remove_left_over(settings))
    _tried(done, lambda: index_runs(settings))


def finish(
    settings: Settings,
    done: WorkDone,
    progress: Progress = silent,
    *,
    channels: Channels = configured,
) -> None:
    """What comes after sending: take in answers, tell customers, ask, close what ended."""
    if taken := _tried(done, lambda: take_in(settings, progress, channels=channels)):
        done.sources, done.answers = taken.sources, taken.answers
        done.troubles += taken.troubles
        done.findings += taken.findings
    if asked := _tried(done, lambda: ask_about_unanswered(settings, channels=channels)):
        done.asked = asked.shards
        done.troubles += asked.troubles
    done.sources += _tried(done, lambda: take_over_found_out(settings)) or 0
    tell(settings, done, channels=channels)
    done.closed += _tried(done, close_finished) or 0


def tell(settings: Settings, done: WorkDone, *, channels: Channels = configured) -> None:
    """Tell customers what happened to their applications and passes."""
    if told := _tried(done, lambda: tell_events(settings, channels=channels)):
        done.events, done.told = told.events, told.sent
        done.troubles += told.troubles


def _advance(settings: Settings) -> int:
    return advance(settings, _CLAIMS_AT_ONCE)


def _plan(settings: Settings, done: WorkDone, progress: Progress) -> None:
    for name in sorted({each.programme for each in versions()}):
        _tried(done, partial(_plan_programme, settings, name, done, progress))


def _plan_programme(settings: Settings, name: str, done: WorkDone, progress: Progress) -> None:
    programme, instant = programme_in_force(name), now()
    # What stands already need not be asked for again, which would take its family's lock.
    planned = set(select(_PLANNED, [name]))
    known = {row[0] for row in planned}
    first_published_at = min(each.published_at for each in versions(name))
    standing = {row[1:] for row in planned}
    for each in (*due(programme, instant), *demands(programme, instant)):
        if (each.kind.value, each.measure, each.period, each.due_at) in standing:
            continue
        if is_over(programme, each, first_published_at, instant):
            continue
        run = _tried(done, partial(plan_run, settings, name, each, SYSTEM, progress))
        if run is not None and run.run_id not in known:
            known.add(run.run_id)
            done.planned += 1
    done.unclaimed += _tried(done, lambda: release_unclaimed(settings, programme, instant)) or 0


def _check(settings: Settings, done: WorkDone, progress: Progress) -> None:
    planned = runs("WHERE state = 'planned' ORDER BY due_at, run_id")
    if not planned:
        return
    with locks() as held:
        for run in planned:
            with held.held("makegood.check", run.run_id) as got:
                if got:
                    found = _tried(done, partial(check_run, settings, run.run_id, progress))
                    done.checked += found is not None


def _tried(done: WorkDone, step: Callable[[], _T]) -> _T | None:
    """What a step gives; None where it failed for a reason that can be told."""
    try:
        return step()
    except BeingPlanned:
        # Another process has it in its hands: nothing is wrong.
        return None
    except MakegoodError as error:
        done.troubles.append(str(error))
    except (Error, psycopg.Error) as error:
        # The text of a database's error may hold a value. The next step connects anew.
        done.troubles.append(f"the database failed: {type(error).__name__}")
        done.is_broken = True
        connection.close()
    _log.warning("%s", done.troubles[-1])
    return None


def told_once(troubles: Iterable[str]) -> list[str]:
    """The same trouble of many shards once."""
    return list(dict.fromkeys(troubles))
