"""A batch of sources is applied, in the caller's transaction: all of it, or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pyarrow as pa

from makegood.channels import ChannelName, Incoming
from makegood.configuration import Settings
from makegood.kernel import Finding, MakegoodError
from makegood.runs.exceptions import keep_exceptions
from makegood.runs.folders import answers_of, folder_of, items_file
from makegood.runs.locating import Said
from makegood.runs.matching import Matched, Place, by_run
from makegood.runs.merging import CONTRADICTORY, Counts, Merged, merge
from makegood.runs.rows import RunRow, ShardRow, execute, run_of, select, shards
from makegood.runs.settling import settle
from makegood.runs.stopping import SYSTEM
from makegood.trust.audit import Json, Record, append
from makegood.trust.clock import now

_APPLIED = """
INSERT INTO runs_applied (source_id, channel, name, applied_at, answers, new, contradictory,
                          unmatched)
VALUES (%s, %s, %s, %s, %s, 0, 0, %s) ON CONFLICT (source_id) DO NOTHING
"""
_TOLD = "UPDATE runs_applied SET new = %s, contradictory = %s WHERE source_id = %s"
_KNOWN = "SELECT source_id FROM runs_applied WHERE source_id = ANY(%s)"
_LOCKED = """
WHERE (run_id, number) IN (SELECT * FROM unnest(%s::uuid[], %s::int[]))
ORDER BY run_id, number FOR UPDATE
"""
# An answer proves that the other side has the message, whatever its sender lived to say.
_SHARD = """
UPDATE runs_shard SET state = %(state)s, done = %(done)s, done_total = %(done_total)s,
       failed = %(failed)s, returned = %(returned)s, answered_at = %(answered_at)s,
       sent_at = coalesce(sent_at, %(now)s), doubtful_at = NULL, retry_at = NULL, trouble = ''
WHERE run_id = %(run)s AND number = %(number)s
"""
_RUN = """
UPDATE runs_run SET done = done + %(done)s, done_total = done_total + %(done_total)s,
       failed = failed + %(failed)s, returned = returned + %(returned)s,
       unknown = unknown - %(ended)s
