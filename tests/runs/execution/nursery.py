"""A prepared process that makes workers: everything is imported once, each worker is a fork of it.

Commands come on the standard input, one a line: ``SECONDS_AHEAD`` makes a worker whose clock is so
far ahead of the machine's. It answers with the worker's process number. The worker does rounds of
``makegood work`` until it is killed.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from time import sleep

from tests.store_fixture import Database

_MODULE = "tests.runs.execution.nursery"


class Nursery:
    """The prepared process, as a test has it."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def worker(self, ahead: timedelta) -> int:
        """A new worker; its process number."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(f"{ahead.total_seconds()}\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())


@contextmanager
def nursery(database: Database, home: os.PathLike[str], **settings: str) -> Iterator[Nursery]:
    environment = {**database.environment, "MAKEGOOD_HOME": str(home)}
    environment |= {f"MAKEGOOD_{name.upper()}": value for name, value in settings.items()}
    with subprocess.Popen(
        [sys.executable, "-m", _MODULE],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    ) as process:
        try:
            assert process.stdout
            assert process.stdout.readline() == "ready\n"
            yield Nursery(process)
        finally:
            process.kill()


def _main() -> None:
    from makegood.configuration import Settings
    from makegood.project.preparing import set_up
    from makegood.store import opened

    settings = Settings.load()
    with opened(settings) as store:
        set_up(store)
        import duckdb  # noqa: F401 - what a worker would import is imported before it is born
        import pyarrow.parquet  # noqa: F401
        from django.db import connections

        import makegood.channels.registry
        import makegood.runs  # noqa: F401

        connections.close_all()
        # Workers that were killed are gone at once.
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        for line in sys.stdin:
            born = os.fork()
            if not born:
                _work(settings, timedelta(seconds=float(line)))
            sys.stdout.write(f"{born}\n")
            sys.stdout.flush()


def _work(settings: object, ahead: timedelta) -> None:
    from makegood.configuration import Settings
    from makegood.runs import work_once
    from makegood.trust import clock
    from tests.staff_people import MovedClock

    assert isinstance(settings, Settings)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    parent = os.getppid()
    try:
        with clock.use(MovedClock(ahead)):
            while os.getppid() == parent:
                if not work_once(settings).steps:
                    sleep(0.002)
    finally:
        os._exit(1)


if __name__ == "__main__":
    _main()
