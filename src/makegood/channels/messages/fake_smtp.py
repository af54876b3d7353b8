"""A mail server that speaks ESMTP (RFC 5321), with STARTTLS, and with faults drawn from a seed.

It keeps what it took. A mail may be refused for now or for good, the connection may break when the
text has come, before or after the mail was kept, and a mail that was taken may bounce later.
"""

from __future__ import annotations

import socketserver
import ssl
from collections import Counter
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import partial
from hashlib import sha256
from pathlib import Path
from socket import SHUT_RDWR, socket
from threading import Lock, Thread
from types import TracebackType
from typing import Any, Self

from makegood.channels.exchange import place_new
from makegood.channels.messages.mail_text import item_of

_HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class SmtpFaults:
    """How many of 1,000 mails meet each fault. ``later`` is refused on its first try only."""

    later: int = 0
    refused: int = 0
    cut_kept: int = 0
    cut_lost: int = 0
    bounced: int = 0


class FakeSmtpServer:
    """A server on this machine, as long as the ``with`` block lasts."""

    def __init__(
        self,
        seed: int = 1,
        faults: SmtpFaults | None = None,
        *,
        context: ssl.SSLContext | None = None,
        port: int = 0,
    ) -> None:
        """With a ``context`` it offers STARTTLS; ``port`` 0 is any that is free."""
        self.context, self._seed = context, seed
        self._faults = faults or SmtpFaults()
        self._lock = Lock()
        self._tries: Counter[str] = Counter()
        self._kept: list[tuple[str, int, bytes]] = []
        self.connections = 0
        self._server = _Server((_HOST, port), _Conversation)
        self._server.fake = self
        self._thread = Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.hang_up()
        self._server.server_close()
        self._thread.join()

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        """What ``smtp_url`` would say."""
        return f"smtp://{_HOST}:{self.port}"

    def delivered(self) -> dict[str, list[str]]:
        """The texts that it took and that did not bounce, by key; each delivery is one text."""
        found: dict[str, list[str]] = {}
        for key, attempt, content in self.mails():
            if not self._draws(key, attempt, "bounced"):
                mail = message_from_bytes(content, policy=policy.default)
                found.setdefault(key, []).append(str(mail.get_content()))
        return found

    def mails(self) -> list[tuple[str, int, bytes]]:
        """Everything that it took: key, attempt, the mail."""
        with self._lock:
            return list(self._kept)

    def bounce(self, folder: Path) -> int:
        """Put a notification (RFC 3464) into ``folder`` for every mail that bounces; how many."""
        count = 0
        for key, attempt, content in self.mails():
            if self._draws(key, attempt, "bounced"):
                said = _notification(content)
                place_new(folder / f"{key}-{attempt}.eml", partial(_write, said))
                count += 1
        return count

    def answer(self, content: bytes) -> str | None:
        """What the server says to a mail that came whole; None where the line breaks."""
        mail = message_from_bytes(content, policy=policy.default)
        item = item_of(str(mail["Message-ID"]))
        if item is None:
            return "554 5.6.0 no Message-ID of this programme"
        key, attempt, _ = item
        with self._lock:
            self._tries[f"{key}.{attempt}"] += 1
            is_first = self._tries[f"{key}.{attempt}"] == 1
            if is_first and self._draws(key, attempt, "later"):
                return "451 4.3.2 not now"
            if self._draws(key, attempt, "refused"):
                return "550 5.1.1 no such mailbox"
            if self._draws(key, attempt, "cut_lost"):
                return None
            self._kept.append((key, attempt, content))
            return None if self._draws(key, attempt, "cut_kept") else "250 2.0.0 taken"

    def _draws(self, key: str, attempt: int, fault: str) -> bool:
        limit: int = getattr(self._faults, fault)
        text = f"{self._seed}|{key}|{attempt}|{fault}"
        return int.from_bytes(sha256(text.encode()).digest()[:8]) % 1_000 < limit


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    fake: FakeSmtpServer

    def __init__(self, *args: Any) -> None:  # noqa: ANN401 - socketserver's own arguments
        super().__init__(*args)
        self._lines: set[socket] = set()

    def process_request(self, request: Any, client_address: Any) -> None:  # noqa: ANN401
        self._lines.add(request)
        super().process_request(request, client_address)

    def hang_up(self) -> None:
        """Break every line that is open."""
        for line in self._lines:
            _shut(line)


