"""One-time codes on their way: in the words of the programme that was published last."""

from __future__ import annotations

from functools import lru_cache

from django.conf import settings

from makegood.channels.messages import send_code
from makegood.programmes import MessageTemplates
from makegood.publication import in_force, newest_version, programmes_in_force
from makegood.redress.serving import programme_in_force
from makegood.trust.customers import CodeToSend


def deliver(code: CodeToSend) -> None:
    """Send a code to its telephone. Raises as ``send_code`` does; without a programme, too."""
    name = next(iter(programmes_in_force()), "")
    send_code(
        settings.INSTALLATION,
        code.customer_id,
        code.phone,
        code.code,
        code.language,
        name,
        programme=programme_in_force(name) if name else None,
        messages=_messages(name, newest_version(name)) if name else None,
        expires_at=code.expires_at,
    )


@lru_cache(maxsize=8)
def _messages(name: str, version: str | None) -> MessageTemplates | None:  # noqa: ARG001 - the key
    """The templates beside a programme's text, read once for each of its versions."""
    published = in_force(name)
    return published.load_messages(published.load()) if published else None
