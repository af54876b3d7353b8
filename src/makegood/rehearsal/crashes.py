"""The database crashes, and comes back by itself as it does in the product."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from time import monotonic, sleep
from typing import TYPE_CHECKING

from makegood.store import Embedded

if TYPE_CHECKING:
    from makegood.configuration import Settings

# A crash of a process loses nothing by this; that of the machine might, and ends the rehearsal.
TUNING = {"fsync": "off", "full_page_writes": "off", "max_connections": "60"}
_SECONDS_MAX = 30.0


def server(settings: Settings) -> Embedded:
    """The rehearsal's own server, which does not wait for the disk."""
    return Embedded(settings.home, TUNING)


def crash_and_come_back(settings: Settings) -> None:
    """Every process of the server ends at once; then it is started, and recovers."""
    embedded = server(settings)
    found = embedded.cluster.running()
    if found is None:
        return
    with suppress(ProcessLookupError):
        os.kill(found.process_id, signal.SIGQUIT)
    limit = monotonic() + _SECONDS_MAX
    while embedded.cluster.running() is not None and monotonic() < limit:
        sleep(0.02)
    embedded.ensure()
