"""How ``makegood up`` looks at a web server: its port before, its health while it runs."""

from __future__ import annotations

import socket
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException

import psutil

from makegood.kernel import Finding, MakegoodError
from makegood.project.health import LIVE, READY
from makegood.project.sites import Site

_SECONDS_MAX = 3.0
_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - what a setting may say


def expect_port_free(site: Site) -> None:
    """Raises MakegoodError MG711 where something else has the port, or it cannot be had."""
    host, port = site.host_and_port
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM
        )[0]
        with socket.socket(family, kind, protocol) as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tried.bind(address)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        who = holder_of(port)
        told = f"{reason}: {who} has it" if who else reason
        raise MakegoodError(
            Finding(
                "MG711",
                f"the address {site.address} cannot be had: {told}",
                f"stop what has it, or name another in {site.variable}",
            )
        ) from None


def holder_of(port: int) -> str:
    """Which process listens on a port, as far as this account may know."""
    try:
        listening = [
            one
            for one in psutil.net_connections(kind="tcp")
            if one.status == psutil.CONN_LISTEN and one.laddr and one.laddr.port == port
        ]
        found = next((one.pid for one in listening if one.pid is not None), None)
        return f"'{psutil.Process(found).name()}' (process {found})" if found is not None else ""
    except psutil.Error:
        return ""


def lives(site: Site) -> bool:
    """Whether the web server answers at all."""
    return _answers(site, LIVE)


def serves(site: Site) -> bool:
    """Whether it can serve pages: the store answers it."""
    return _answers(site, READY)


def _answers(site: Site, path: str) -> bool:
    host, port = site.host_and_port
    connection = HTTPConnection(_EVERYWHERE.get(host, host), port, timeout=_SECONDS_MAX)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == HTTPStatus.OK
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
