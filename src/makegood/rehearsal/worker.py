"""Worker processes of a rehearsal, which may be killed at any instant.

``python -m makegood.rehearsal.worker HOME`` gets everything ready once and then forks a process for
each line that it reads, so that many can be killed in a short time. Each works until nothing is
left to do, at the instant that stands in the rehearsal's clock. For each it prints ``began PID``
and later ``ended PID STATUS``: 0, ``BROKEN`` where it came upon a mistake of the program, or
``LOST`` where the database went away under it. It ends with its standard input.
"""

from __future__ import annotations

import os
import select
import signal
import sys
from contextlib import suppress
from pathlib import Path
from traceback import format_exc

from makegood.rehearsal.home import Home
from makegood.rehearsal.workers import BROKEN, LOST

_TICK_SECONDS = 0.05


def main() -> None:
    """Serve until the standard input ends."""
    home = Home(Path(sys.argv[1]).absolute())
    home.expect_mark()
    # Ctrl-C is for the rehearsal, which ends its workers.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    from makegood.configuration import Settings
    from makegood.project import prepared
    from makegood.rehearsal.clock import VirtualClock
    from makegood.trust import clock

    settings = Settings.load()
    if settings.home != home.data:
        raise SystemExit("the settings are not the rehearsal's")
    with clock.use(VirtualClock(home.clock)), prepared(settings, migrate=False):
        # Everything that a worker needs is loaded once.
        import duckdb  # noqa: F401
        import pyarrow.parquet  # noqa: F401
        from django.db import connections

        import makegood.decisions
        import makegood.runs  # noqa: F401

        connections.close_all()
        _serve(home, settings)


def _serve(home: Home, settings: object) -> None:
    children: set[int] = set()
    _say("ready")
    while True:
        readable, _, _ = select.select([sys.stdin], [], [], _TICK_SECONDS)
        if readable:
            line = os.read(0, 1).decode()
            if not line:
                break
            if line != "\n":
                continue
            child = os.fork()
            if child == 0:
                _work(home, settings)
            children.add(child)
            _say(f"began {child}")
        _reap(children)
    for child in children:
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
    while children:
        _reap(children)


def _reap(children: set[int]) -> None:
    for child in list(children):
        found, status = os.waitpid(child, os.WNOHANG)
        if found:
            children.discard(child)
            _say(f"ended {child} {os.waitstatus_to_exitcode(status)}")


def _work(home: Home, settings: object) -> None:
    """The child: work until idle, and end without a word; what went wrong stands in the log."""
    from makegood.configuration import Settings
    from makegood.kernel import silent
    from makegood.runs import is_away, work

    assert isinstance(settings, Settings)  # noqa: S101
    status = BROKEN
    try:
        mistakes = work(settings, until_idle=True, progress=silent).faults
        for words in mistakes:
            _write(home.mistakes, words)
        status = BROKEN if mistakes else 0
    except BaseException as error:
        _write(home.logs / "workers.log", f"{os.getpid()}: {format_exc()}")
        if is_away(error):
            status = LOST
        else:
            _write(home.mistakes, f"a worker process ended: {type(error).__name__}")
    finally:
        os._exit(status)


def _write(path: Path, words: str) -> None:
    with suppress(OSError), path.open("a", encoding="utf-8") as log:
        log.write(f"{words}\n")


def _say(words: str) -> None:
    with suppress(BrokenPipeError):
        os.write(1, f"{words}\n".encode())


if __name__ == "__main__":
    main()
