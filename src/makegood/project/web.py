"""The web server: Granian in front of one site's pages."""

from __future__ import annotations

import logging
import os

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from makegood.configuration import Settings
from makegood.project.sites import Site, customers_site, staff_site
from makegood.trust.monitoring import set_up_logs

_APPLICATION = "makegood.project.serving:application"
_WAITING_MAX = 256
"""Requests that one process takes on before it leaves more to the others and to the backlog."""

_HANDED_ON = {"loggers": {name: {"propagate": True} for name in ("_granian", "granian.access")}}
"""Granian's lines go to the root, which writes them as all others."""


def run_web(settings: Settings) -> None:
    """Serve the staff pages until SIGTERM or Ctrl-C; pages at work are finished first."""
    serve(settings, staff_site(settings))


def run_portal(settings: Settings) -> None:
    """Serve the customers' pages likewise."""
    serve(settings, customers_site(settings))


def serve(settings: Settings, site: Site, application: str = _APPLICATION) -> None:
    """Serve a site until SIGTERM or Ctrl-C; ``application`` is where the web server finds it."""
    host, port = site.host_and_port
    # The processes that answer read it before they load the pages.
    os.environ["DJANGO_SETTINGS_MODULE"] = site.settings_module
    set_up_logs({"format": settings.log_format, "level": settings.log_level})
    # Who asked for what is the audit log's to say; a line for each page would name persons.
    logging.getLogger("granian.access").disabled = True
    Granian(
        application,
        address=host,
        port=port,
        # Not WSGI: it writes two names of headers as one.
        interface=Interfaces.RSGI,
        websockets=False,
        workers=site.processes,
        backpressure=_WAITING_MAX,
        log_level=LogLevels.warning,
        log_access=False,
        log_dictconfig=_HANDED_ON,
        workers_kill_timeout=settings.stop_seconds,
        respawn_failed_workers=True,
    ).serve()
