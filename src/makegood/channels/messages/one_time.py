"""One-time codes: a short message of its own, at once, at any hour.

The code stands in the spool's file alone, which the aggregator takes, and in no table, log or note
of this side. What nobody has taken when its time is over is removed (``remove_old_codes``).
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING, Final

from django.db import connection

from makegood.channels.contract import ChannelName, Shipment
from makegood.channels.messages.problems import code_not_sent, not_set_up
from makegood.channels.messages.short_messages import ShortMessage, Spool
from makegood.channels.messages.spool import FolderSpool
from makegood.programmes import (
    LANGUAGES,
    SMS_BYTES_MAX,
    MessageTemplates,
    Programme,
    SentBy,
    SmsKind,
    TemplateKind,
    common_values,
    phrase,
    sms_bytes,
    unwritable,
)
from makegood.trust.clock import now
from makegood.trust.vault import canonical_phone

if TYPE_CHECKING:
    from makegood.configuration import Settings

CODE_MINUTES: Final = 5
"""How long a code is good for, where nobody says."""
CODE_PREFIX: Final = "code-"
"""How the identifications of these messages begin; the instant their time is over comes next."""

_KEY_BYTES, _TIME_DIGITS, _REST_BYTES = 16, 10, 9
_ADD = """
INSERT INTO messages_one_time (item_key, programme, language, sent_at, outcome)
VALUES (%s, %s, %s, %s, '')
"""
_AMONG = "SELECT item_key FROM messages_one_time WHERE item_key = ANY(%s)"
_HEARD = """
UPDATE messages_one_time AS sent SET outcome = given.outcome
FROM unnest(%s::text[], %s::text[]) AS given (item_key, outcome)
WHERE sent.item_key = given.item_key AND sent.outcome <> 'done'
"""
_COUNTS = """
SELECT language, count(*), count(*) FILTER (WHERE outcome = 'done'),
       count(*) FILTER (WHERE outcome IN ('failed', 'returned'))
FROM messages_one_time WHERE programme = %s GROUP BY language ORDER BY language
"""
_FORGET = "DELETE FROM messages_one_time WHERE sent_at < %s"
KEPT_DAYS: Final = 30
"""How long it is counted that a code was sent and what became of it."""


def send_code(  # noqa: PLR0913 - who, where and what, and where its words are
    settings: Settings,
    customer_id: str,
    phone: str,
    code: str,
    language: str,
    programme_name: str,
    *,
    programme: Programme | None = None,
    messages: MessageTemplates | None = None,
    expires_at: datetime | None = None,
    spool: Spool | None = None,
    to_be_told: bool = False,
) -> None:
    """Send a one-time code to a telephone, now.

    Its words are those of the template ``code`` of ``messages`` in ``language`` (the programme's
    leading one where it has not that), else the platform's own. A code that is ``to_be_told`` to a
    member of staff has the platform's own words always, which say so: templates say the contrary.
    It is not delivered after
    ``expires_at`` (in CODE_MINUTES, where that is None). ``customer_id`` is not told to anybody: a
    message has a key of its own. Raises MakegoodError MG820 where the sender's number is not set,
    MG829 where the telephone can get none; NotSent MG800 where nothing left.
    """
    if not settings.sms_sender:
        raise not_set_up("sms_sender", "a one-time code")
    to = canonical_phone(phone)
    if not customer_id or not to:
        raise code_not_sent("there is no telephone number that it could go to")
    instant = now()
    until = expires_at or instant + timedelta(minutes=CODE_MINUTES)
    minutes = max(1, round((until - instant).total_seconds() / 60))
    phrase_key = "message.code_to_tell" if to_be_told else "message.code"
    language, text = _words(
        language, code, minutes, programme, None if to_be_told else messages, phrase_key
    )
    shipment = _shipment(settings, programme_name, instant, until)
    key = token_hex(_KEY_BYTES)
    message = ShortMessage(key, 1, to, SmsKind.SMS, "", text)
    with connection.cursor() as cursor:
        cursor.execute(_ADD, [key, programme_name, language, instant])
    carrier = spool or FolderSpool(settings, settings.sms_sender.replace("-", ""))
    carrier.put(shipment, lambda: iter((message,)), until)


def is_code(message_id: str) -> bool:
    """Whether a message is a one-time code, by its identification."""
    return message_id.startswith(CODE_PREFIX)


def codes_among(keys: Sequence[str]) -> frozenset[str]:
    """Which of these are keys of one-time codes."""
    with connection.cursor() as cursor:
        cursor.execute(_AMONG, [list(keys)])
        return frozenset(row[0] for row in cursor.fetchall())


def codes_heard(outcomes: Mapping[str, str]) -> int:
    """Keep what the other side says of codes, by their keys; of how many it was kept."""
    if not outcomes:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_HEARD, [list(outcomes), list(outcomes.values())])
        return int(cursor.rowcount)


@dataclass(frozen=True, slots=True)
class CodeCount:
    """How many codes left in a language in the last KEPT_DAYS, and what became of them."""

    language: str
    sent: int
    delivered: int
    failed: int


def code_counts(programme: str) -> list[CodeCount]:
    """The counts of a programme's one-time codes, by language."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, [programme])
        return [CodeCount(*row) for row in cursor.fetchall()]


