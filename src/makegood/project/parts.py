"""The processes below ``makegood up``: ``python -m makegood.project.parts web|portal|worker``."""

from __future__ import annotations

import argparse
import sys

from makegood.configuration import Settings
from makegood.kernel import MakegoodError
from makegood.project.parent import end_with_pipe
from makegood.project.web import run_portal, run_web
from makegood.project.worker import run_worker

_RUN = {"web": run_web, "portal": run_portal, "worker": run_worker}


def _main() -> None:
    parser = argparse.ArgumentParser(prog="makegood up")
    parser.add_argument("part", choices=_RUN)
    parser.add_argument("--alive", type=int, required=True)
    asked = parser.parse_args()
    end_with_pipe(asked.alive)
    try:
        _RUN[asked.part](Settings.load())
    except MakegoodError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(1)


if __name__ == "__main__":
    _main()
