"""The worker: takes jobs from the queue, and does the duties."""

from __future__ import annotations

import argparse
import sys

from makegood.configuration import Settings
from makegood.kernel import MakegoodError
from makegood.project.duties import Duties
from makegood.project.parent import end_with_pipe
from makegood.project.preparing import expect_up_to_date, prepared

HEARTBEAT_SECONDS = 5.0
STALLED_SECONDS = 30.0


def run_worker(settings: Settings) -> None:
    """Work until SIGTERM or Ctrl-C; the job at work is finished first.

    Raises MakegoodError MG700 to MG709.
    """
    with prepared(settings, migrate=False):
        expect_up_to_date()
        from procrastinate.contrib.django import app

        from makegood.project.tasks import DUTIES

        duties = Duties(DUTIES)
        with app.replace_connector(app.connector.get_worker_connector()) as at_work:
            duties.start()
            try:
                at_work.run_worker(
                    name="makegood",
                    update_heartbeat_interval=HEARTBEAT_SECONDS,
                    stalled_worker_timeout=STALLED_SECONDS,
                )
            finally:
                duties.stop()


def _main() -> None:
    parser = argparse.ArgumentParser(prog="makegood worker")
    parser.add_argument("--alive", type=int, required=True)
    end_with_pipe(parser.parse_args().alive)
    try:
        run_worker(Settings.load())
    except MakegoodError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(1)


if __name__ == "__main__":
    _main()
