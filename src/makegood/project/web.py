"""The web server: Granian in front of the staff pages."""

from __future__ import annotations

import argparse
import logging

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from makegood.configuration import Settings
from makegood.project.parent import end_with_pipe

THREADS = 8
"""Pages at work at once in each process; each holds a connection to the database."""


def run_web(settings: Settings) -> None:
    """Serve until SIGTERM or Ctrl-C; pages at work are finished first."""
    host, port = settings.web_host_and_port
    # Who asked for what is the audit log's to say; a line for each page would name persons.
    logging.getLogger("granian.access").disabled = True
    Granian(
        "makegood.project.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=settings.web_processes,
        blocking_threads=THREADS,
        log_level=LogLevels.warning,
        log_access=False,
        workers_kill_timeout=settings.stop_seconds,
        respawn_failed_workers=True,
    ).serve()


def _main() -> None:
    parser = argparse.ArgumentParser(prog="makegood web")
    parser.add_argument("--alive", type=int, required=True)
    end_with_pipe(parser.parse_args().alive)
    run_web(Settings.load())


if __name__ == "__main__":
    _main()
