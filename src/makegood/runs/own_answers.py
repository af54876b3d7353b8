"""What the program answers itself: an answer file of its own, applied as any other is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from uuid import UUID

import duckdb
import pyarrow as pa
from django.db import transaction

from makegood.channels import ANSWER_SCHEMA, Incoming
from makegood.configuration import Settings
from makegood.runs.applying import Batch, apply
from makegood.runs.faults import one_by_one
from makegood.runs.folders import answers_file, folder_of, put
from makegood.runs.matching import Matched, match
from makegood.runs.reminding import APPLIED, applied_source, taken_off
from makegood.runs.rows import RunRow, ShardRow, run_of, select, shards
from makegood.runs.tried_again import DONE_BEFORE
from makegood.runs.troubles import tell_once
from makegood.trust.clock import now

# What other sides have said first may have let the shard be answered but for what never left.
_LEFT = """
SELECT shard.run_id, shard.number, shard.message_id, 'applied' FROM runs_shard AS shard
JOIN runs_run AS run USING (run_id)
WHERE run.kind = 'reminder' AND run.state IN ('sending', 'sent', 'stopped')
  AND shard.state = 'sent'
UNION SELECT shard.run_id, shard.number, shard.message_id, 'done_before' FROM runs_exception AS off
JOIN runs_shard AS shard ON shard.run_id = off.run_id AND shard.number = off.shard
WHERE off.code = 'done_before' AND shard.state = 'sent'
ORDER BY 1, 2, 4
"""
_OUTCOMES = {APPLIED: "done", DONE_BEFORE: "failed"}
_KNOWN = "SELECT source_id FROM runs_applied WHERE source_id = ANY(%s)"
_ONE = "WHERE run_id = %s AND number = %s"


@dataclass(frozen=True, slots=True)
class OwnAnswers:
    """Answers about one shard that nobody outside has given; kept on the disk, not applied yet."""

    incoming: Incoming
    matched: Matched


def own_answers(
    settings: Settings,
    run: RunRow,
    shard: ShardRow,
    source_id: str,
    name: str,
    said: Sequence[tuple[str, int, str, str]],
) -> OwnAnswers:
    """Keep what is said of items of a shard: key, attempt, outcome and code of each."""
    at = now()
    rows = [dict(zip(ANSWER_SCHEMA.names, (*each, at), strict=True)) for each in said]
    answers = pa.Table.from_pylist(rows, schema=ANSWER_SCHEMA)
    path = answers_file(folder_of(settings, run.run_id), source_id, shard.number)
    incoming = Incoming(
        run.channel, source_id, name, Path(path), (shard.message_id,), answers, answers.num_rows
    )
    with duckdb.connect() as duck:
        matched = match(settings, duck, incoming)
    for (run_id, number), part in matched.parts.items():
        put(part.answers, answers_file(folder_of(settings, run_id), source_id, number))
    return OwnAnswers(incoming, matched)


def apply_own(settings: Settings, own: OwnAnswers) -> None:
    """Apply them, in the caller's transaction or one of their own. Raises as ``apply`` does."""
    batch = Batch(own.incoming.channel)
    batch.add(own.incoming, own.matched)
    with transaction.atomic():
        apply(settings, batch)


def answer_applied(settings: Settings, tell: Callable[[str], object] = tell_once) -> int:
    """Answer what was taken off of shards that are outside; how many items. Again is harmless.

    Where it cannot be answered of one shard ``tell`` is told, and the others are answered.
    """
    left = select(_LEFT)
    by_source = {applied_source(row[2], row[3]): (row[0], row[1], row[3]) for row in left}
    known = {row[0] for row in select(_KNOWN, [list(by_source)])} if by_source else set()
    return one_by_one(
        (
            (f"shard {place[1]} of run {place[0]}", partial(_answer, settings, source_id, *place))
            for source_id, place in by_source.items()
            if source_id not in known
        ),
        tell,
    )


def _answer(settings: Settings, source_id: str, run_id: UUID, number: int, code: str) -> int:
    """Answer what was taken off of one shard for one reason; how many items."""
    run, (shard,) = run_of(run_id), shards(_ONE, [run_id, number])
    gone = taken_off(settings, run, shard).get(code, [])
    if gone:
        name = f"{code.replace('_', ' ')} before shard {number} of run {run_id} left"
        said = [(key, attempt, _OUTCOMES[code], code) for key, attempt in gone]
        apply_own(settings, own_answers(settings, run, shard, source_id, name, said))
    return len(gone)
