"""Delivery status notifications (RFC 3464): mails that a server took and could not deliver."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from email.utils import parsedate_to_datetime
from hashlib import sha256
from pathlib import Path

import pyarrow as pa

from makegood.channels.contract import ANSWER_SCHEMA, ChannelName, Incoming, Outcome
from makegood.channels.exchange import move_new, put_aside
from makegood.channels.messages.mail_text import item_of
from makegood.channels.messages.problems import unusable

BYTES_MAX = 1_000_000
_OUTCOMES = {"failed": Outcome.RETURNED, "delivered": Outcome.DONE, "relayed": Outcome.DONE}
"""What an action means. ``delayed`` and ``expanded`` are no end yet."""


class NoNotification(Exception):
    """A file that is none; the text says why, without anything of it."""


def read_notification(content: bytes) -> list[dict[str, object]]:
    """The answers in a notification (rows of ANSWER_SCHEMA); none where nothing is decided yet.

    The mail is known by its Message-ID, in the returned headers or as the envelope's id. A mail
    that comes back after the server took it is ``returned``. Raises NoNotification.
    """
    mail = message_from_bytes(content, policy=policy.default)
    status = _part(mail, "message/delivery-status")
    if status is None:
        raise NoNotification("no delivery status notification (RFC 3464)")
    fields = [part for part in _parts(status) if isinstance(part, Message)]
    named = (_returned_id(mail), *(str(part.get("Original-Envelope-Id", "")) for part in fields))
    item = next((found for text in named if (found := item_of(text))), None)
    if item is None:
        raise NoNotification("it names no mail that was sent from here")
    at = _date(mail)
    return [
        {
            "key": item[0],
            "attempt": item[1],
            "outcome": outcome.value,
            "code": "" if outcome is Outcome.DONE else _code(part),
            "at": at,
        }
        for part in fields
        if (outcome := _OUTCOMES.get(str(part.get("Action", "")).strip().lower()))
    ]


def incoming_notifications(folder: Path, aside: Path, done: Path) -> list[Incoming]:
    """All notifications (``*.eml``) in a folder as one; what is none is put aside.

    Undecided ones are put away at once.
    """
    found = []
    for path in sorted(folder.glob("*.eml")):
        if path.name.startswith("."):
            continue
        try:
            content = _content(path)
            rows = read_notification(content)
        except FileNotFoundError:
            continue
        except NoNotification as why:
            put_aside(path, aside, unusable(path.name, str(why)))
            continue
        if not rows:
            move_new(path, done)
            continue
        table = pa.Table.from_pylist(rows, ANSWER_SCHEMA)
        source_id = sha256(content).hexdigest()
        found.append(Incoming(ChannelName.MAIL, source_id, path.name, path, (), table, len(rows)))
    return found


def _content(path: Path) -> bytes:
    if path.is_symlink() or path.stat().st_size > BYTES_MAX:
        raise NoNotification(f"no plain file of at most {BYTES_MAX:,} bytes")
    return path.read_bytes()


def _parts(part: Message) -> list[object]:
    payload = part.get_payload()
    return list(payload) if isinstance(payload, list) else []


def _part(mail: Message, kind: str) -> Message | None:
    return next((part for part in mail.walk() if part.get_content_type() == kind), None)


def _returned_id(mail: EmailMessage | Message) -> str:
    """The Message-ID among the headers of the mail that came back."""
    whole = _part(mail, "message/rfc822")
    if whole is not None:
        inner = _parts(whole)
        return (
            str(inner[0].get("Message-ID", "")) if inner and isinstance(inner[0], Message) else ""
        )
    headers = _part(mail, "text/rfc822-headers")
    if headers is None:
        return ""
    text = headers.get_payload(decode=True)
    return str(message_from_bytes(text).get("Message-ID", "")) if isinstance(text, bytes) else ""


def _code(part: Message) -> str:
    """The enhanced status code (RFC 3463), such as 5.1.1; nothing else of the notification."""
    said = str(part.get("Status", "")).split()
    code = said[0] if said else ""
    return code if code.replace(".", "").isdecimal() and len(code) <= len("5.999.999") else "5.0.0"


def _date(mail: Message) -> datetime | None:
    try:
        at = parsedate_to_datetime(str(mail.get("Date", "")))
    except (ValueError, TypeError):
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
