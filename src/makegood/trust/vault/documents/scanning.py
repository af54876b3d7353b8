"""Whether a document is harmful, as a scanner says: ClamAV's clamd, by its own protocol.

The setting ``document_scanner`` names its socket. The command is ``zINSTREAM``: the content goes in
chunks, each behind its length in four bytes, a chunk of none ends it. The answer is ``stream: OK``,
``stream: NAME FOUND``, or an error (https://docs.clamav.net/manual/Usage/Scanning.html#clamd).
"""

from __future__ import annotations

import socket
import struct
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

from makegood.configuration import Settings
from makegood.trust.vault.documents.problems import scanner_silent

_CHUNK_BYTES = 65_536
_ANSWER_BYTES_MAX = 4_096
_SECONDS = 20.0
_PORT = 3310
_LENGTH = struct.Struct(">I")


class Scanner(Protocol):
    """Who says whether content is harmful."""

    def is_clean(self, content: bytes) -> bool:
        """Whether nothing harmful was found. Raises MakegoodError MG684 where it is not said."""
        ...


@dataclass(frozen=True, slots=True)
class Clamd:
    """A clamd: at a socket of this machine (``path``), or at a host and port."""

    path: str = ""
    host: str = ""
    port: int = _PORT
    seconds: float = _SECONDS

    @classmethod
    def at(cls, address: str) -> Clamd:
        """The scanner of an address such as clamd:///run/clamav/clamd.ctl or clamd://host:3310."""
        parts = urlsplit(address)
        if parts.hostname:
            return cls(host=parts.hostname, port=parts.port or _PORT)
        return cls(path=parts.path)

    def is_clean(self, content: bytes) -> bool:
        """Whether clamd finds nothing in it. Raises MakegoodError MG684."""
        answer = self._asked(b"zINSTREAM\0", content)
        if answer == "stream: OK":
            return True
        if answer.startswith("stream: ") and answer.endswith(" FOUND"):
            return False
        raise scanner_silent("it answered with an error")

    def answers(self) -> None:
        """Whether it is there at all (``zPING``). Raises MakegoodError MG684."""
        if self._asked(b"zPING\0", None) != "PONG":
            raise scanner_silent("it answered with an error")

    def _asked(self, command: bytes, content: bytes | None) -> str:
        try:
            with self._connected() as line:
                line.sendall(command)
                if content is not None:
                    for at in range(0, len(content), _CHUNK_BYTES):
                        chunk = content[at : at + _CHUNK_BYTES]
                        line.sendall(_LENGTH.pack(len(chunk)) + chunk)
                    line.sendall(_LENGTH.pack(0))
                return _answer(line)
        except OSError as error:
            raise scanner_silent(type(error).__name__) from None

    def _connected(self) -> socket.socket:
        if self.path:
            line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            try:
                line.settimeout(self.seconds)
                line.connect(self.path)
            except OSError:
                line.close()
                raise
            return line
        return socket.create_connection((self.host, self.port), self.seconds)


def scanner_of(settings: Settings) -> Clamd | None:
    """The scanner of the settings; None where none is named."""
    return Clamd.at(settings.document_scanner) if settings.document_scanner else None


def check_scanner(settings: Settings) -> bool:
    """Whether there is a scanner, and it answers. Raises MakegoodError MG684 where it does not."""
    scanner = scanner_of(settings)
    if scanner is not None:
        scanner.answers()
    return scanner is not None


def _answer(line: socket.socket) -> str:
    """What it says, up to the zero byte that ends it."""
    told = b""
    while b"\0" not in told and len(told) < _ANSWER_BYTES_MAX:
        part = line.recv(_ANSWER_BYTES_MAX)
        if not part:
            break
        told += part
    return told.partition(b"\0")[0].decode("utf-8", "replace").strip()
