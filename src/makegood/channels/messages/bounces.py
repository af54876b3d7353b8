"""Delivery status notifications (RFC 3464): mails that a server took and could not deliver."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from email.utils import parsedate_to_datetime
from hashlib import sha256
from pathlib import Path

import pyarrow as pa

from makegood.channels.contract import ANSWER_SCHEMA, ChannelName, Incoming, Outcome
from makegood.channels.exchange import NotPlain, move_new, plain_bytes, put_aside
from makegood.channels.messages.mail_text import item_of
from makegood.channels.messages.problems import unusable
from makegood.kernel import Finding

BYTES_MAX = 1_000_000
_OUTCOMES = {"failed": Outcome.RETURNED, "delivered": Outcome.DONE, "relayed": Outcome.DONE}
"""What an action means. ``delayed`` and ``expanded`` are no end yet."""


class NoNotification(Exception):
    """A file that is none; the text says why, without anything of it."""


@dataclass(frozen=True, slots=True)
class Notification:
    """What a notification says: rows of ANSWER_SCHEMA, none where nothing is decided yet.

    ``message_id`` is the shipment's, empty where the mail does not name it.
    """

    message_id: str
    rows: list[dict[str, object]]


def read_notification(content: bytes) -> Notification:
    """What a notification says.

    The mail is known by its Message-ID, in the returned headers or as the envelope's id. A mail
    that comes back after the server took it is ``returned``. Raises NoNotification.
    """
    try:
        return _read(content)
    except NoNotification:
        raise
    except Exception as error:
        # Anybody may send anything here, and the library of mail trips over some of it.
        raise NoNotification(f"it cannot be taken apart ({type(error).__name__})") from None


def _read(content: bytes) -> Notification:
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
    rows: list[dict[str, object]] = [
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
    return Notification(item[2], rows)


def incoming_notifications(
    folder: Path, aside: Path, done: Path, stuck: list[Finding]
) -> list[Incoming]:
    """All notifications (``*.eml``) in a folder; what is none is put aside.

    Undecided ones are put away at once. One that the machine can neither read nor move now stays,
    and its finding goes to ``stuck``.
    """
    found = []
    for path in sorted(folder.glob("*.eml")):
        if path.name.startswith("."):
            continue
        try:
            one = _incoming(path, aside, done)
        except FileNotFoundError:
            continue
        except OSError as error:
            reason = (error.strerror or type(error).__name__).lower()
            stuck.append(unusable(path.name, f"it cannot be read or moved: {reason}"))
            continue
        if one:
            found.append(one)
    return found


def _incoming(path: Path, aside: Path, done: Path) -> Incoming | None:
    try:
        content = plain_bytes(path, BYTES_MAX)
        said = read_notification(content)
    except (NotPlain, NoNotification) as why:
        put_aside(path, aside, unusable(path.name, str(why)))
        return None
    if not said.rows:
        move_new(path, done)
        return None
    table = pa.Table.from_pylist(said.rows, ANSWER_SCHEMA)
    about = (said.message_id,) if said.message_id else ()
    source_id = sha256(content).hexdigest()
    return Incoming(ChannelName.MAIL, source_id, path.name, path, about, table, len(said.rows))


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
    try:
        return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    except OverflowError:
        return None
