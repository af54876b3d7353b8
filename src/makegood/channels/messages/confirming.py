"""Codes given out before a message leaves, and confirmed afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import psycopg
from django.db import connection, transaction

from makegood.channels.contract import Shipment
from makegood.channels.messages.codes import canonical_code, new_codes
from makegood.channels.messages.words import Words
from makegood.trust.clock import now

_SENT = """
INSERT INTO messages_sent
    (message_id, run_id, channel, programme, template, language, subject, text, sent_at, sent_on)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (message_id) DO UPDATE SET sent_at = messages_sent.sent_at
RETURNING sent_id
"""
# A message that is tried again keeps its code; a code that stands already is drawn again.
_KEEP = """
UPDATE messages_code SET sent_id = greatest(sent_id, %s)
WHERE channel = %s AND item_key = ANY(%s) AND sent_id < %s
"""
_STANDING = "SELECT item_key, code FROM messages_code WHERE channel = %s AND item_key = ANY(%s)"
_ADD = """
INSERT INTO messages_code (code, item_key, channel, sent_id)
SELECT given.code, given.item_key, %s, %s
FROM unnest(%s::text[], %s::text[]) AS given (code, item_key)
ON CONFLICT DO NOTHING
RETURNING item_key, code
"""
_OF_CODE = """
SELECT sent.programme, sent.template, sent.language, sent.subject, sent.text, sent.sent_on
FROM messages_code JOIN messages_sent AS sent USING (sent_id)
WHERE code = %s
"""


@dataclass(frozen=True, slots=True)
class Confirmed:
    """A message that was sent from here: its words with names in braces for personal parts."""

    programme: str
    template: str
    language: str
    subject: str
    text: str
    sent_on: date


def give_codes(shipment: Shipment, words: Words, keys: Sequence[str]) -> dict[str, str]:
    """A code for every message of a shipment, by key; the same for the same key again.

    One transaction, before anything leaves. That the run opens contact data was recorded when its
    shard was taken in hand.
    """
    with transaction.atomic(), psycopg.Cursor(connection.connection) as cursor:
        sent_id = _sent(cursor, shipment, words)
        channel, wanted = shipment.channel.value, list(keys)
        cursor.execute(_KEEP, [sent_id, channel, wanted, sent_id])
        found: dict[str, str] = {}
        while missing := [key for key in wanted if key not in found]:
            found |= dict(cursor.execute(_STANDING, [channel, missing]).fetchall())
            missing = [key for key in missing if key not in found]
            cursor.execute(_ADD, [channel, sent_id, new_codes(len(missing)), missing])
            found |= dict(cursor.fetchall())
    return found


def confirm(code: str) -> Confirmed | None:
    """What was sent with a code, as somebody typed it; None where nothing was.

    Counting guesses is the caller's: see ``codes.py`` for the odds.
    """
    wanted = canonical_code(code)
    if wanted is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute(_OF_CODE, [wanted])
        row = cursor.fetchone()
    return Confirmed(*row) if row else None


def _sent(cursor: psycopg.Cursor[tuple[object, ...]], shipment: Shipment, words: Words) -> int:
    shown, instant = words.without_personal_parts(), now()
    row = cursor.execute(
        _SENT,
        [
            shipment.message_id,
            shipment.run_id,
            shipment.channel.value,
            shipment.programme,
            words.template.name,
            words.language,
            shown.subject,
            shown.text,
            instant,
            instant.astimezone(words.zone).date(),
        ],
    ).fetchone()
    (sent_id,) = row or (0,)
    return int(str(sent_id))
