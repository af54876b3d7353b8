"""Batches leave, by any number of workers at once.

As with shards of runs: whoever brings one outside holds its lock and no transaction. A batch that
is being sent and whose lock is free was in the hands of a worker that died, or whose sending
failed: the other side is asked before anything else is done with it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from django.db import transaction

from makegood.channels import Channel, ChannelName, NotSent, PartlySent, Shipment, Taken
from makegood.configuration import Settings
from makegood.kernel import MakegoodError
from makegood.runs.channels import Channels, configured
from makegood.runs.events.rows import BatchRow, batches, shipment_of
from makegood.runs.faults import is_away, told_failure, told_fault, words_of
from makegood.runs.locks import Locks, locks
from makegood.runs.rows import execute, select
from makegood.runs.sending import back_off
from makegood.runs.stopping import SYSTEM
from makegood.trust.audit import Record, append
from makegood.trust.clock import now

_AT_ONCE = 500
_DUE = """
SELECT message_id FROM events_batch
WHERE state <> 'sent' AND (retry_at IS NULL OR retry_at <= %s)
ORDER BY made_at, message_id LIMIT %s
"""
_TAKE = """
UPDATE events_batch SET state = 'sending', tries = tries + 1, retry_at = NULL, trouble = ''
WHERE message_id = %s AND state = 'pending'
"""
_SENT = """
UPDATE events_batch SET state = 'sent', sent_at = %s, retry_at = NULL, doubtful_at = NULL,
                        trouble = ''
WHERE message_id = %s AND state <> 'sent'
"""
_BACK = """
UPDATE events_batch SET state = 'pending', doubtful_at = NULL, retry_at = %s, trouble = %s
WHERE message_id = %s AND state <> 'sent'
"""
_DOUBT = """
UPDATE events_batch SET doubtful_at = coalesce(doubtful_at, %s), retry_at = %s, trouble = %s
WHERE message_id = %s AND state = 'sending'
"""
_POSTPONE = """
UPDATE events_batch SET retry_at = %s, trouble = %s WHERE message_id = %s AND state <> 'sent'
"""


@dataclass(slots=True)
class Left:
    """What one round of sending came to: batches sent and put off, and what went wrong."""

    sent: int = 0
    postponed: int = 0
    troubles: list[str] = field(default_factory=list)


def send_batches(settings: Settings, *, channels: Channels = configured) -> Left:
    """Bring outside what may leave and nobody else has in hand.

    Safe in any number of processes at once, and killed at any instant.
    """
    done = Left()
    due = [row[0] for row in select(_DUE, [now(), _AT_ONCE])]
    if not due:
        return done
    made: dict[ChannelName, Channel] = {}
    with locks() as held:
        for message_id in due:
            with held.held("makegood.event_batch", message_id) as got:
                if got:
                    _one(settings, channels, made, held, message_id, done)
    return done


def _one(
    settings: Settings,
    channels: Channels,
    made: dict[ChannelName, Channel],
    held: Locks,
    message_id: str,
    done: Left,
) -> None:
    (batch,) = batches("WHERE message_id = %s", [message_id])
    if batch.state == "sent" or (batch.retry_at is not None and batch.retry_at > now()):
        return
    try:
        if batch.channel not in made:
            made[batch.channel] = channels(batch.channel, settings)
        channel, shipment = made[batch.channel], shipment_of(settings, batch)
        if batch.state == "sending" and not _may_go_on(channel, batch, shipment, done):
            return
        if (earliest := channel.earliest(shipment, now())) > now():
            execute(_BACK, [earliest, "", message_id])
            done.postponed += 1
            return
    except MakegoodError as error:
        # A channel that is not set up, words that are gone: others go on.
        done.troubles.append(_told(batch, "waits", error))
        _postpone(batch, error, done)
        return
    except Exception as error:
        if is_away(error):
            raise
        # A mistake of this program about one message: others go on.
        done.troubles.append(told_fault(error, f"message {message_id} ({batch.kind})"))
        _postpone(batch, error, done)
        return
    if _taken_in_hand(batch):
        # Where the database was away since, another worker may have it by now.
        held.expect_held()
        _send(channel, replace(batch, tries=batch.tries + 1), shipment, done)


def _may_go_on(channel: Channel, batch: BatchRow, shipment: Shipment, done: Left) -> bool:
    """Whether a doubtful batch is to be sent again: the other side has said that it has it not."""
    try:
        taken = channel.taken(shipment)
    except Exception as error:
        done.troubles.append(_told(batch, "could not be asked about", error))
        taken = Taken.UNSURE
    if taken is Taken.YES:
        _mark_sent(batch, done)
    elif taken is Taken.UNSURE:
        instant = now()
        later = back_off(instant, batch.tries)
        execute(_DOUBT, [instant, later, batch.trouble, batch.message_id])
        done.postponed += 1
    else:
        execute(_BACK, [None, batch.trouble, batch.message_id])
        return True
    return False


def _send(channel: Channel, batch: BatchRow, shipment: Shipment, done: Left) -> None:
    try:
        channel.send(shipment)
    except (NotSent, PartlySent) as error:
        if (earliest := channel.earliest(shipment, now())) > now():
            # The night began meanwhile: nothing is wrong, and it goes on in the morning.
            execute(_BACK, [earliest, "", batch.message_id])
            done.postponed += 1
        else:
            _put_back(batch, error, done)
    except Exception as error:
        # Nobody knows what is outside now.
        done.troubles.append(_told(batch, "may have been sent", error))
        instant = now()
        values = [instant, back_off(instant, batch.tries), words_of(error), batch.message_id]
        execute(_DOUBT, values)
    else:
        _mark_sent(batch, done)


def _taken_in_hand(batch: BatchRow) -> bool:
    with transaction.atomic():
        if not execute(_TAKE, [batch.message_id]):
            return False
        details = {"items": batch.items, "channel": batch.channel.value, "about": batch.kind.value}
        subject = f"message:{batch.message_id}"
        append(Record("personal_data.used_by_run", SYSTEM, subject, details=details))
    return True


def _mark_sent(batch: BatchRow, done: Left) -> None:
    done.sent += execute(_SENT, [now(), batch.message_id])


def _put_back(batch: BatchRow, error: MakegoodError, done: Left) -> None:
    done.troubles.append(_told(batch, "was not sent", error))
    done.postponed += 1
    execute(_BACK, [back_off(now(), batch.tries + 1), words_of(error), batch.message_id])


def _postpone(batch: BatchRow, error: Exception, done: Left) -> None:
    """Tried again later; one that may be outside is asked about first, as before."""
    done.postponed += 1
    execute(_POSTPONE, [back_off(now(), batch.tries + 1), words_of(error), batch.message_id])


def _told(batch: BatchRow, what: str, error: Exception) -> str:
    about = f"message {batch.message_id} ({batch.kind}) {what}"
    is_told = isinstance(error, MakegoodError)
    return f"{about}: {words_of(error)}" if is_told else told_failure(error, about)
