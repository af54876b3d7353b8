"""Shards leave, by any number of workers at once.

Whoever brings a shard outside holds its lock (``locks``) and no transaction. A shard that is being
sent and whose lock is free was in the hands of a worker that died, or whose sending failed: it is
*doubtful*, and the other side is asked before anything else is done with it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from django.db import transaction

from makegood.channels import Channel, ChannelName, NotSent, PartlySent, Taken
from makegood.configuration import Settings
from makegood.kernel import MakegoodError, Progress, silent
from makegood.runs.channels import Channels, configured
from makegood.runs.faults import is_away, told_failure, words_of
from makegood.runs.folders import folder_of, items_file
from makegood.runs.kinds import RunKind
from makegood.runs.locks import Locks, locks, shard_lock
from makegood.runs.reminding import forget, keep_whole, leaving_of, look_over
from makegood.runs.rows import RunRow, ShardRow, execute, run_of, select, shards
from makegood.runs.shipments import Unreadable, expect_unchanged, shipment_of
from makegood.runs.states import ShardState
from makegood.runs.stopping import SYSTEM, stop
from makegood.runs.tried_again import expect_certain
from makegood.runs.troubles import Step, report
from makegood.trust.audit import Record, append
from makegood.trust.clock import now

_PERSONAL = frozenset({ChannelName.BANK, ChannelName.SMS, ChannelName.MAIL})
_AT_ONCE = 1_000
_T = TypeVar("_T")
BACK_OFF_SECONDS, BACK_OFF_SECONDS_MAX = 5.0, 900.0

# A doubtful shard is asked about whatever the run's state; a pending one must be free to leave.
_DUE = """
SELECT shard.run_id, shard.number FROM runs_shard AS shard JOIN runs_run AS run USING (run_id)
WHERE (shard.retry_at IS NULL OR shard.retry_at <= %(now)s)
  AND (shard.state = 'sending'
       OR shard.state = 'pending' AND run.state IN ('released', 'sending')
          AND run.paused_at IS NULL AND run.due_at <= %(now)s)
ORDER BY run.due_at, shard.run_id, shard.number LIMIT %(limit)s
"""
_BEGUN = """
UPDATE runs_run SET state = 'sending'
WHERE run_id = %s AND state = 'released' AND paused_at IS NULL
"""
_MAY_LEAVE = """
SELECT 1 FROM runs_run WHERE run_id = %s AND state = 'sending' AND paused_at IS NULL FOR SHARE
"""
_ONE = "WHERE run_id = %s AND number = %s"
_TAKE = """
UPDATE runs_shard SET state = 'sending', sender = %(sender)s, began_at = %(now)s,
                      tries = tries + 1, retry_at = NULL, trouble = ''
WHERE (run_id, number) IN (
    SELECT run_id, number FROM runs_shard
    WHERE run_id = %(run)s AND number = %(number)s AND state = 'pending' FOR UPDATE SKIP LOCKED)
"""
_SENT = """
UPDATE runs_shard SET state = 'sent', sent_at = %s, sent_sha256 = %s, retry_at = NULL,
                      doubtful_at = NULL, trouble = ''
WHERE run_id = %s AND number = %s AND state = 'sending'
"""
_BACK = """
UPDATE runs_shard SET state = 'pending', doubtful_at = NULL, retry_at = %s, trouble = %s
WHERE run_id = %s AND number = %s AND state = 'sending'
"""
_DOUBT = """
UPDATE runs_shard SET doubtful_at = coalesce(doubtful_at, %s), retry_at = %s, trouble = %s
WHERE run_id = %s AND number = %s AND state = 'sending'
"""
_POSTPONE = "UPDATE runs_shard SET retry_at = %s, trouble = %s WHERE run_id = %s AND number = %s"
_ALL_OUT = """
UPDATE runs_run AS run SET state = 'sent', sent_at = %s
WHERE run_id = %s AND state = 'sending' AND NOT EXISTS (
    SELECT 1 FROM runs_shard AS shard
    WHERE shard.run_id = run.run_id AND shard.state IN ('pending', 'sending'))
