"""``python -m bench.pages_server MODULE ADDRESS PROCESSES ALIVE``: as ``makegood up`` serves."""

from __future__ import annotations

import sys

from makegood.configuration import Settings
from makegood.project.parent import end_with_pipe
from makegood.project.sites import Site
from makegood.project.web import serve


def main() -> None:
    """Serve until SIGTERM, or until the other end of the pipe ``alive`` is closed."""
    module, address, processes, alive = sys.argv[1:]
    end_with_pipe(int(alive))
    site = Site("portal", "bench", address, int(processes), module, "")
    serve(Settings.load(), site, "bench.pages_application:application")


if __name__ == "__main__":
    main()
