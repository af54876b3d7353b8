"""Events to a syslog daemon: RFC 5424 over UDP (RFC 5426), TCP (RFC 6587) or TLS (RFC 5425).

Syslog has no answer. Over TCP and TLS a batch counts as delivered when the daemon, told that no
more comes, closes the connection after it has read everything. Over UDP nothing is sure: it is
for daemons that take nothing else.
"""

from __future__ import annotations

import os
import socket
import ssl
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from makegood.trust.monitoring.destinations.protocol import (
    Batch,
    NotDelivered,
    as_line,
    reason_of,
)

TIMEOUT_SECONDS = 10.0
PORTS: Mapping[str, int] = {"udp": 514, "tcp": 601, "tls": 6514}
"""The ports where daemons listen by default (RFC 5426, 6587, 5425)."""

DATAGRAM_BYTES_MAX = 65_000
LOG_AUDIT = 13
"""The facility of RFC 5424 for audit logs."""

# By severity_id of OCSF: informational, low, medium, high as informational, notice, warning, error.
_SEVERITIES = {1: 6, 2: 5, 3: 4, 4: 3}
_NAME_MAX, _KIND_MAX = 255, 32


class SyslogDestination:
    """Sends to a daemon over ``udp``, ``tcp`` or ``tls``."""

    def __init__(
        self,
        transport: str,
        host: str,
        port: int,
        *,
        authorities: Path | None = None,
        timeout_seconds: float = TIMEOUT_SECONDS,
    ) -> None:
        self.transport = transport
        self.host = host
        self.port = port
        self.authorities = authorities
        self.timeout_seconds = timeout_seconds

    @property
    def name(self) -> str:
        """As a URL."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"syslog+{self.transport}://{host}:{self.port}"

    def deliver(self, batch: Batch) -> None:
        """Send every event as a message of its own."""
        messages = [message_of(event) for event in batch]
        try:
            if self.transport == "udp":
                self._send_datagrams(messages)
            else:
                self._send_stream(b"".join(framed(message) for message in messages))
        except OSError as error:
            raise NotDelivered(reason_of(error)) from error

    def _send_datagrams(self, messages: list[bytes]) -> None:
        known = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_DGRAM)
        family, kind, protocol, _, address = known[0]
        with socket.socket(family, kind, protocol) as plain:
            plain.settimeout(self.timeout_seconds)
            # Connected, so that a port where nobody listens is told by the next send.
            plain.connect(address)
            for message in messages:
                plain.send(message[:DATAGRAM_BYTES_MAX])

    def _send_stream(self, octets: bytes) -> None:
        address = (self.host, self.port)
        with socket.create_connection(address, timeout=self.timeout_seconds) as plain:
            if self.transport == "tcp":
                plain.sendall(octets)
                plain.shutdown(socket.SHUT_WR)
                _expect_close(plain)
                return
            context = ssl.create_default_context(
                cafile=str(self.authorities) if self.authorities else None
            )
            with context.wrap_socket(plain, server_hostname=self.host) as secure:
                secure.sendall(octets)
                _say_goodbye(secure)


def message_of(event: Mapping[str, Any]) -> bytes:
    """The event as a message of RFC 5424, in ASCII, its text the event's JSON."""
    priority = LOG_AUDIT * 8 + _SEVERITIES.get(event["severity_id"], 6)
    instant = datetime.fromtimestamp(event["time"] / 1000, UTC)
    moment = instant.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    kind = event["metadata"]["event_code"][:_KIND_MAX]
    header = f"<{priority}>1 {moment} {_host_name()} makegood {os.getpid()} {kind} - "
    return header.encode("ascii") + as_line(dict(event))


def framed(message: bytes) -> bytes:
    """The message with its length before it: octet counting of RFC 6587, 3.4.1."""
    return b"%d %s" % (len(message), message)


def _host_name() -> str:
    name = socket.gethostname().encode("ascii", "ignore").decode("ascii")
    return name.replace(" ", "")[:_NAME_MAX] or "-"


def _expect_close(plain: socket.socket) -> None:
    """Wait until the daemon has read everything and closes; what it says is not looked at."""
    while plain.recv(4096):
        pass


def _say_goodbye(secure: ssl.SSLSocket) -> None:
    """End TLS, and wait for the daemon to end it too.

    Many daemons close the connection without a goodbye of their own; that is an end as well. A
    connection that is reset is not.
    """
    try:
        secure.unwrap()
    except (ssl.SSLEOFError, ssl.SSLZeroReturnError):
        return
    except OSError as error:
        # Python tells a close without a goodbye as an error without a number.
        if error.errno:
            raise
