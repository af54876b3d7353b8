"""What persons found out about claims' payments reaches the runs that carried them out."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import groupby
from uuid import UUID

from django.db import transaction

from makegood.configuration import Settings
from makegood.runs.faults import one_by_one
from makegood.runs.merging import CONTRADICTORY
from makegood.runs.resolving import end_item
from makegood.runs.rows import run_of, select, shards
from makegood.runs.stopping import SYSTEM
from makegood.runs.troubles import tell_once
from makegood.trust.audit import Json, Record, append

# Only runs that have items without an end are looked at; there are few of them.
_FOUND = """
SELECT wrong.run_id, wrong.shard, payment.resolved, wrong.item_key, wrong.attempt
FROM runs_run AS run
JOIN runs_exception AS wrong USING (run_id)
JOIN claims_payment AS payment
  ON payment.key = wrong.item_key AND payment.attempt = wrong.attempt
 AND payment.run_id = wrong.run_id
WHERE run.unknown > 0 AND wrong.outcome = 'contradictory' AND payment.resolved <> ''
ORDER BY wrong.run_id, wrong.shard, payment.resolved, wrong.item
"""
_LOCKED = "WHERE run_id = %s AND number = %s FOR UPDATE"
_STILL = """
SELECT item_key FROM runs_exception
WHERE run_id = %s AND item_key = ANY(%s) AND outcome = 'contradictory'
"""


def take_over_found_out(settings: Settings, tell: Callable[[str], object] = tell_once) -> int:
    """End the items whose claims were resolved by a person; how many. Again is harmless.

    A claim knows at once; its run hears of it here, so that it can be closed. What goes wrong with
    one shard ``tell`` is told, and the others are ended.
    """
    by_place = [
        (place, [(row[3], row[4]) for row in rows])
        for place, rows in groupby(select(_FOUND), lambda row: (row[0], row[1], row[2]))
    ]
    return one_by_one(
        (
            (f"shard {place[1]} of run {place[0]}", partial(_taken_over, settings, *place, found))
            for place, found in by_place
        ),
        tell,
    )


def _taken_over(
    settings: Settings, run_id: UUID, number: int, was: str, found: list[tuple[str, int]]
) -> int:
    with transaction.atomic():
        (shard,) = shards(_LOCKED, [run_id, number])
        # Another worker may have been quicker.
        still = {row[0] for row in select(_STILL, [run_id, [key for key, _ in found]])}
        found = [each for each in found if each[0] in still]
        if not found:
            return 0
        run = run_of(run_id)
        end_item(settings, run, shard, found, was)
        details: dict[str, Json] = {"items": len(found), "before": CONTRADICTORY, "was": was}
        append(Record("run.item_resolved", SYSTEM, run.subject, details=details))
    return len(found)
