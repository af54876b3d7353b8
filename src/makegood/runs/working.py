"""The work: everything that is due, in order, by any number of processes at once.

Every step is bounded, does nothing where nothing is due, and may be killed at any instant: what it
had not finished is found again by whoever comes next.
"""

from __future__ import annotations

import logging
import os
import platform
from collections.abc import Callable, Iterable
from functools import partial
from time import sleep
from typing import TypeVar
from uuid import UUID

from django.db import connection

from makegood.configuration import Settings
from makegood.kernel import MakegoodError, Progress, silent
from makegood.ledger import keep_sums
from makegood.publication import versions
from makegood.redress.claims import advance
from makegood.redress.serving import programme_in_force
from makegood.runs.asking import ask_about_unanswered
from makegood.runs.channels import Channels, configured
from makegood.runs.closing import close_finished
from makegood.runs.events import tell_events
from makegood.runs.faults import is_away, run_named, told_fault
from makegood.runs.found_out import take_over_found_out
from makegood.runs.line_index import index_runs
from makegood.runs.locks import locks
from makegood.runs.planning import (
    Due,
    check_run,
    demands,
    deviating_words,
    due,
    is_over,
    plan_run,
    release_unclaimed,
    remove_left_over,
    upheld_due,
    uphold_agreed,
)
from makegood.runs.planning.missing import let_go_on
from makegood.runs.planning.problems import BeingPlanned, NothingMissing, NotPlanned
from makegood.runs.releasing import checked_runs, release_if_ready
from makegood.runs.rows import runs, select
from makegood.runs.sending import send_due
from makegood.runs.stopping import SYSTEM
from makegood.runs.taking_in import take_in
from makegood.runs.troubles import Step
from makegood.runs.work_done import WorkDone
from makegood.trust.clock import now

_log = logging.getLogger("makegood.runs")
_CLAIMS_AT_ONCE = 1_000
_PLANNED = """
SELECT run_id, kind, measure, period, due_at FROM runs_run WHERE programme = %s AND follows IS NULL
"""
_ROUNDS_BROKEN_MAX, _BROKEN_SECONDS = 30, 1.0
_T = TypeVar("_T")


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
    sending = partial(send_due, settings, worker_name(), progress, channels=channels)
    if sent := _tried(done, Step.SEND, sending):
        done.sent, done.postponed, done.doubtful = sent.sent, sent.postponed, sent.doubtful
        done.hear(Step.SEND, sent.troubles)
    finish(settings, done, progress, channels=channels)
    return done


def prepare(settings: Settings, done: WorkDone, progress: Progress = silent) -> None:
    """What comes before sending: plan what is due, check, release, let claims go on."""
    _tried(done, Step.PLAN, lambda: _uphold(settings, done))
    _tried(done, Step.PLAN, lambda: _plan(settings, done, progress))
    _tried(done, Step.CHECK, lambda: _check(settings, done, progress))
    _tried(done, Step.RELEASE, lambda: _release(settings, done))
    done.claims += _tried(done, Step.CLAIMS, lambda: _advance(settings)) or 0
    _tried(done, Step.TIDY, lambda: remove_left_over(settings))
    _tried(done, Step.TIDY, lambda: index_runs(settings, done.hears(Step.TIDY)))
    done.tell()


def finish(
    settings: Settings,
    done: WorkDone,
    progress: Progress = silent,
    *,
    channels: Channels = configured,
) -> None:
    """What comes after sending: take in answers, tell customers, ask, close what ended."""
    taking = partial(take_in, settings, progress, channels=channels)
    if taken := _tried(done, Step.ANSWERS, taking):
        done.sources, done.answers = taken.sources, taken.answers
        done.hear(Step.ANSWERS, taken.troubles)
        done.findings += taken.findings
    asking = partial(ask_about_unanswered, settings, channels=channels)
    if asked := _tried(done, Step.ASK, asking):
        done.asked = asked.shards
        done.hear(Step.ASK, asked.troubles)
    taking_over = partial(take_over_found_out, settings, done.hears(Step.ANSWERS))
    done.sources += _tried(done, Step.ANSWERS, taking_over) or 0
    tell(settings, done, channels=channels)
    done.closed += _tried(done, Step.CLOSE, lambda: close_finished(done.hears(Step.CLOSE))) or 0
    done.tell()


