"""What fakes that are asked over HTTP have in common: a server on this machine."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

_POLL_SECONDS = 0.02


class FakeHttpServer(ThreadingHTTPServer):
    """A server to which a line that breaks is no fault: who asked may have been killed."""

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401
        """Tell what failed in answering, as any server does; nothing of a line that broke."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


@contextmanager
def served_by(handler: type[BaseHTTPRequestHandler], port: int = 0) -> Iterator[str]:
    """A server on this machine as long as this holds; its address. Port 0 is any that is free."""
    server = FakeHttpServer(("127.0.0.1", port), handler)
    arguments = {"poll_interval": _POLL_SECONDS}
    thread = Thread(target=server.serve_forever, kwargs=arguments, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
