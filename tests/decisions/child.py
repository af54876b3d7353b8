"""Decisions made in a process of their own, to be killed: FOLDER [MILLISECONDS | bytes N | go]."""

from __future__ import annotations

import os
import resource
import signal
import sys
import threading
from pathlib import Path

from makegood.decisions import DecisionOutcome
from makegood.kernel import MakegoodError
from makegood.population import open_snapshot
from makegood.programmes import load_programme
from tests.decisions.outage import decided


def run(folder: Path) -> DecisionOutcome:
    """Decide ``folder/population`` into ``folder/out``."""
    given = load_programme(folder / "programme.yaml")
    return decided(folder / "out", given, open_snapshot(folder / "population"))


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    where, how = Path(sys.argv[1]), sys.argv[2]
    if how == "bytes":
        most = int(sys.argv[3])
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))
    elif how != "go":
        timer = threading.Timer(int(how) / 1_000, _die)
        timer.daemon = True
        timer.start()
    try:
        written = run(where).written
    except MakegoodError as error:
        sys.exit(f"{error.findings[0].code} {error}")
    sys.stdout.write(f"{written}\n")
