"""How many messages left, and what became of them: of notices, reminders, events and codes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import duckdb
import pyarrow as pa
from django.db import transaction

from makegood.channels import ChannelName
from makegood.channels.messages import CodeCount, code_counts
from makegood.configuration import Settings
from makegood.programmes import TemplateKind
from makegood.runs.folders import folder_of, items_file, leaving_file
from makegood.runs.kinds import RunKind
from makegood.runs.reminding import applied_of
from makegood.runs.rows import RunRow, ShardRow, runs, select, shards_of
from makegood.trust.access import Visitor, permit
from makegood.trust.clock import now
from makegood.trust.policy import Act, Purpose, Resource, ResourceKind

_RUNS = """
WHERE programme = %s AND kind IN ('notice', 'reminder') AND state NOT IN ('cancelled', 'stopped')
ORDER BY due_at, run_id
"""
_EVENTS = """
SELECT batch.kind, batch.measure, batch.template, batch.channel, batch.language,
       count(*) FILTER (WHERE batch.state = 'sent'),
       count(*) FILTER (WHERE told.outcome = 'done'),
       count(*) FILTER (WHERE told.outcome IN ('failed', 'returned')),
       count(*) FILTER (WHERE batch.state <> 'sent'),
       min(batch.sent_at), max(batch.sent_at)
FROM events_batch AS batch JOIN events_told AS told USING (message_id)
WHERE batch.programme = %s
GROUP BY batch.kind, batch.measure, batch.template, batch.channel, batch.language
ORDER BY batch.kind, batch.measure, batch.channel, batch.language
"""
_WAITING = "SELECT count(*) FROM events_batch WHERE state <> 'sent' AND programme = %s"
# Everybody who applied in these days; who of them was reminded is found in the run's files.
_APPLIED = """
SELECT DISTINCT line_id FROM claims_claim
WHERE programme = %s AND measure = %s AND submitted_at > %s AND submitted_at <= %s
"""
_AMONG = "SELECT count(DISTINCT line_id) FROM read_parquet(?) SEMI JOIN applied USING (line_id)"
_LEFT = ("sent", "answered")


@dataclass(frozen=True, slots=True)
class MessageCount:
    """Messages of one run, or of one template about events, in one language by one channel.

    ``waiting`` have not left yet; of those that were ``sent``, ``delivered`` and ``failed`` are
    known and ``pending`` have no report. ``run_id`` is None for events and codes. ``applied`` is of
    a reminder: for how many reminded lines somebody applied within the days asked for; None where
    it is none, or was not asked for.
    """

    kind: TemplateKind
    measure: str
    template: str
    channel: ChannelName
    language: str
    run_id: UUID | None
    due_at: datetime | None
    waiting: int
    sent: int
    delivered: int
    failed: int
    first_sent_at: datetime | None
    last_sent_at: datetime | None
    applied: int | None = None

    @property
    def pending(self) -> int:
        """How many were sent and have no report."""
        return self.sent - self.delivered - self.failed


def delivered_counts(
    programme: str, settings: Settings | None = None, *, days: int = 7
) -> list[MessageCount]:
    """The messages of a programme: notices and reminders run by run, then events, then codes.

    With ``settings``, what reminders did is counted from the runs' files: who applied within
    ``days`` after the reminder left. Codes are counted for a month.
    """
    found = [_of_run(run, settings, days) for run in runs(_RUNS, [programme])]
    for row in select(_EVENTS, [programme]):
        kind, measure, template, channel, language, sent, delivered, failed, waiting, *times = row
        found.append(
            MessageCount(
                TemplateKind(kind),
                measure,
                template,
                ChannelName(channel),
                language,
                None,
                None,
                waiting,
                sent,
                delivered,
                failed,
                *times,
            )
        )
    return found + [_of_codes(each) for each in code_counts(programme)]


def show_messages(
    visitor: Visitor, programme: str, settings: Settings | None = None, *, days: int = 7
) -> list[MessageCount]:
    """The same for somebody who asks. Raises Refused MG770."""
    with transaction.atomic():
        permit(visitor, Act.READ_RUNS, Resource(ResourceKind.RUN), purpose=Purpose.OPERATION)
    return delivered_counts(programme, settings, days=days)


def messages_waiting(programme: str) -> int:
    """How many batches of messages about events have not left yet."""
    return int(select(_WAITING, [programme])[0][0])


def _of_codes(each: CodeCount) -> MessageCount:
    return MessageCount(
        TemplateKind.CODE,
        "",
        TemplateKind.CODE.value,
        ChannelName.SMS,
        each.language,
        None,
        None,
        0,
        each.sent,
        each.delivered,
        each.failed,
        None,
        None,
    )


def _of_run(run: RunRow, settings: Settings | None, days: int) -> MessageCount:
    of_run = shards_of(run.run_id)
    # Who had applied before a reminder left was not sent one, whatever the run counts as done.
    spared = applied_of(run, tuple(of_run))
    left = [shard for shard in of_run if shard.state in _LEFT]
    items = sum(shard.items for shard in left)
    times = [shard.sent_at for shard in left if shard.sent_at]
    applied = None
    if settings and run.kind is RunKind.REMINDER and times:
        applied = reminded_and_applied(settings, run, left, days)
    return MessageCount(
        TemplateKind(run.kind.value),
        run.measure,
        run.texts.get("template", ""),
        run.channel,
        run.texts.get("language", ""),
        run.run_id,
        run.due_at,
        run.items - items,
        max(0, items - spared),
        max(0, run.done - spared),
        run.failed + run.returned,
        min(times, default=None),
        max(times, default=None),
        applied,
    )


_counted: dict[tuple[UUID, int], int] = {}
"""What reminders did whose days are over: it changes no more."""


def reminded_and_applied(
    settings: Settings, run: RunRow, left: Sequence[ShardRow], days: int
) -> int:
    """For how many lines that were reminded somebody applied within ``days`` after it left."""
    if (run.run_id, days) in _counted:
        return _counted[run.run_id, days]
    began = min(shard.sent_at for shard in left if shard.sent_at)
    until = max(shard.sent_at for shard in left if shard.sent_at) + timedelta(days=days)
    lines = [row[0] for row in select(_APPLIED, [run.programme, run.measure, began, until])]
    folder = folder_of(settings, run.run_id)
    files = [
        str(leaving if (leaving := leaving_file(folder, shard.number)).exists() else items)
        for shard in left
        if (items := items_file(folder, shard.number)).exists()
    ]
    count = 0
    if lines and files:
        with duckdb.connect() as duck:
            duck.register("applied", pa.table({"line_id": pa.array(lines, pa.string())}))
            ((count,),) = duck.execute(_AMONG, [files]).fetchall()
    if now() > until:
        _counted[run.run_id, days] = count
    return count
