"""Counts that all processes share, in the database; those of the log follow it entry by entry."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from django.db import connection, transaction

from makegood.trust.audit import placed_entries
from makegood.trust.monitoring.cursors import advance, held, progress_of

CURSOR = "tally"
BATCH_ENTRIES = 1_000
BATCHES_MAX = 100
Key = tuple[str, str, str]

_ADD = """
INSERT INTO monitoring_tally (metric, first, second, count)
SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::bigint[])
ON CONFLICT (metric, first, second) DO UPDATE
SET count = monitoring_tally.count + excluded.count
"""
_ALL = "SELECT metric, first, second, count FROM monitoring_tally"


def add(counts: Mapping[Key, int]) -> None:
    """Add to the counts; in one order, so that two processes do not wait for each other."""
    rows = sorted(key for key, count in counts.items() if count)
    if not rows:
        return
    columns = [list(column) for column in zip(*rows, strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(_ADD, [*columns, [counts[row] for row in rows]])


def count_log(batches: int = BATCHES_MAX) -> int:
    """Count entries that were not counted yet; how many. Each is counted exactly once.

    Counts and cursor are written in one transaction.
    """
    total = 0
    with held(CURSOR) as mine:
        if not mine:
            return 0
        for _ in range(batches):
            begin = progress_of(CURSOR).next_leaf
            placed = placed_entries(begin, BATCH_ENTRIES)
            if not placed:
                break
            counts: Counter[Key] = Counter()
            for one in placed:
                record = one.entry.record
                counts["entry", record.kind, ""] += 1
                act = record.details.get("act")
                if isinstance(act, str):
                    outcome = "refused" if record.kind == "access.refused" else "allowed"
                    counts["decision", act, outcome] += 1
            with transaction.atomic():
                add(counts)
                advance(CURSOR, begin + len(placed))
            total += len(placed)
    return total


def tallies() -> dict[Key, int]:
    """All counts."""
    with connection.cursor() as cursor:
        cursor.execute(_ALL)
        return {
            (metric, first, second): count for metric, first, second, count in cursor.fetchall()
        }
