"""Processes that load or rotate and can be killed at any instant.

They are forked from a server that has everything imported, so that one starts in a moment.
"""

import multiprocessing
import os
import random
import time
from collections.abc import Callable
from multiprocessing.context import ForkServerProcess
from multiprocessing.synchronize import Event
from pathlib import Path

from makegood.configuration import Settings
from tests.store_fixture import Database

CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(["tests.trust.vault.child_imports"])


def work(environment: dict[str, str], begun: Event, file: Path | None, batch_rows: int) -> None:
    """What a child does: load a file, or rotate."""
    os.environ.clear()
    os.environ.update(environment)
    from makegood.project import prepared
    from makegood.trust.vault import load, rotate
    from makegood.trust.vault import rotation as module

    module._BLOCKS = 2
    with prepared(Settings.load(), migrate=False):
        begun.set()
        if file:
            load(file, actor="system:child", batch_rows=batch_rows)
        else:
            rotate(actor="system:child")


def killed_until_done(
    database: Database,
    seed: int,
    file: Path | None,
    *,
    batch_rows: int = 40,
    longest_seconds: float,
) -> int:
    """Start the work and kill it after a random while, again and again; how often it was killed.

    Ends with the first child that came to its end.
    """
    draw = random.Random(seed)
    killed = 0
    while True:
        begun = CONTEXT.Event()
        child: ForkServerProcess = CONTEXT.Process(
            target=work, args=(database.environment, begun, file, batch_rows)
        )
        child.start()
        assert begun.wait(60), "the child did not begin"
        child.join(draw.uniform(0, longest_seconds))
        child.kill()
        child.join()
        if child.exitcode == 0:
            return killed
        assert child.exitcode == -9, f"the child failed (seed {seed})"
        killed += 1
        assert killed < 200, f"no child came to its end (seed {seed})"


def within(seconds: float, holds: Callable[[], bool]) -> None:
    """Wait until something holds; fail where it does not in time."""
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, "it did not come to hold"
        time.sleep(0.01)