def tell(settings: Settings, done: WorkDone, *, channels: Channels = configured) -> None:
    """Tell customers what happened to their applications and passes."""
    if told := _tried(done, Step.TELL, lambda: tell_events(settings, channels=channels)):
        done.events, done.told = told.events, told.sent
        done.hear(Step.TELL, told.troubles)


def _advance(settings: Settings) -> int:
    return advance(settings, _CLAIMS_AT_ONCE)


def _uphold(settings: Settings, done: WorkDone) -> None:
    done.upheld, troubles = uphold_agreed(settings)
    done.hear(Step.PLAN, troubles)


def _plan(settings: Settings, done: WorkDone, progress: Progress) -> None:
    for name in sorted({each.programme for each in versions()}):
        _tried(done, Step.PLAN, partial(_plan_programme, settings, name, done, progress))


def _plan_programme(settings: Settings, name: str, done: WorkDone, progress: Progress) -> None:
    programme, instant = programme_in_force(name), now()
    _tried(done, Step.PLAN, partial(let_go_on, name))
    # What stands already need not be asked for again, which would take its family's lock.
    planned = set(select(_PLANNED, [name]))
    known = {row[0] for row in planned}
    first_published_at = min(each.published_at for each in versions(name))
    standing = {row[1:] for row in planned}

    def plan(entries: Iterable[Due]) -> None:
        for each in entries:
            if (each.kind.value, each.measure, each.period, each.due_at) in standing:
                continue
            if is_over(programme, each, first_published_at, instant):
                continue
            act = partial(plan_run, settings, name, each, SYSTEM, progress)
            run = _tried(done, Step.PLAN, act, " ".join((name, each.kind, each.measure)).strip())
            if run is not None and run.run_id not in known:
                known.add(run.run_id)
                done.planned += 1

    plan([*due(programme, instant), *demands(programme, instant)])
    # Looked at when all else stands: what a bill brings is not missing.
    looking = partial(upheld_due, settings, programme, instant, done.hears(Step.PLAN))
    plan(_tried(done, Step.PLAN, looking) or [])
    _tried(done, Step.PLAN, partial(keep_sums, name))
    release = partial(release_unclaimed, settings, programme, instant)
    done.unclaimed += _tried(done, Step.PLAN, release) or 0


def _check(settings: Settings, done: WorkDone, progress: Progress) -> None:
    planned = runs("WHERE state = 'planned' ORDER BY due_at, run_id")
    if not planned:
        return
    with locks() as held:
        for run in planned:
            with held.held("makegood.check", run.run_id) as got:
                if got:
                    act = partial(_check_one, settings, run.run_id, done, progress)
                    _tried(done, Step.CHECK, act, run_named(run.run_id))


def _check_one(settings: Settings, run_id: UUID, done: WorkDone, progress: Progress) -> None:
    found = check_run(settings, run_id, progress)
    done.checked += 1
    if words := deviating_words(found):
        done.findings.append(words)
        _log.warning("%s", words)


def _release(settings: Settings, done: WorkDone) -> None:
    for run in checked_runs():
        act = partial(release_if_ready, settings, run)
        done.released += _tried(done, Step.RELEASE, act, run_named(run.run_id)) or 0


def _tried(done: WorkDone, step: Step, act: Callable[[], _T], what: str = "") -> _T | None:
    """What an act of a step gives; None where it failed, which is told: nothing else waits."""
    done.hear(step)
    try:
        return act()
    except (BeingPlanned, NotPlanned, NothingMissing):
        # Another process has it in its hands, has done it, or gave it up: nothing is wrong.
        return None
    except MakegoodError as error:
        done.hear(step, [str(error)])
    except Exception as error:
        if is_away(error):
            # The text of a database's error may hold a value. The next step connects anew.
            done.hear(step, [f"the database failed: {type(error).__name__}"])
            done.is_broken = True
            connection.close()
        else:
            # A mistake of this program: it costs its own run, or source, a round, nothing else.
            done.hear(step, [told_fault(error, what)])
    return None
