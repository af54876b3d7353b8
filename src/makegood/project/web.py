"""The web server: Granian in front of the staff pages."""

from __future__ import annotations

import logging

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from makegood.configuration import Settings
from makegood.trust.monitoring import set_up_logs

_WAITING_MAX = 256
"""Requests that one process takes on before it leaves more to the others and to the backlog."""

_HANDED_ON = {"loggers": {name: {"propagate": True} for name in ("_granian", "granian.access")}}
"""Granian's lines go to the root, which writes them as all others."""


def run_web(settings: Settings) -> None:
    """Serve until SIGTERM or Ctrl-C; pages at work are finished first."""
    host, port = settings.web_host_and_port
    set_up_logs({"format": settings.log_format, "level": settings.log_level})
    # Who asked for what is the audit log's to say; a line for each page would name persons.
    logging.getLogger("granian.access").disabled = True
    Granian(
        "makegood.project.serving:application",
        address=host,
        port=port,
        # Not WSGI: it writes two names of headers as one.
        interface=Interfaces.RSGI,
        websockets=False,
        workers=settings.web_processes,
        backpressure=_WAITING_MAX,
        log_level=LogLevels.warning,
        log_access=False,
        log_dictconfig=_HANDED_ON,
        workers_kill_timeout=settings.stop_seconds,
        respawn_failed_workers=True,
    ).serve()
