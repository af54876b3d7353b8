"""The shop's way to the staff's site of a demonstration: what comes through it comes from a shop.

A shop agent works from the network of a shop only, and everybody at this machine comes from one
address. So a second address of the machine itself stands for the shop: this hands bytes on from it.
"""

from __future__ import annotations

import socket
from contextlib import suppress
from socketserver import BaseRequestHandler, ThreadingTCPServer
from threading import Thread
from types import TracebackType
from typing import Self

SHOP_ADDRESS = "127.0.0.2"
"""All of 127.0.0.0/8 is the machine itself (RFC 1122 3.2.1.3), though macOS gives it one only."""
_HERE = "127.0.0.1"
_CHUNK_BYTES = 65_536
_CONNECT_SECONDS_MAX = 5.0
_PORTS_ON = 2


def shop_port(web_port: int) -> int:
    """The port of the shop's door: two after the staff's site, past the customers'."""
    return web_port + _PORTS_ON


class ShopDoor:
    """Open as long as the ``with`` block lasts. ``is_open`` is False where the machine lacks it."""

    def __init__(self, web_port: int) -> None:
        self.port = shop_port(web_port)
        self.is_open = False
        self._web_port = web_port
        self._server: ThreadingTCPServer | None = None

    def __enter__(self) -> Self:
        web = (_HERE, self._web_port)

        class Visit(BaseRequestHandler):
            def handle(self) -> None:
                _hand_on(self.request, web)

        class Door(ThreadingTCPServer):
            allow_reuse_address = True
            daemon_threads = True
            block_on_close = False

        with suppress(OSError):
            with socket.socket() as trial:
                trial.bind((SHOP_ADDRESS, 0))
            self._server = Door((_HERE, self.port), Visit)
            Thread(target=self._server.serve_forever, name="shop", daemon=True).start()
            self.is_open = True
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()


def _hand_on(visitor: socket.socket, web: tuple[str, int]) -> None:
    """Bytes go both ways until both sides have said everything."""
    with suppress(OSError):
        site = socket.create_connection(web, _CONNECT_SECONDS_MAX, (SHOP_ADDRESS, 0))
        with site:
            site.settimeout(None)
            back = Thread(target=_pump, args=(site, visitor), daemon=True)
            back.start()
            _pump(visitor, site)
            back.join()


def _pump(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while chunk := source.recv(_CHUNK_BYTES):
            target.sendall(chunk)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)
