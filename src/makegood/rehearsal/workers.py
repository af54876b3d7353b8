"""Worker processes are started, and killed at random instants while they work."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from queue import Empty, Queue
from random import Random
from threading import Thread
from time import monotonic, sleep

from makegood.kernel import Finding, MakegoodError
from makegood.rehearsal.home import Home

_SLOWEST_SECONDS = 120.0
_FASTEST_KILL, _SLOWEST_KILL = 0.004, 1.2
KILLED = -signal.SIGKILL


@dataclass(slots=True)
class Kills:
    """What came of a stretch of work with kills."""

    started: int = 0
    killed: int = 0
    broken: int = 0


@dataclass(slots=True)
class Workers:
    """Starts worker processes of a rehearsal, through one process that is ready for it."""

    home: Home
    process: subprocess.Popen[bytes]
    _said: Queue[str] = field(default_factory=Queue)
    _ended: dict[int, int] = field(default_factory=dict)

    def at_once(self, count: int, kills: int, random: Random) -> Kills:
        """Let ``count`` work at once until all is done, and kill so many of them on the way.

        Who is killed has another take its place at once. The instants are drawn: soon after the
        start as often as late.
        """
        done = Kills()
        due: dict[int, float] = {}
        for _ in range(count):
            self._begin(due, done, kills, random)
        while due:
            now = monotonic()
            for pid, at in list(due.items()):
                if at <= now and pid not in self._ended:
                    with suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGKILL)
                    due[pid] = now + _SLOWEST_SECONDS
            self._listen(0.002)
            for pid in [pid for pid in due if pid in self._ended]:
                del due[pid]
                status = self._ended.pop(pid)
                done.killed += status == KILLED
                done.broken += status not in (0, KILLED)
                # A worker whose database went away ends; another one takes its place.
                if status != 0:
                    self._begin(due, done, kills, random)
        return done

    def _begin(self, due: dict[int, float], done: Kills, kills: int, random: Random) -> None:
        pid = self._start()
        done.started += 1
        wait = _SLOWEST_SECONDS
        if done.killed + sum(at < monotonic() + _SLOWEST_KILL for at in due.values()) < kills:
            # As likely between 4 and 8 milliseconds as between 0.6 and 1.2 seconds.
            wait = _FASTEST_KILL * (_SLOWEST_KILL / _FASTEST_KILL) ** random.random()
        due[pid] = monotonic() + wait

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
def workers(home: Home) -> Iterator[Workers]:
    """Worker processes can be had while this holds; all of them are gone afterwards."""
    with (home.logs / "workers.log").open("ab") as log:
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-m", "makegood.rehearsal.worker", str(home.folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
        )
    made = Workers(home, process)
    Thread(target=made._hear, daemon=True).start()  # noqa: SLF001 - its own
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


def _no_workers() -> MakegoodError:
    hint = "rehearse with --home DIR and see logs/workers.log in it"
    return MakegoodError(Finding("MG897", "the worker processes do not come up", hint))
