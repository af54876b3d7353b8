"""What all answers about a shard come to, whatever order they came in and however often.

An item was returned where any answer says so; it is contradictory where one says done and another
failed; else it is what was said; else unknown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pyarrow as pa

from makegood.channels import Outcome

CONTRADICTORY = "contradictory"
"""Said to be done and to have failed. A person finds out which; it is never sent again."""

# ``position`` is that of a new source in its batch, from 0; of what was applied before it is -1.
_SAID = """
CREATE OR REPLACE TEMP TABLE heard AS
SELECT key, attempt,
       bool_or(outcome = 'returned') AS returned, bool_or(outcome = 'done') AS done,
       bool_or(outcome = 'failed') AS failed,
       coalesce(bool_or(outcome = 'returned') FILTER (position < 0), false) AS was_returned,
       coalesce(bool_or(outcome = 'done') FILTER (position < 0), false) AS was_done,
       coalesce(bool_or(outcome = 'failed') FILTER (position < 0), false) AS was_failed,
       coalesce(max(code) FILTER (outcome = 'returned'),
                max(code) FILTER (outcome = 'failed'), '') AS code,
       coalesce(min(position) FILTER (position >= 0), -1) AS brought_by
FROM ({sources}) WHERE outcome <> 'unknown' GROUP BY key, attempt
"""
_MERGED = """
CREATE OR REPLACE TEMP TABLE merged AS
SELECT item.item, item.key, item.attempt, item.line_id, item.amount, heard.code,
       coalesce(heard.brought_by, -1) AS position,
       CASE WHEN was_returned THEN 'returned' WHEN was_done AND was_failed THEN 'contradictory'
            WHEN was_done THEN 'done' WHEN was_failed THEN 'failed' ELSE 'unknown' END AS before,
       CASE WHEN returned THEN 'returned' WHEN done AND failed THEN 'contradictory'
            WHEN done THEN 'done' WHEN failed THEN 'failed' ELSE 'unknown' END AS after
FROM read_parquet(?) AS item LEFT JOIN heard USING (key, attempt)
"""
_COUNTS = """
SELECT before, after, position, count(*), sum(amount)::BIGINT FROM merged GROUP BY ALL
"""
_EXCEPTIONS = """
SELECT item, key, line_id, attempt, amount, after AS outcome, code FROM merged
WHERE before <> after AND after IN ('failed', 'returned', 'contradictory') ORDER BY item
"""


@dataclass(frozen=True, slots=True)
class Moved:
    """Items that went from one outcome to another, or stayed, by the source that brought it."""

    before: str
    after: str
    position: int
    items: int
    amount: int


@dataclass(frozen=True, slots=True)
class Counts:
    """What a shard's items come to; ``done_total`` in minor units."""

    done: int = 0
    done_total: int = 0
    failed: int = 0
    returned: int = 0
    contradictory: int = 0


@dataclass(frozen=True, slots=True)
class Merged:
    """A shard's items after a batch of sources: what moved, and which did not go well by now."""

    moved: tuple[Moved, ...]
    exceptions: pa.Table = field(repr=False)

    @property
    def before(self) -> Counts:
        """What they came to before the batch."""
        return _counts([(each.before, each) for each in self.moved])

    @property
    def after(self) -> Counts:
        """What they come to now."""
        return _counts([(each.after, each) for each in self.moved])

    def news(self, position: int, after: str | None = None) -> int:
        """Of how many items a source of the batch changed what is known; to ``after`` alone."""
        return sum(
            each.items
            for each in self.moved
            if each.position == position
            and each.before != each.after
            and after in {None, each.after}
        )


def merge(
    duck: duckdb.DuckDBPyConnection,
    items: Path,
    before: Sequence[Path],
    new: Mapping[int, pa.Table],
) -> Merged:
    """Merge what was applied before with a batch's new answers, by their positions in it."""
    sources, values = [], []
    if before:
        sources.append("SELECT key, attempt, outcome, code, -1 AS position FROM read_parquet(?)")
        values.append([str(path) for path in before])
    for position, answers in new.items():
        duck.register(f"new_{position}", answers)
        sources.append(
            f"SELECT key, attempt, outcome, code, {position} AS position FROM new_{position}"
        )
    duck.execute(_SAID.format(sources=" UNION ALL ".join(sources)), values)
    duck.execute(_MERGED, [str(items)])
    moved = tuple(Moved(*row) for row in duck.execute(_COUNTS).fetchall())
    exceptions = duck.sql(_EXCEPTIONS).to_arrow_table()
    for position in new:
        duck.unregister(f"new_{position}")
    return Merged(moved, exceptions)


def _counts(found: Sequence[tuple[str, Moved]]) -> Counts:
    items = dict.fromkeys([*(outcome.value for outcome in Outcome), CONTRADICTORY], 0)
    done_total = 0
    for outcome, each in found:
        items[outcome] += each.items
        done_total += each.amount if outcome == Outcome.DONE else 0
    return Counts(
        items[Outcome.DONE],
        done_total,
        items[Outcome.FAILED],
        items[Outcome.RETURNED],
        items[CONTRADICTORY],
    )
