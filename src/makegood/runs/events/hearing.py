"""What the other side says of messages about events, and of one-time codes.

Reports come in with those of runs. Order does not matter: of what is said of a message, *returned*
outweighs *done*, and that *failed*. Who has no telephone is told by mail, where there is a message.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import psycopg
import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection

from makegood.channels import ANSWER_SCHEMA, ChannelName, Incoming, Outcome
from makegood.channels.messages import NO_PHONE, codes_among, codes_heard, is_code
from makegood.runs.events.batching import EVENT_PREFIX, Words, keep_batch
from makegood.runs.events.rows import BatchRow, batches
from makegood.runs.events.wanted import version_of
from makegood.runs.rows import execute, select
from makegood.trust.clock import now

MESSAGES = frozenset({ChannelName.SMS, ChannelName.MAIL})
_RANK = {Outcome.FAILED.value: 1, Outcome.DONE.value: 2, Outcome.RETURNED.value: 3}
_AMONG = "SELECT item_key FROM events_told WHERE item_key = ANY(%s)"
# Batches are locked in one order, so that two sources at once wait for each other.
_LOCK = """
SELECT message_id FROM events_batch WHERE message_id = ANY(
    SELECT message_id FROM events_told WHERE item_key = ANY(%s))
ORDER BY message_id FOR UPDATE
"""
# An answer that an SMS could not leave says nothing of the mail that took its place.
_HEARD = """
WITH given AS (
    SELECT * FROM unnest(%(keys)s::text[], %(outcomes)s::text[], %(codes)s::text[])
         AS given (item_key, outcome, code))
UPDATE events_told AS told SET outcome = given.outcome, code = given.code
FROM given, events_batch AS batch
WHERE told.item_key = given.item_key AND batch.message_id = told.message_id
  AND batch.channel = %(channel)s
  AND array_position(%(order)s::text[], given.outcome)
      > coalesce(array_position(%(order)s::text[], told.outcome), 0)
RETURNING told.message_id
"""
# A report proves that the other side has a batch, whatever its sender lived to say.
_COUNT = """
UPDATE events_batch AS batch
SET open = (SELECT count(*) FROM events_told AS told
            WHERE told.message_id = batch.message_id AND told.outcome = '')
WHERE batch.message_id = ANY(%s)
"""
_WITHOUT = """
SELECT item_key, amount, message_id FROM events_told
WHERE item_key = ANY(%s) AND outcome = 'failed' AND code = %s ORDER BY item_key
"""
_MOVE = """
UPDATE events_told SET message_id = %s, outcome = '', code = '' WHERE item_key = ANY(%s)
"""


@dataclass(frozen=True, slots=True)
class Separated:
    """A source's answers about events, about one-time codes, and the rest, which is about runs."""

    events: pa.Table
    codes: pa.Table
    rest: pa.Table


def separate(incoming: Incoming) -> Separated:
    """Tell a source's answers apart. Those of other channels than messages are all about runs."""
    answers = incoming.answers.select(ANSWER_SCHEMA.names)
    none = answers.slice(0, 0)
    if incoming.channel not in MESSAGES or not _may_be_here(incoming.message_ids):
        return Separated(none, none, answers)
    keys = pc.unique(answers["key"]).to_pylist()
    events = frozenset(row[0] for row in select(_AMONG, [keys]))
    codes = codes_among([key for key in keys if key not in events])
    of_events, of_codes = _is_in(answers, events), _is_in(answers, codes)
    rest = pc.invert(pc.or_(of_events, of_codes))
    return Separated(answers.filter(of_events), answers.filter(of_codes), answers.filter(rest))


def hear(channel: ChannelName, answers: pa.Table) -> int:
    """Keep what is said of messages about events, in the caller's transaction; how many were news.

    ``answers`` has the columns of ANSWER_SCHEMA. The same again is harmless.
    """
    said = _newest(answers)
    if not said:
        return 0
    keys = sorted(said)
    select(_LOCK, [keys])
    values = {
        "keys": keys,
        "outcomes": [said[key][0] for key in keys],
        "codes": [said[key][1] for key in keys],
        "channel": channel.value,
        "order": sorted(_RANK, key=lambda word: _RANK[word]),
    }
    with psycopg.Cursor(connection.connection) as cursor:
        found = [str(row[0]) for row in cursor.execute(_HEARD, values).fetchall()]
    if channel is ChannelName.SMS:
        _told_by_mail([key for key in keys if said[key] == (Outcome.FAILED.value, NO_PHONE)])
    execute(_COUNT, [sorted(set(found))])
    return len(found)


def hear_codes(answers: pa.Table) -> int:
    """Keep what is said of one-time codes; how many were news."""
    return codes_heard({key: outcome for key, (outcome, _) in _newest(answers).items()})


def _may_be_here(message_ids: Sequence[str]) -> bool:
    """Whether a source may speak of events or codes: it names one, or does not say of what."""
    return not message_ids or any(
        each.startswith(EVENT_PREFIX) or is_code(each) for each in message_ids
    )


def _newest(answers: pa.Table) -> Mapping[str, tuple[str, str]]:
    """By key the outcome that weighs most, with its code; what is unknown says nothing."""
    found: dict[str, tuple[str, str]] = {}
    columns = (answers[name].to_pylist() for name in ("key", "outcome", "code"))
    for key, outcome, code in zip(*columns, strict=True):
        rank = _RANK.get(outcome, 0)
        if rank > _RANK.get(found.get(key, ("", ""))[0], 0):
            found[key] = (outcome, code or "")
    return found


def _told_by_mail(keys: Sequence[str]) -> None:
    """Put those who have no telephone into batches of mails, where the programme has a mail."""
    rows = select(_WITHOUT, [list(keys), NO_PHONE]) if keys else []
    by_batch: dict[str, list[tuple[str, int]]] = {}
    for key, amount, message_id in rows:
        by_batch.setdefault(message_id, []).append((key, amount))
    for batch in batches("WHERE message_id = ANY(%s)", [sorted(by_batch)]) if by_batch else []:
        words = _mail_of(batch)
        if words:
            items = by_batch[batch.message_id]
            moved = keep_batch(words, items, now())
            execute(_MOVE, [moved, [key for key, _ in items]])


def _mail_of(batch: BatchRow) -> Words | None:
    """The same in a mail, by the version that the batch was made by."""
    version = version_of(batch.programme, batch.programme_sha256, batch.messages_sha256)
    template = version.by_mail(batch.kind, batch.measure) if version else None
    if version is None or template is None:
        return None
    return Words(
        version,
        batch.kind,
        batch.measure,
        template.name,
        ChannelName.MAIL,
        batch.language,
        tuple(sorted(batch.common.items())),
    )


def _is_in(answers: pa.Table, keys: frozenset[str]) -> pa.ChunkedArray:
    return pc.is_in(answers["key"], pa.array(sorted(keys), pa.string()))