class _Conversation(socketserver.StreamRequestHandler):
    """One connection, command by command."""

    server: _Server

    def handle(self) -> None:
        self.server.fake.connections += 1
        self._is_secure = False
        self._say("220 fake ESMTP")
        try:
            while line := self.rfile.readline(2_000):
                if not self._obeyed(line.decode("ascii", "replace").strip()):
                    return
        except (OSError, ValueError):
            return

    def finish(self) -> None:
        """Hang up; the line that TLS put in place of the first is not closed by itself."""
        super().finish()
        if self._is_secure:
            self.connection.close()

    def _obeyed(self, command: str) -> bool:
        """Do one command; False where the conversation is over."""
        match command.split(":", maxsplit=1)[0].split(" ", maxsplit=1)[0].upper():
            case "EHLO":
                offers = ["fake", "8BITMIME", "ENHANCEDSTATUSCODES"]
                if self.server.fake.context and not self._is_secure:
                    offers.append("STARTTLS")
                offers.append("AUTH PLAIN")
                self._say(*[f"250-{offer}" for offer in offers[:-1]], f"250 {offers[-1]}")
            case "STARTTLS" if self.server.fake.context:
                self._say("220 go ahead")
                self._secure(self.server.fake.context)
            case "AUTH":
                self._say("235 2.7.0 welcome")
            case "MAIL" | "RCPT" | "RSET" | "NOOP" | "HELO":
                self._say("250 2.0.0 fine")
            case "DATA":
                self._say("354 go on")
                said = self.server.fake.answer(self._text())
                if said is None:
                    _shut(self.connection)
                    return False
                self._say(said)
            case "QUIT":
                self._say("221 2.0.0 bye")
                return False
            case _:
                self._say("500 5.5.2 what?")
        return True

    def _text(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b"."))
        return b"".join(lines)

    def _secure(self, context: ssl.SSLContext) -> None:
        self.connection = context.wrap_socket(self.connection, server_side=True)
        self.rfile = self.connection.makefile("rb")
        self.wfile = self.connection.makefile("wb", 0)
        self._is_secure = True

    def _say(self, *lines: str) -> None:
        self.wfile.write("".join(f"{line}\r\n" for line in lines).encode())
        self.wfile.flush()


def _shut(line: socket) -> None:
    try:
        line.shutdown(SHUT_RDWR)
    except OSError:
        return


def _write(content: bytes, path: Path) -> None:
    path.write_bytes(content)


def _notification(content: bytes) -> bytes:
    """A report that a mail could not be delivered, as servers write it."""
    mail = message_from_bytes(content, policy=policy.default)
    report = EmailMessage(policy=policy.SMTP)
    report["From"] = "mailer-daemon@fake.invalid"
    report["To"] = str(mail["From"])
    report["Date"] = str(mail["Date"])
    report["Subject"] = "Undelivered Mail"
    report.set_content("It could not be delivered.\n")
    status = EmailMessage(policy=policy.SMTP)
    status.set_type("message/delivery-status")
    per_message, per_recipient = EmailMessage(), EmailMessage()
    per_message["Reporting-MTA"] = "dns; fake.invalid"
    per_recipient["Final-Recipient"] = f"rfc822; {mail['To']}"
    per_recipient["Action"] = "failed"
    per_recipient["Status"] = "5.1.1"
    status.set_payload([per_message, per_recipient])
    headers = EmailMessage(policy=policy.SMTP)
    headers.set_content(f"Message-ID: {mail['Message-ID']}\r\n", subtype="rfc822-headers")
    report.make_mixed()
    report.attach(status)
    report.attach(headers)
    report.replace_header("Content-Type", "multipart/report; report-type=delivery-status")
    report.set_boundary("=-report-=")
    return report.as_bytes()