WHERE run_id = %(run)s
"""


@dataclass(slots=True)
class Batch:
    """Sources that are applied together, each at its position, and the shards they are about."""

    channel: ChannelName
    sources: list[Incoming] = field(default_factory=list)
    matched: list[Matched] = field(default_factory=list)

    def add(self, incoming: Incoming, matched: Matched) -> None:
        """One more source."""
        self.sources.append(incoming)
        self.matched.append(matched)

    @property
    def places(self) -> dict[Place, dict[int, Said]]:
        """The answers about each shard, by the positions of their sources."""
        found: dict[Place, dict[int, Said]] = {}
        for position, matched in enumerate(self.matched):
            for place, said in matched.parts.items():
                found.setdefault(place, {})[position] = said
        return found


@dataclass(slots=True)
class Applied:
    """What a batch came to."""

    new: int = 0
    contradictory: int = 0
    unmatched: int = 0


def apply(settings: Settings, batch: Batch) -> Applied:
    """Apply a batch in the caller's transaction.

    Shards are locked in order, so that any number of processes apply at once. A source that another
    process has applied in the meantime lets the whole batch be given up: it comes again. Raises
    MakegoodError MG874 where answers that were kept of a shard are not what was counted.
    """
    instant, places, applied = now(), batch.places, Applied()
    for position, incoming in enumerate(batch.sources):
        unmatched = batch.matched[position].unmatched.num_rows
        values = [
            *(incoming.source_id, incoming.channel.value, incoming.name, instant),
            *(incoming.answers.num_rows, unmatched),
        ]
        if not execute(_APPLIED, values):
            raise _applied_meanwhile(incoming)
        applied.unmatched += unmatched
    order = sorted(places)
    held = shards(_LOCKED, [[run_id for run_id, _ in order], [number for _, number in order]])
    by_place = {(shard.run_id, shard.number): shard for shard in held}
    news, contradictory = [0] * len(batch.sources), [0] * len(batch.sources)
    for run_id, numbers in by_run(places).items():
        run = run_of(run_id)
        change = _Change(run)
        for number in numbers:
            shard = by_place[run_id, number]
            merged = _merged(settings, batch, shard, places[run_id, number])
            change.add(shard, merged)
            for position in places[run_id, number]:
                news[position] += merged.news(position)
                contradictory[position] += merged.news(position, CONTRADICTORY)
        change.write(batch, [places[run_id, number] for number in numbers])
        settle(settings, run, change.merged, change.answers)
    for position, incoming in enumerate(batch.sources):
        execute(_TOLD, [news[position], contradictory[position], incoming.source_id])
    applied.new, applied.contradictory = sum(news), sum(contradictory)
    return applied


def _merged(settings: Settings, batch: Batch, shard: ShardRow, new: dict[int, Said]) -> Merged:
    folder = folder_of(settings, shard.run_id)
    kept = answers_of(folder, shard.number)
    # What a process that was killed had kept, and not applied, does not count yet.
    known = {row[0] for row in select(_KNOWN, [list(kept)])}
    known -= {incoming.source_id for incoming in batch.sources}
    return merge(
        items_file(folder, shard.number),
        [path for source_id, path in kept.items() if source_id in known],
        new,
    )


class _Change:
    """What a batch changes in one run."""

    def __init__(self, run: RunRow) -> None:
        self.run = run
        self.merged: list[Merged] = []
        self.answers: list[pa.Table] = []
        self.contradictory = 0
        self._counts: dict[str, int] = {"done": 0, "done_total": 0, "failed": 0, "returned": 0}

    def add(self, shard: ShardRow, merged: Merged) -> None:
        """A shard's new counts, and its exceptions."""
        before, after = merged.before, merged.after
        _expect_counted(shard, before)
        ended = after.done + after.failed + after.returned
        was_sent = shard.state.value != "pending"
        is_whole = ended == shard.items
        execute(
            _SHARD,
            {
                "state": "answered" if is_whole else "sent",
                "done": after.done,
                "done_total": after.done_total,
                "failed": after.failed,
                "returned": after.returned,
                "answered_at": (shard.answered_at or now()) if is_whole else None,
                "now": now(),
                "run": shard.run_id,
                "number": shard.number,
            },
        )
        for name in self._counts:
            self._counts[name] += getattr(after, name) - getattr(before, name)
        self.contradictory += after.contradictory - before.contradictory
        self.merged.append(merged)
        keep_exceptions(shard, merged.exceptions)
        if not was_sent:
            _told_unsent(shard)

    def write(self, batch: Batch, answers: Sequence[dict[int, Said]]) -> None:
        """The run's counts, and what stands of it in the log."""
        self.answers = [said.answers for each in answers for said in each.values()]
        counts = self._counts
        ended = counts["done"] + counts["failed"] + counts["returned"]
        execute(_RUN, {**counts, "ended": ended, "run": self.run.run_id})
        positions = sorted({position for each in answers for position in each})
        details: dict[str, Json] = {
            **dict[str, Json](counts),
            "contradictory": self.contradictory,
            "answers": sum(table.num_rows for table in self.answers),
            "sources": [batch.sources[position].source_id[:16] for position in positions],
            "shards": len(answers),
        }
        append(Record("run.answers_applied", SYSTEM, self.run.subject, details=details))


def _expect_counted(shard: ShardRow, found: Counts) -> None:
    counted = (shard.done, shard.done_total, shard.failed, shard.returned)
    if counted == (found.done, found.done_total, found.failed, found.returned):
        return
    raise MakegoodError(
        Finding(
            "MG874",
            f"the answers kept of shard {shard.number} of run {shard.run_id} come to something"
            " else than was counted",
            "nothing was applied; put the folder of the run's answers back from a copy",
        )
    )


def _told_unsent(shard: ShardRow) -> None:
    """The other side has what the rows say never left: the store is older than the outside."""
    details: dict[str, Json] = {
        "message": shard.message_id,
        "items": shard.items,
        "how": "answered",
    }
    append(Record("run.shard_sent", SYSTEM, f"run:{shard.run_id}", details=details))


def _applied_meanwhile(incoming: Incoming) -> MakegoodError:
    return MakegoodError(
        Finding(
            "MG875",
            f"{incoming.channel.value}: a source was applied by another process meanwhile",
            "nothing is lost and nothing is done twice: it is looked at again in the next round",
        )
    )
