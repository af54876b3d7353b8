"""Worker processes are started, and things befall them at random instants while they work."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from math import inf
from queue import Empty, Queue
from random import Random
from threading import Thread
from time import monotonic, sleep

from makegood.kernel import Finding, MakegoodError
from makegood.rehearsal.home import Home

_SLOWEST_SECONDS = 120.0
_FASTEST_HIT, _SLOWEST_HIT = 0.004, 1.2
_SHORTER, _LONGER = 0.8, 1.05
_MISSES_MAX = 40
_JOINED_SECONDS_MAX = 5.0
KILLED = -signal.SIGKILL
BROKEN, LOST = 70, 75
"""How a worker ends that came upon a mistake of the program, or lost the database."""


class Hit(StrEnum):
    """What befalls a stretch of work at a drawn instant, while a worker is at it."""

    KILL = "kill"
    """The worker is killed."""
    CRASH = "crash"
    """The database crashes under it."""
    HOLD = "hold"
    """A person holds the runs that it works on."""


@dataclass(slots=True)
class Done:
    """What came of a stretch of work: processes started, and what befell them.

    ``broken`` are the statuses of those that ended by themselves and not well.
    """

    started: int = 0
    broken: list[int] = field(default_factory=list)
    hits: Counter[Hit] = field(default_factory=Counter)
    missed: int = 0


@dataclass(slots=True)
class _Worker:
    """A process at work: when it began, and what befalls it when."""

    began: float
    hit: Hit | None = None
    at: float = inf
    by_hand: bool = False


@dataclass(slots=True)
class Workers:
    """Starts worker processes of a rehearsal, through one process that is ready for it.

    ``slowest`` is by when in its life a worker is hit at the latest, in seconds: as short as work
    turns out to be.
    """

    home: Home
    process: subprocess.Popen[bytes]
    slowest: float = _SLOWEST_HIT
    _said: Queue[str] = field(default_factory=Queue)
    _ended: dict[int, int] = field(default_factory=dict)

    def at_once(
        self,
        count: int,
        hits: Sequence[Hit],
        random: Random,
        strike: Mapping[Hit, Callable[[], None]],
        *,
        insist: bool = False,
    ) -> Done:
        """Let ``count`` work at once until all is done; each hit falls while a worker is at it.

        Who is killed, or loses the database, has another take its place at once. The instants are
        drawn: soon after the start as often as late. A hit whose worker had nothing left to do has
        missed, and is left over; ``insist`` draws it again, for a worker that looks for work.
        ``strike`` carries out the hits that are no kills.
        """
        done, left, at_work = Done(), list(hits), dict[int, _Worker]()
        for _ in range(count):
            self._begin(at_work, done, left, random)
        while at_work:
            for pid, worker in list(at_work.items()):
                if worker.at <= monotonic() and pid not in self._ended:
                    self._strike(pid, worker, strike, done)
            self._listen(0.002)
            for pid in [pid for pid in at_work if pid in self._ended]:
                worker, status = at_work.pop(pid), self._ended.pop(pid)
                is_hit = worker.by_hand and status == KILLED
                done.hits[Hit.KILL] += is_hit
                if worker.hit is not None and not is_hit:
                    left.append(worker.hit)
                    done.missed += 1
                    if status == 0:
                        self.slowest = max(
                            _FASTEST_HIT, min(self.slowest, monotonic() - worker.began) * _SHORTER
                        )
                if status not in (0, KILLED, LOST):
                    done.broken.append(status)
                again = insist and bool(left) and done.missed <= _MISSES_MAX
                if status in (KILLED, LOST) or again:
                    self._begin(at_work, done, left, random)
        return done

    def _begin(
        self, at_work: dict[int, _Worker], done: Done, left: list[Hit], random: Random
    ) -> None:
        worker = _Worker(monotonic())
        pid = self._start()
        done.started += 1
        if left:
            worker.hit = left.pop(0)
            # As likely between 4 and 8 milliseconds as between 0.6 and 1.2 seconds.
            wait = _FASTEST_HIT * (self.slowest / _FASTEST_HIT) ** random.random()
            worker.at = monotonic() + wait
        at_work[pid] = worker

    def _strike(
        self, pid: int, worker: _Worker, strike: Mapping[Hit, Callable[[], None]], done: Done
    ) -> None:
        """The hit falls: the process is at work at this instant, as far as is known."""
        worker.at = inf
        self.slowest = min(_SLOWEST_HIT, self.slowest * _LONGER)
        if worker.hit is Hit.KILL:
            worker.by_hand = True
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        elif worker.hit is not None:
            strike[worker.hit]()
            done.hits[worker.hit] += 1
            worker.hit = None

    def _start(self) -> int:
        assert self.process.stdin is not None  # noqa: S101 - it was opened with one
        self.process.stdin.write(b"\n")
        self.process.stdin.flush()
        limit = monotonic() + _SLOWEST_SECONDS
        while monotonic() < limit:
            began = self._listen(0.5)
            if began is not None:
                return began
            if self.process.poll() is not None:
                break
        raise _no_workers()

    def wait_ready(self) -> None:
        """Raises MakegoodError MG897 where it does not come up."""
        limit = monotonic() + _SLOWEST_SECONDS
        while monotonic() < limit and self.process.poll() is None:
            with suppress(Empty):
                if self._said.get(timeout=0.2) == "ready":
                    return
        raise _no_workers()

    def _listen(self, seconds: float) -> int | None:
        """Hear one sentence; the process that began, where it says that one did."""
        try:
            words = self._said.get(timeout=seconds).split()
        except Empty:
            return None
        match words:
            case ["began", pid]:
                return int(pid)
            case ["ended", pid, status]:
                self._ended[int(pid)] = int(status)
        return None

    def _hear(self) -> None:
        assert self.process.stdout is not None  # noqa: S101
        for line in self.process.stdout:
            self._said.put(line.decode().strip())


@contextmanager
def workers(home: Home, command: Sequence[str] = ()) -> Iterator[Workers]:
    """Worker processes can be had while this holds; all of them are gone afterwards.

    ``command`` is what starts them, where it is not ``makegood.rehearsal.worker``.
    """
    own = [sys.executable, "-m", "makegood.rehearsal.worker", str(home.folder)]
    with (home.logs / "workers.log").open("ab") as log:
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            list(command) or own,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
        )
    made = Workers(home, process)
    hearing = Thread(target=made._hear, daemon=True)  # noqa: SLF001 - its own
    hearing.start()
    try:
        made.wait_ready()
        yield made
    finally:
        assert process.stdin is not None  # noqa: S101
        with suppress(BrokenPipeError):
            process.stdin.close()
        for _ in range(100):
            if process.poll() is not None:
                break
            sleep(0.05)
        else:
            process.kill()
        process.wait()
        hearing.join(_JOINED_SECONDS_MAX)
        if process.stdout is not None:
            process.stdout.close()


def _no_workers() -> MakegoodError:
    hint = "rehearse with --home DIR and see logs/workers.log in it"
    return MakegoodError(Finding("MG897", "the worker processes do not come up", hint))
