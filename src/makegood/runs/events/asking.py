"""Messages about events without a report are asked about, once a while; none is sent again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from makegood.configuration import Settings
from makegood.kernel import MakegoodError
from makegood.runs.channels import Channels, configured
from makegood.runs.events.rows import batches, shipment_of
from makegood.runs.faults import is_away, told_failure
from makegood.runs.rows import execute, select
from makegood.trust.clock import now

_AT_ONCE, _ASKED_DAYS = 100, 14
_WAITING = """
WHERE state = 'sent' AND open > 0 AND channel = %s AND sent_at > %s
  AND coalesce(asked_at, sent_at) <= %s
ORDER BY sent_at, message_id LIMIT %s
"""
_USED = """
SELECT DISTINCT channel FROM events_batch WHERE state = 'sent' AND open > 0 AND sent_at > %s
"""
_ASK = """
UPDATE events_batch SET asked_at = %s
WHERE message_id = %s AND asked_at IS NOT DISTINCT FROM %s
"""
_OPEN = "SELECT item_key FROM events_told WHERE message_id = %s AND outcome = '' ORDER BY item_key"


def ask_about_batches(
    settings: Settings, tell: Callable[[str], object], *, channels: Channels = configured
) -> int:
    """Ask about messages that wait for a report longer than the settings say; how many batches.

    For two weeks after they left. What goes wrong with one ``tell`` is told. Safe in any
    number of processes: one asks.
    """
    asked, instant = 0, now()
    oldest = instant - timedelta(days=_ASKED_DAYS)
    for (name,) in select(_USED, [oldest]):
        before = instant - timedelta(hours=settings.answer_hours[name])
        for batch in batches(_WAITING, [name, oldest, before, _AT_ONCE]):
            if not execute(_ASK, [instant, batch.message_id, batch.asked_at]):
                continue
            keys = [row[0] for row in select(_OPEN, [batch.message_id])]
            try:
                channels(batch.channel, settings).ask(shipment_of(settings, batch), keys)
            except Exception as error:
                if is_away(error):
                    raise
                # It is asked again as long after.
                what = f"message {batch.message_id} could not be asked about"
                is_told = isinstance(error, MakegoodError)
                tell(f"{what}: {error}" if is_told else told_failure(error, what))
            else:
                asked += 1
    return asked
