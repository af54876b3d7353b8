"""Where mail goes: the setting ``smtp_url`` taken apart."""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote, urlsplit

from makegood.channels.messages.problems import not_set_up, wrong_address
from makegood.configuration import Settings

_PORTS: Final = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


@dataclass(frozen=True, slots=True)
class SmtpAddress:
    """A mail server. ``security`` is ``smtp`` (none), ``smtp+starttls`` or ``smtps``."""

    security: str
    host: str
    port: int
    user: str = field(repr=False)
    password: str = field(repr=False)
    context: ssl.SSLContext | None = field(repr=False)

    @classmethod
    def of(cls, settings: Settings) -> SmtpAddress:
        """The server of an installation.

        Raises MakegoodError MG820 where it is not set, MG826 where it cannot be one, or where a
        password would go in clear text.
        """
        if settings.smtp_url is None:
            raise not_set_up("smtp_url", "mail")
        try:
            parts = urlsplit(settings.smtp_url.get_secret_value())
            port = parts.port or _PORTS[parts.scheme]
        except (ValueError, KeyError):
            raise wrong_address("it begins with smtps://, smtp+starttls:// or smtp://") from None
        if not parts.hostname:
            raise wrong_address("it names no host")
        if parts.username and parts.scheme == "smtp":
            raise wrong_address("a password without TLS would be read on its way")
        context = None
        if parts.scheme != "smtp":
            context = ssl.create_default_context(cafile=settings.smtp_ca)
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        return cls(parts.scheme, parts.hostname, port, user, password, context)