def remove_old_codes(settings: Settings) -> int:
    """Remove what is left of codes whose time is over, on the spool and in our notes; how many.

    Codes that were sent longer ago than KEPT_DAYS are counted no more. Again is harmless, and so is
    another process at the same time.
    """
    root = settings.exchange_folder / ChannelName.SMS
    instant = now()
    removed = set[str]()
    for path in _left(root, int(instant.timestamp())):
        path.unlink(missing_ok=True)
        removed.add(_message_of(path))
    with connection.cursor() as cursor:
        cursor.execute(_FORGET, [instant - timedelta(days=KEPT_DAYS)])
    return len(removed)


def _left(root: Path, before: int) -> Iterator[Path]:
    """Files about codes whose time was over at that second: first what says that they are whole."""
    for name in ("out", "ask", "sent", "done"):
        folder = root / name
        if not folder.is_dir():
            continue
        found = [path for path in folder.glob(f"*{CODE_PREFIX}*") if _is_over(path, before)]
        yield from sorted(found, key=lambda path: path.suffix != ".json")


def _is_over(path: Path, before: int) -> bool:
    digits = _message_of(path)[len(CODE_PREFIX) :][:_TIME_DIGITS]
    return digits.isdigit() and int(digits) < before


def _message_of(path: Path) -> str:
    _, prefix, rest = path.name.partition(CODE_PREFIX)
    return prefix + rest.split(".")[0]


def _words(
    language: str,
    code: str,
    minutes: int,
    programme: Programme | None,
    messages: MessageTemplates | None,
    phrase_key: str,
) -> tuple[str, str]:
    """The language that it is told in, and the text. Raises MakegoodError MG829."""
    values = {"code_value": code, "minutes": str(minutes)}
    template = messages.of(TemplateKind.CODE, by=SentBy.SMS) if messages else None
    if programme and template:
        language = language if language in programme.languages else programme.languages[0]
        values |= common_values(programme, "", language)
        text = template.render(language, values).text
    else:
        language, text = _own_words(language, programme, values, phrase_key)
    if sms_bytes(text) > SMS_BYTES_MAX or unwritable(text):
        raise code_not_sent("its words do not fit a short message")
    return language, text


def _own_words(
    language: str, programme: Programme | None, values: dict[str, str], phrase_key: str
) -> tuple[str, str]:
    """The platform's own words, with the operator's name before them where both fit."""
    known = programme.languages if programme else LANGUAGES
    language = language if language in known else known[0]
    text = phrase(language, phrase_key, **values)
    if programme:
        named = f"[{programme.section.operator[language]}] {text}"
        if sms_bytes(named) <= SMS_BYTES_MAX and not unwritable(named):
            text = named
    return language, text


def _shipment(settings: Settings, programme: str, instant: datetime, until: datetime) -> Shipment:
    """A shipment of one. Its items are in no file: nobody asks about a code that did not come."""
    seconds = int(until.timestamp())
    message_id = f"{CODE_PREFIX}{seconds:0{_TIME_DIGITS}}-{token_hex(_REST_BYTES)}"
    return Shipment(
        channel=ChannelName.SMS,
        message_id=message_id,
        run_id="",
        shard=1,
        programme=programme,
        measure="",
        period="",
        kind=TemplateKind.CODE.value,
        items=Path(os.devnull),
        count=1,
        total=0,
        currency="",
        minor_digits=0,
        due_on=instant.astimezone(settings.zone).date(),
        made_at=instant.astimezone(UTC),
    )
