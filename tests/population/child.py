"""One run in a process of its own, to be killed: FOLDER KIND [FSYNC | MILLISECONDS] NUMBER."""

from __future__ import annotations

import os
import signal
import sys
import threading
from pathlib import Path

from makegood.population import staging
from tests.population.making import SMALL, bring_in, make


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _die_at_sync(number: int) -> None:
    usual, left = staging.sync, [number]

    def sync(path: Path) -> None:
        left[0] -= 1
        if left[0] < 0:
            _die()
        usual(path)

    staging.sync = sync


def run(folder: Path, kind: str) -> None:
    """The run itself, towards ``folder/out``."""
    if kind == "make":
        make(SMALL, folder / "out", lines=1_500_000)
    else:
        bring_in(folder / "s.csv", folder / "m.yaml", SMALL, folder / "out")


if __name__ == "__main__":
    if sys.argv[3] == "sync":
        _die_at_sync(int(sys.argv[4]))
    else:
        timer = threading.Timer(int(sys.argv[4]) / 1_000, _die)
        timer.daemon = True
        timer.start()
    run(Path(sys.argv[1]), sys.argv[2])
