"""Which lines are undetermined for want of which facts: pages of them, read from the parts."""

from __future__ import annotations

from collections.abc import Sequence

from makegood.decisions.duckdb_engine import connected, cores
from makegood.decisions.job import parquet_relation
from makegood.decisions.manifest import Decisions
from makegood.decisions.trees import missing_column


def undetermined_lines(
    decisions: Decisions, measure: str, facts: Sequence[str], limit: int, after: int = 0
) -> list[str]:
    """The lines that lack just these facts for a measure, at most ``limit`` after so many.

    In the order of lines, as the parts hold them. None where the measure has no undetermined lines
    or the facts are none that can be missing.
    """
    counts = decisions.measures.get(measure)
    known = {frozenset(each.facts) for each in counts.lacking} if counts else set()
    if frozenset(facts) not in known:
        return []
    mask = sum(1 << decisions.missing_bits.index(fact) for fact in facts)
    relation = parquet_relation(decisions.part_paths())
    # The mask is made here of whole numbers; names of measures are identifiers.
    statement = (
        f'SELECT line_id FROM {relation} WHERE "{missing_column(measure)}" = {mask}'
        f" ORDER BY line_id LIMIT {limit:d} OFFSET {after:d}"
    )
    with connected(cores()) as connection:
        return [row[0] for row in connection.execute(statement).fetchall()]