"""


@dataclass(slots=True)
class SendDone:
    """What one round of sending came to: shards sent, put back, doubtful, and what went wrong."""

    sent: int = 0
    postponed: int = 0
    doubtful: int = 0
    troubles: list[str] = field(default_factory=list)


def send_due(
    settings: Settings,
    worker: str,
    progress: Progress = silent,
    *,
    channels: Channels = configured,
) -> SendDone:
    """Bring outside what is due and nobody else has in hand, shard by shard.

    Safe in any number of processes at once, and killed at any instant.
    """
    hand = _Hand(settings, channels, worker)
    due = due_shards()
    if not due:
        return hand.done
    with locks() as held:
        for position, (run_id, number) in enumerate(due):
            hand.one(held, run_id, number)
            progress("shards sent", position + 1, len(due))
    return hand.done


def send_shard(
    settings: Settings,
    run_id: UUID,
    number: int,
    worker: str,
    *,
    channels: Channels = configured,
) -> SendDone:
    """The same for one shard; its troubles are told."""
    hand = _Hand(settings, channels, worker)
    with locks() as held:
        hand.one(held, run_id, number)
    report({Step.SEND: hand.done.troubles})
    return hand.done


def due_shards(limit: int = _AT_ONCE) -> list[tuple[UUID, int]]:
    """Shards that may leave now, and doubtful ones that may be asked about, in order."""
    found = select(_DUE, {"now": now(), "limit": limit})
    return [(row[0], row[1]) for row in found]


def rolled_up(run_id: UUID) -> bool:
    """Whether the run's last shard is outside now, which its row says from here on.

    Outside of the transaction that sent a shard: two at once would not see each other.
    """
    return bool(execute(_ALL_OUT, [now(), run_id]))


def back_off(instant: datetime, tries: int) -> datetime:
    """When to try again: later and later."""
    seconds = min(BACK_OFF_SECONDS_MAX, BACK_OFF_SECONDS * 2.0 ** min(tries - 1, 10))
    return instant + timedelta(seconds=max(seconds, BACK_OFF_SECONDS))


class _Hand:
    """One worker's hand: what it does with a shard whose lock it holds."""

    def __init__(self, settings: Settings, channels: Channels, worker: str) -> None:
        self.done = SendDone()
        self._settings = settings
        self._channels = channels
        self._worker = worker

    def one(self, held: Locks, run_id: UUID, number: int) -> None:
        """Send it, or find out about it; nothing where another worker has it."""
        with held.held(*shard_lock(run_id, number)) as got:
            if not got:
                return
            (shard,) = shards(_ONE, [run_id, number])
            if shard.retry_at is not None and shard.retry_at > now():
                return
            run = run_of(run_id)
            try:
                channel = self._channels(run.channel, self._settings)
                if shard.state is ShardState.SENDING:
                    self._resolve(channel, run, shard)
                elif shard.state is ShardState.PENDING:
                    self._send(channel, run, shard, held)
            except MakegoodError as error:
                # A channel that is not set up, a file that is away, or a moment that nobody knows:
                # others go on.
                self._trouble("waits", run, shard, error)
                instant = back_off(now(), shard.tries + 1)
                execute(_POSTPONE, [instant, words_of(error), run_id, number])
            except Exception as error:
                if is_away(error):
                    raise
                # What cannot be read, or a mistake of this program about one shard: others go on.
                words = told_failure(error, f"shard {number} of run {run_id}")
                self.done.troubles.append(words)
                instant = back_off(now(), shard.tries + 1)
                execute(_POSTPONE, [instant, words_of(error), run_id, number])
        rolled_up(run_id)

    def _send(self, channel: Channel, run: RunRow, shard: ShardRow, held: Locks) -> None:
        shipment = shipment_of(self._settings, run, shard)
        path = items_file(folder_of(self._settings, run.run_id), shard.number)
        if not self._or_stop(run, lambda: _is_unchanged(path, shard)):
            return
        if (earliest := channel.earliest(shipment, now())) > now():
            execute(_POSTPONE, [earliest, "", run.run_id, shard.number])
            self.done.postponed += 1
            return
        began_at = self._or_stop(run, lambda: _taken_in_hand(run, shard, self._worker))
        if began_at is None:
            return
        tries = shard.tries + 1
        shard = replace(shard, state=ShardState.SENDING, tries=tries, began_at=began_at)
        # Where the database was away since, another worker may have the shard by now.
        held.expect_held()
        try:
            if not look_over(self._settings, run, shard):
                self._mark_sent(run, shard, "", "nobody was left to be told")
                return
            sent_sha256 = channel.send(shipment_of(self._settings, run, shard))
        except (NotSent, PartlySent) as error:
            instant, words = back_off(now(), shard.tries), words_of(error)
            (keep_whole if isinstance(error, PartlySent) else forget)(self._settings, run, shard)
            if (earliest := channel.earliest(shipment, now())) > now():
                # The night began meanwhile: nothing is wrong, and it goes on in the morning.
                instant, words = earliest, ""
            else:
                what = "was not sent" if isinstance(error, NotSent) else "is partly sent"
                self._trouble(what, run, shard, error)
            execute(_BACK, [instant, words, run.run_id, shard.number])
            self.done.postponed += 1
        except Exception as error:
            # Nobody knows what is outside now.
            self._trouble("may have been sent", run, shard, error)
            execute(_DOUBT, [now(), None, words_of(error), run.run_id, shard.number])
            self._resolve(channel, run, replace(shard, trouble=words_of(error)))
        else:
            self._mark_sent(run, shard, sent_sha256, "sent")

    def _resolve(self, channel: Channel, run: RunRow, shard: ShardRow) -> None:
        """Ask the other side whether it has it; send nothing before it has said no.

        What it has in part goes on where it was.
        """
        leaving = leaving_of(self._settings, run, shard)
        if leaving is not None and not leaving.items:
            self._mark_sent(run, shard, "", "nobody was left to be told")
            return
        try:
            taken = channel.taken(shipment_of(self._settings, run, shard))
        except Exception as error:
            self._trouble("could not be asked about", run, shard, error)
            taken = Taken.UNSURE
        instant, place = now(), [run.run_id, shard.number]
        if taken is Taken.YES:
            self._mark_sent(run, shard, "", "found outside")
        elif taken in (Taken.NO, Taken.PARTLY):
            if taken is Taken.PARTLY:
                keep_whole(self._settings, run, shard)
            elif run.kind is not RunKind.REMINDER:
                # What was done before meanwhile is taken off of it; who is reminded stays the same.
                forget(self._settings, run, shard)
            # A worker that died is no reason to wait; what failed again and again is.
            retry_at = back_off(instant, shard.tries) if shard.trouble else None
            execute(_BACK, [retry_at, shard.trouble, *place])
        else:
            execute(_DOUBT, [instant, back_off(instant, shard.tries), shard.trouble, *place])
            self.done.doubtful += 1

    def _mark_sent(self, run: RunRow, shard: ShardRow, sent_sha256: str, how: str) -> None:
        with transaction.atomic():
            # An answer may have come first and said so already.
            if not execute(_SENT, [now(), sent_sha256, run.run_id, shard.number]):
                return
            append(
                Record(
                    "run.shard_sent",
                    SYSTEM,
                    run.subject,
                    details={
                        "message": shard.message_id,
                        "items": shard.items,
                        "total": shard.total,
                        "sha256": sent_sha256,
                        "how": how,
                    },
                )
            )
        self.done.sent += 1

    def _or_stop(self, run: RunRow, act: Callable[[], _T]) -> _T | None:
        """What an act gives; None where it found what stops the run. Raises Unreadable."""
        try:
            return act()
        except Unreadable:
            # Another hash stops a run; a file that nobody can read is away for the moment.
            raise
        except MakegoodError as error:
            stop(run.run_id, error)
            self.done.troubles.append(words_of(error))
            return None

    def _trouble(self, what: str, run: RunRow, shard: ShardRow, error: Exception) -> None:
        about = f"shard {shard.number} of run {run.run_id} {what}"
        is_told = isinstance(error, MakegoodError)
        words = f"{about}: {words_of(error)}" if is_told else told_failure(error, about)
        self.done.troubles.append(words)


def _is_unchanged(path: Path, shard: ShardRow) -> bool:
    """Raises as ``expect_unchanged``."""
    expect_unchanged(path, shard)
    return True


def _taken_in_hand(run: RunRow, shard: ShardRow, worker: str) -> datetime | None:
    """Since when it is being sent, by the rows and the log; None where it was not free to leave.

    Raises MakegoodError MG876 where the run would bring what may have been done before. While this
    transaction holds the run's row nobody stops it, and who does so waits for it.
    """
    instant = now()
    with transaction.atomic():
        execute(_BEGUN, [run.run_id])
        if not select(_MAY_LEAVE, [run.run_id]):
            return None
        expect_certain(run.run_id)
        values = {"sender": worker, "now": instant, "run": run.run_id, "number": shard.number}
        if not execute(_TAKE, values):
            return None
        if run.channel in _PERSONAL:
            details = {"shard": shard.number, "items": shard.items, "channel": run.channel.value}
            append(Record("personal_data.used_by_run", SYSTEM, run.subject, details=details))
    return instant
