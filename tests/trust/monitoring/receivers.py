"""Receivers of events, as they stand outside: syslog daemons and HTTP endpoints, good and bad."""

from __future__ import annotations

import datetime
import ipaddress
import json
import socket
import ssl
import threading
import time
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


class SyslogDaemon:
    """Reads octet-counted messages from connections until they end, and closes them.

    ``drops`` connections are reset after some octets first, as by a daemon that is killed.
    """

    def __init__(self, context=None, drops=0, hangs=False):
        self.messages: list[bytes] = []
        self.connections = 0
        self._drops, self._hangs = drops, hangs
        self._context = context
        self._open = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self):
        while True:
            try:
                plain, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            with suppress(OSError, ssl.SSLError):
                self._read(plain)

    def _read(self, plain):
        if self._drops:
            self._drops -= 1
            plain.recv(100)
            # Closed with octets unread: a reset, as when a process is killed.
            plain.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            plain.close()
            return
        if self._hangs:
            self._open.wait(20)
            plain.close()
            return
        connection = self._context.wrap_socket(plain, server_side=True) if self._context else plain
        with connection:
            stream = connection.makefile("rb")
            while length := self._length(stream):
                self.messages.append(stream.read(length))
            if self._context:
                with suppress(OSError, ssl.SSLError):
                    connection.unwrap()

    @staticmethod
    def _length(stream):
        digits = b""
        while (octet := stream.read(1)) not in {b"", b" "}:
            digits += octet
        return int(digits) if digits else 0

    @property
    def events(self):
        return [event_in(message) for message in self.messages]

    def close(self):
        self._open.set()
        self._listener.close()


def event_in(message):
    """The event that a message of RFC 5424 carries."""
    return json.loads(message[message.index(b"{") :])


@contextmanager
def syslog_daemon(**how):
    daemon = SyslogDaemon(**how)
    try:
        yield daemon
    finally:
        daemon.close()


@contextmanager
def datagram_daemon():
    """A daemon on UDP, as a socket that the test reads."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.settimeout(5)
        yield listener


class Endpoint(ThreadingHTTPServer):
    """Takes events by POST; ``answers`` are the first status codes, then it is 200."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, answers=(), events_max=None, hangs_seconds=0.0):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers = list(answers)
        self.events_max = events_max
        self.hangs_seconds = hangs_seconds
        self.events: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.posts = 0

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_address[1]}/events"

    def handle_error(self, request, client_address):
        """A client that went away is what some tests are about."""


class _Handler(BaseHTTPRequestHandler):
    server: Endpoint

    def do_POST(self):
        server = self.server
        server.posts += 1
        body = self.rfile.read(int(self.headers["Content-Length"]))
        lines = [json.loads(line) for line in body.splitlines()]
        if server.hangs_seconds:
            time.sleep(server.hangs_seconds)
        status = server.answers.pop(0) if server.answers else 200
        if server.events_max and len(lines) > server.events_max:
            status = 413
        if status == 200:
            server.events += lines
            server.headers.append(dict(self.headers))
        self.send_response(status)
        if status == 429:
            self.send_header("Retry-After", "120")
        if status == 302:
            self.send_header("Location", "http://127.0.0.1:1/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *arguments):
        """Nothing."""


@contextmanager
def endpoint(**how):
    with Endpoint(**how) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()


def certificate(folder: Path, name="127.0.0.1"):
    """A self-signed certificate for an address; the files of certificate and key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    begin = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin + datetime.timedelta(days=36_500))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(name))]),
            critical=False,
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate_file, key_file = folder / "certificate.pem", folder / "key.pem"
    certificate_file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return certificate_file, key_file


def tls_context(folder: Path):
    """A server's side of TLS, and the file by which a client knows it."""
    certificate_file, key_file = certificate(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate_file, key_file)
    return context, certificate_file
