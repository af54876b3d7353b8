"""A mail as bytes, and whose it is: the identification says key and attempt."""

from __future__ import annotations

import re
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP

from makegood.kernel import KEY_LETTERS
from makegood.programmes import Rendered

_ID = re.compile(
    rf"<?([A-Za-z0-9]{{{KEY_LETTERS}}})\.([0-9]{{2,5}})(?:\.([A-Za-z0-9-]{{1,35}}))?@[^>\s]+>?"
)
_ATTEMPT_MAX = 32_767

# A plain address (RFC 5321, 4.1.2) without quotes; other letters of a domain are in its xn-- form.
_ADDRESS = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]*[A-Za-z0-9]"
)
_ADDRESS_LETTERS_MAX = 254


def mail_id(key: str, attempt: int, message_id: str, sender: str) -> str:
    """The Message-ID of an item's mail: the same however often it is tried.

    It names the shipment too, so that a bounce need not be looked for in all of them.
    """
    return f"<{key}.{attempt:02d}.{message_id}@{sender.rpartition('@')[2]}>"


def item_of(identification: str) -> tuple[str, int, str] | None:
    """Key, attempt and shipment that a Message-ID names; None where it is not one of these.

    The shipment is empty where it is not named.
    """
    found = _ID.search(identification)
    if not found or not 1 <= int(found[2]) <= _ATTEMPT_MAX:
        return None
    return found[1], int(found[2]), found[3] or ""


def address_of(text: str) -> str | None:
    """An address that mail can be sent to, or None."""
    address = text.strip()
    fits = len(address) <= _ADDRESS_LETTERS_MAX and _ADDRESS.fullmatch(address)
    return address if fits else None


def mail_bytes(said: Rendered, identification: str, sender: str, to: str, at: datetime) -> bytes:
    """The whole mail: headers and text, in lines as they are sent."""
    mail = EmailMessage(policy=SMTP)
    mail["Message-ID"] = identification
    mail["Date"] = at
    mail["From"] = sender
    mail["To"] = to
    mail["Subject"] = said.subject
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday notice comes back
    mail.set_content(said.text + "\n", cte="base64")
    return mail.as_bytes()
