"""Runs to be killed, each in a process of its own: FOLDER KIND WHEN... ; see ``main``."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from makegood.population import check_snapshot, open_snapshot, staging
from tests.population.making import SMALL, bring_in, make


def run(folder: Path, kind: str) -> None:
    """The run itself, towards ``folder/out``."""
    if kind == "make":
        make(SMALL, folder / "out", lines=1_200_000)
    else:
        bring_in(folder / "s.csv", folder / "m.yaml", SMALL, folder / "out")


def check(folder: Path) -> None:
    """What stands in ``folder/out`` is whole, or it does not stand there."""
    if (folder / "out").exists():
        assert check_snapshot(open_snapshot(folder / "out")) == []


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _arm(when: str) -> None:
    """Die after so many milliseconds (``120ms``), or at the so-manieth step onto the disk."""
    if when.endswith("ms"):
        timer = threading.Timer(int(when[:-2]) / 1_000, _die)
        timer.daemon = True
        timer.start()
        return
    usual, left = staging.sync, [int(when)]

    def sync(path: Path) -> None:
        left[0] -= 1
        if left[0] < 0:
            _die()
        usual(path)

    staging.sync = sync


def _forked(work: Callable[[], None]) -> int:
    child = os.fork()
    if child == 0:
        try:
            work()
        except BaseException as error:
            sys.stderr.write(repr(error))
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def main(folder: Path, kind: str, whens: list[str]) -> None:
    """One run for each ``when``: says how it ended, what stood there, how checking it ended."""
    for when in whens:

        def killed(when: str = when) -> None:
            _arm(when)
            run(folder, kind)

        ended = _forked(killed)
        stands = int((folder / "out").exists())
        sys.stdout.write(f"{ended} {stands} {_forked(lambda: check(folder))}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3:])
