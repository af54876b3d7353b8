"""What was sent and not answered in time is asked about, and never just sent again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import duckdb

from makegood.configuration import Settings
from makegood.kernel import MakegoodError
from makegood.runs.channels import Channels, configured
from makegood.runs.faults import is_away, told_failure
from makegood.runs.folders import answers_of, folder_of, items_file
from makegood.runs.locks import locks, shard_lock
from makegood.runs.rows import ShardRow, execute, run_of, select, shards
from makegood.runs.shipments import shipment_of
from makegood.runs.states import ShardState
from makegood.runs.tried_again import in_doubt
from makegood.trust.clock import now

_AT_ONCE = 100
_WAITING = """
SELECT shard.run_id, shard.number FROM runs_shard AS shard JOIN runs_run AS run USING (run_id)
WHERE shard.state = 'sent' AND run.channel = %s AND run.state IN ('sending', 'sent', 'stopped')
  AND shard.sent_at <= %s AND (shard.asked_at IS NULL OR shard.asked_at <= %s)
ORDER BY shard.sent_at, shard.run_id, shard.number LIMIT %s
"""
# What has left of a run that is stopped is outside all the same.
_USED = """
SELECT DISTINCT channel FROM runs_run WHERE state IN ('sending', 'sent', 'stopped')
ORDER BY channel
"""
_ONE = "WHERE run_id = %s AND number = %s"
_ASKED = "UPDATE runs_shard SET asked_at = %s WHERE run_id = %s AND number = %s"
_UNANSWERED = """
SELECT key FROM read_parquet(?) AS item
ANTI JOIN (SELECT key, attempt FROM read_parquet(?) WHERE outcome <> 'unknown') AS said
USING (key, attempt) ORDER BY key
"""
_ALL = "SELECT key FROM read_parquet(?) ORDER BY key"


@dataclass(slots=True)
class Asked:
    """How many shards and items were asked about, and what went wrong."""

    shards: int = 0
    items: int = 0
    troubles: list[str] = field(default_factory=list)


def ask_about_unanswered(settings: Settings, *, channels: Channels = configured) -> Asked:
    """Ask about items that wait longer for an answer than the settings say; again as often.

    Answers come in as any others do. Nothing is sent again by this.
    """
    done = Asked()
    with locks() as held:
        for row in select(_USED):
            before = now() - timedelta(hours=settings.answer_hours[row[0]])
            for run_id, number in select(_WAITING, [row[0], before, before, _AT_ONCE]):
                with held.held(*shard_lock(run_id, number)) as got:
                    (shard,) = shards(_ONE, [run_id, number])
                    is_waiting = shard.asked_at is None or shard.asked_at <= before
                    if got and is_waiting and shard.state is ShardState.SENT:
                        _ask(settings, channels, shard, done)
    return done


def unanswered(settings: Settings, shard: ShardRow) -> list[str]:
    """The keys of a shard's items about which nothing is known, in order."""
    folder = folder_of(settings, shard.run_id)
    return _without_answer(
        items_file(folder, shard.number), list(answers_of(folder, shard.number).values())
    )


def _ask(settings: Settings, channels: Channels, shard: ShardRow, done: Asked) -> None:
    run = run_of(shard.run_id)
    try:
        # What contradicts itself was answered, and what an earlier try may have done is not brought
        # by a question: a person finds out.
        doubt = in_doubt(run.run_id)
        keys = [key for key in unanswered(settings, shard) if key not in doubt]
        if keys:
            channels(run.channel, settings).ask(shipment_of(settings, run, shard), keys)
    except Exception as error:
        if is_away(error):
            raise
        what = f"shard {shard.number} of run {run.run_id} could not be asked about"
        is_told = isinstance(error, MakegoodError)
        done.troubles.append(f"{what}: {error}" if is_told else told_failure(error, what))
    else:
        done.shards += bool(keys)
        done.items += len(keys)
    execute(_ASKED, [now(), shard.run_id, shard.number])


def _without_answer(items: Path, answers: Sequence[Path]) -> list[str]:
    with duckdb.connect() as duck:
        if answers:
            found = duck.execute(_UNANSWERED, [str(items), [str(path) for path in answers]])
        else:
            found = duck.execute(_ALL, [str(items)])
        return [row[0] for row in found.fetchall()]
