"""The other side of ``scanning.py`` for tests and rehearsals: a clamd that knows one virus.

It knows the test file that all scanners know (https://www.eicar.org), speaks the same protocol over
the same kind of socket, and refuses what is larger than its limit, as clamd does.
"""

from __future__ import annotations

import socketserver
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

HARMFUL = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
_LENGTH = struct.Struct(">I")
_STREAM_BYTES_MAX = 26_214_400


class _Conversation(socketserver.StreamRequestHandler):
    """One command and its answer."""

    server: FakeClamd

    def handle(self) -> None:
        command = b""
        while not command.endswith(b"\0"):
            letter = self.rfile.read(1)
            if not letter:
                return
            command += letter
        self.wfile.write(self._answer(command) + b"\0")

    def _answer(self, command: bytes) -> bytes:
        if command == b"zPING\0":
            return b"PONG"
        if command != b"zINSTREAM\0":
            return b"UNKNOWN COMMAND"
        content = b""
        while size := _LENGTH.unpack(self.rfile.read(_LENGTH.size))[0]:
            if len(content) + size > self.server.stream_bytes_max:
                return b"INSTREAM size limit exceeded. ERROR"
            content += self.rfile.read(size)
        self.server.scanned += 1
        return b"stream: Eicar-Test-Signature FOUND" if HARMFUL in content else b"stream: OK"


class FakeClamd(socketserver.ThreadingUnixStreamServer):
    """Counts what it ``scanned``."""

    daemon_threads = True

    def __init__(self, path: Path, stream_bytes_max: int = _STREAM_BYTES_MAX) -> None:
        super().__init__(str(path), _Conversation)
        self.scanned = 0
        self.stream_bytes_max = stream_bytes_max


@contextmanager
def fake_clamd(path: Path, stream_bytes_max: int = _STREAM_BYTES_MAX) -> Iterator[FakeClamd]:
    """A clamd at a socket, until the block ends."""
    server = FakeClamd(path, stream_bytes_max)
    thread = Thread(target=server.serve_forever, name="fake-clamd", daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
