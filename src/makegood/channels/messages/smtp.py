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
_CODES_END: Final = 600
_RECIPIENT_TAKEN: Final = (250, 251)
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
        return _FOR_NOW <= self.code < _CODES_END

    @property
    def is_for_good(self) -> bool:
        """Whether it refused for good (5xx)."""
        return _FOR_GOOD <= self.code < _CODES_END


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

        Raises Unreachable; Broken where the connection goes, or the server says what no server
        says here: then it is not known what it means. What ``before_text`` raises passes through,
        and the text has not left.
        """
        self.connect()
        line = self._open
        if line is None:
            raise Unreachable("the server cannot be reached")
        try:
            said = self._asked(line, sender, to)
            if said.is_refused and said.code != _CLOSING:
                line.rset()
        except _CUT as error:
            self._drop()
            raise Broken(after_text=False) from error
        if said.code == _GO_ON:
            said = self._answered(line, text, before_text)
        elif not said.is_refused:
            self._drop()
            raise Broken(after_text=False)
        if said.code == _CLOSING:
            self.close()
        return said

    def _answered(self, line: smtplib.SMTP, text: bytes, before_text: Callable[[], None]) -> Said:
        """What the server says to the text: taken, or refused."""
        try:
            before_text()
        except BaseException:
            self._drop()
            raise
        try:
            line.send(_dotted(text))
            said = Said(line.getreply()[0])
        except _CUT as error:
            self._drop()
            raise Broken(after_text=True) from error
        if not (said.is_taken or said.is_refused):
            self._drop()
            raise Broken(after_text=True)
        return said

    def _drop(self) -> None:
        """Leave the connection without a word: nobody knows what it would be taken for."""
        line, self._open = self._open, None
        if line is not None:
            line.close()

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
        """Sender, recipient, and whether the text may come (354), or whatever else was said."""
        said = Said(line.mail(sender)[0])
        if said.code != _TAKEN:
            return said
        said = Said(line.rcpt(to)[0])
        return Said(line.docmd("DATA")[0]) if said.code in _RECIPIENT_TAKEN else said


def _dotted(text: bytes) -> bytes:
    """The text as it is sent: a dot before a dot that begins a line, and one alone at the end."""
    body = text if text.endswith(b"\r\n") else text + b"\r\n"
    return (b"\r\n" + body).replace(b"\r\n.", b"\r\n..")[2:] + b".\r\n"
