"""Begins process after process that plans and checks everything that is due, to be killed.

It loads the program once; each line on its input makes one more process, whose number it tells,
and then that it is gone.
"""

import os
import sys
from datetime import datetime

from makegood.configuration import Settings
from makegood.kernel import FixedClock
from makegood.project import prepared
from makegood.trust import clock


def work(settings: Settings, name: str, moment: datetime) -> None:
    from makegood.redress.serving import programme_in_force
    from makegood.runs import BeingPlanned, check_run, due, plan_run
    from makegood.runs.rows import runs

    programme = programme_in_force(name)
    while True:
        for each in due(programme, moment):
            try:
                plan_run(settings, name, each, "system:worker")
            except BeingPlanned:
                continue
            for run in runs("WHERE state = 'planned'"):
                check_run(settings, run.run_id)


def tell(what: object) -> None:
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


def main() -> None:
    moment, name = datetime.fromisoformat(sys.argv[1]), sys.argv[2]
    settings = Settings.load()
    with prepared(settings), clock.use(FixedClock(moment)):
        from django.db import connections

        import makegood.decisions
        import makegood.population
        import makegood.runs.planning.claimed
        import makegood.runs.planning.recheck
        import makegood.runs.planning.writing  # noqa: F401 - loaded before processes begin

        connections.close_all()
        for _ in sys.stdin:
            process = os.fork()
            if not process:
                work(settings, name, moment)
            tell(process)
            os.waitpid(process, 0)
            tell("gone")


if __name__ == "__main__":
    main()
