"""Events become batches: those that are told in the same words leave together.

One process at a time makes batches, in one transaction with the rows that say which events are in
them: an event is in one batch, whoever is killed when. A batch's identification is made from what
is in it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

import psycopg
from django.db import connection, transaction

from makegood.channels import ChannelName
from makegood.channels.messages import languages_of
from makegood.configuration import Settings
from makegood.programmes import TemplateKind, date_text
from makegood.redress.claims import reason_words
from makegood.runs.events.happening import Happened, happened
from makegood.runs.events.wanted import EVENT_KINDS, Worded, all_wanted
from makegood.runs.rows import execute, select
from makegood.trust.clock import now

EVENT_PREFIX = "ev-"
"""How the identifications of these messages begin."""
ITEMS_MAX = 10_000
"""How many events are in a batch at most."""

_FOUND_AT_ONCE = 50_000
# What a transaction that is still under way has written comes later than what it says of the time.
_BEHIND = timedelta(minutes=15)
_WHOLE_EVERY = timedelta(hours=1)
_LOOKED = "SELECT looked_at, whole_at FROM events_progress"
_LOOK = """
INSERT INTO events_progress (progress_id, looked_at, whole_at) VALUES (1, %(at)s, %(at)s)
ON CONFLICT (progress_id) DO UPDATE
SET looked_at = %(at)s, whole_at = CASE WHEN %(is_whole)s THEN %(at)s ELSE events_progress.whole_at
                                   END
"""
_LOCK = "SELECT pg_try_advisory_xact_lock(%s)"
_LOCK_NUMBER = int.from_bytes(sha256(b"makegood.events").digest()[:8], "big", signed=True)
_BATCH = """
INSERT INTO events_batch (message_id, programme, programme_sha256, messages_sha256, kind, measure,
    template, channel, language, common, items, total, due_on, made_at, state, tries, trouble, open)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, 'pending', 0, '', %s)
"""
_TOLD = """
COPY events_told (item_key, message_id, line_id, customer_id, amount, detail, happened_at, outcome,
                  code) FROM STDIN
"""


@dataclass(frozen=True, slots=True)
class Words:
    """What all events of a batch say alike."""

    version: Worded
    kind: TemplateKind
    measure: str
    template: str
    channel: ChannelName
    language: str
    values: tuple[tuple[str, str], ...]


def make_batches(settings: Settings) -> int:
    """Put what happened and is in no batch into batches; how many events.

    Safe in any number of processes at once: one makes them, the others go on.
    """
    if not settings.event_message_days:
        return 0
    versions, wanted = all_wanted()
    if not wanted:
        return 0
    made = 0
    while True:
        with transaction.atomic():
            if not select(_LOCK, [_LOCK_NUMBER])[0][0]:
                return made
            instant = now()
            since, is_whole = _since(settings, instant)
            found = happened(wanted, since, _FOUND_AT_ONCE)
            _keep(versions, found, instant)
            is_all = len(found) < _FOUND_AT_ONCE
            if is_all:
                execute(_LOOK, {"at": instant, "is_whole": is_whole})
        made += len(found)
        if is_all:
            return made


def _since(settings: Settings, instant: datetime) -> tuple[datetime, bool]:
    """From when on events are looked for: once an hour all days of them, else the newest."""
    whole = instant - timedelta(days=settings.event_message_days)
    for looked_at, whole_at in select(_LOOKED):
        if whole_at <= looked_at <= instant < whole_at + _WHOLE_EVERY:
            return max(whole, looked_at - _BEHIND), False
    return whole, True


def _keep(versions: dict[str, Worded], found: Sequence[Happened], instant: datetime) -> None:
    customers = sorted({each.customer_id for each in found})
    languages = languages_of(customers) if customers else {}
    by_words: dict[Words, list[Happened]] = {}
    for each in found:
        words = _words(versions[each.programme], each, languages.get(each.customer_id, ""))
        if words:
            by_words.setdefault(words, []).append(each)
    for words, events in by_words.items():
        for start in range(0, len(events), ITEMS_MAX):
            some = events[start : start + ITEMS_MAX]
            message_id = keep_batch(words, [(each.item_key, each.amount) for each in some], instant)
            _keep_told(message_id, some)


def keep_batch(words: Words, items: Sequence[tuple[str, int]], instant: datetime) -> str:
    """Put in a batch, in the caller's transaction; its identification.

    ``items`` are keys and amounts. The rows of its events are the caller's.
    """
    version, values = words.version, json.dumps(dict(words.values), ensure_ascii=False)
    published = version.published
    total = sum(amount for _, amount in items)
    named = [
        *(words.channel.value, published.sha256, published.messages_sha256, words.template),
        *(words.language, values, *sorted(key for key, _ in items)),
    ]
    message_id = EVENT_PREFIX + sha256("\x1f".join(named).encode()).hexdigest()[:32]
    zone = ZoneInfo(version.programme.section.time_zone)
    execute(
        _BATCH,
        [
            *(message_id, published.programme, published.sha256, published.messages_sha256),
            *(words.kind.value, words.measure, words.template, words.channel.value),
            *(words.language, values, len(items), total),
            *(instant.astimezone(zone).date(), instant, len(items)),
        ],
    )
    return message_id


def _keep_told(message_id: str, events: Iterable[Happened]) -> None:
    with psycopg.Cursor(connection.connection) as cursor, cursor.copy(_TOLD) as copy:
        for each in events:
            copy.write_row(
                (
                    *(each.item_key, message_id, each.line_id, each.customer_id, each.amount),
                    *(each.detail, each.at, "", ""),
                )
            )


def _words(version: Worded, event: Happened, language: str) -> Words | None:
    programme, kind = version.programme, EVENT_KINDS[event.state]
    found = version.template(kind, event.measure)
    if found is None:
        return None
    channel, template = found
    if language not in programme.languages:
        language = programme.languages[0]
    names = template.names(language)
    values = tuple(
        (name, value) for name, value in _values(version, event, language) if name in names
    )
    return Words(version, kind, event.measure, template.name, channel, language, values)


def _values(version: Worded, event: Happened, language: str) -> Iterator[tuple[str, str]]:
    """What the event says and others may say alike."""
    if event.pay_on:
        yield "pay_on", date_text(event.pay_on, language)
    if event.state == "refused":
        yield "reason", reason_words(version.programme, event.measure, event.reason, language)
