"""One mail after another over one connection, and what the server said to each.

RFC 5321. Before the text leaves, a broken connection is harmless. Once it has left, only the
server's answer says whether the mail was taken: without it nobody knows.
"""

from __future__ import annotations

import smtplib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from makegood.channels.messages.smtp_address import SmtpAddress

_TIMEOUT_SECONDS: Final = 60.0
_TAKEN: Final = 250
_GO_ON: Final = 354
_CLOSING: Final = 421
_FOR_NOW: Final = 400
_FOR_GOOD: Final = 500
_CUT: Final = (OSError, EOFError, smtplib.SMTPServerDisconnected)


class Broken(Exception):
    """The connection is gone. ``after_text``: the text had left, and no answer came."""

    def __init__(self, *, after_text: bool) -> None:
        super().__init__("the connection to the mail server broke")
        self.after_text = after_text


class Unreachable(Exception):
    """No connection, or the server does not let this installation in; the text says why."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a server answered to a mail: taken, refused for good, or refused for now."""

    code: int

    @property
    def is_taken(self) -> bool:
        """Whether the mail is the server's now."""
        return self.code == _TAKEN

    @property
    def is_refused(self) -> bool:
        """Whether it refused, for now or for good (4xx, 5xx)."""
        return self.code >= _FOR_NOW

    @property
    def is_for_good(self) -> bool:
        """Whether it refused for good (5xx)."""
        return self.code >= _FOR_GOOD


class SmtpLine:
    """A connection to a mail server, opened when it is needed and again when it broke."""

    def __init__(self, address: SmtpAddress) -> None:
        self._address = address
        self._open: smtplib.SMTP | None = None

    def connect(self) -> None:
        """Open the connection, where it is not. Raises Unreachable."""
        if self._open is not None:
            return
        try:
            self._open = self._connected()
        except smtplib.SMTPAuthenticationError as error:
            raise Unreachable("the server does not accept the user or the password") from error
        except smtplib.SMTPException as error:
            raise Unreachable("the server does not speak as a mail server does") from error
        except OSError as error:
            reason = (error.strerror or type(error).__name__).lower()
            raise Unreachable(f"the server cannot be reached: {reason}") from error

    def send(self, sender: str, to: str, text: bytes, before_text: Callable[[], None]) -> Said:
        """Send one mail. ``before_text`` is called when its text is about to leave.

        Raises Unreachable; Broken where the connection goes.
        """
        self.connect()
        line = self._open
        if line is None:
            raise Unreachable("the server cannot be reached")
        after_text = False
        try:
            said = self._asked(line, sender, to)
            if said.code == _GO_ON:
                before_text()
                after_text = True
                line.send(_dotted(text))
                said = Said(line.getreply()[0])
                after_text = False
            elif said.code != _CLOSING:
                line.rset()
        except _CUT as error:
            self.close()
            raise Broken(after_text=after_text) from error
        if said.code == _CLOSING:
            self.close()
        return said

    def close(self) -> None:
        """Hang up. Again is harmless."""
        line, self._open = self._open, None
        if line is not None:
            with suppress(OSError, smtplib.SMTPException):
                line.quit()
            line.close()

    def _connected(self) -> smtplib.SMTP:
        address = self._address
        if address.security == "smtps":
            line: smtplib.SMTP = smtplib.SMTP_SSL(
                address.host, address.port, timeout=_TIMEOUT_SECONDS, context=address.context
            )
        else:
            line = smtplib.SMTP(address.host, address.port, timeout=_TIMEOUT_SECONDS)
        try:
            line.ehlo_or_helo_if_needed()
            if address.security == "smtp+starttls":
                line.starttls(context=address.context)
            if address.user:
                line.login(address.user, address.password)
        except (OSError, smtplib.SMTPException):
            line.close()
            raise
        return line

    @staticmethod
    def _asked(line: smtplib.SMTP, sender: str, to: str) -> Said:
        """Sender, recipient, and whether the text may come (354)."""
        said = Said(line.mail(sender)[0])
        if not said.is_refused:
            said = Said(line.rcpt(to)[0])
        return said if said.is_refused else Said(line.docmd("DATA")[0])


def _dotted(text: bytes) -> bytes:
    """The text as it is sent: a dot before a dot that begins a line, and one alone at the end."""
    body = text if text.endswith(b"\r\n") else text + b"\r\n"
    return (b"\r\n" + body).replace(b"\r\n.", b"\r\n..")[2:] + b".\r\n"
