"""What credits and top-ups bring lines beyond what decisions, claims and quotes promise them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from makegood.runs.kinds import RunKind
from makegood.runs.planning.earlier import item_files
from makegood.runs.rows import RunRow, runs

if TYPE_CHECKING:
    import pyarrow as pa

    from makegood.configuration import Settings
    from makegood.decisions import Decisions

OWN_KINDS = frozenset({RunKind.BILL, RunKind.TOP_UP})
"""Kinds whose money is no claim's: the run itself takes it out of what is promised."""

# A follow-up has the same money once more.
_OWN = """
WHERE programme = %s AND measure = %s AND kind = ANY(%s) AND state <> 'cancelled'
  AND follows IS NULL AND total > 0 ORDER BY due_at, sequence, run_id
"""
_BEYOND = """
SELECT coalesce(sum(own.amount + coalesce(claimed.amount, 0) - said), 0)::BIGINT,
       count(*) FILTER (said = 0)
FROM (SELECT line_id, sum(amount)::BIGINT AS amount FROM ({items}) GROUP BY line_id) AS own
LEFT JOIN claimed USING (line_id)
LEFT JOIN best USING (line_id)
LEFT JOIN ({due}) AS decided USING (line_id),
LATERAL (SELECT greatest(coalesce(decided.amount, 0), coalesce(best.amount, 0)) AS said)
WHERE own.amount + coalesce(claimed.amount, 0) > said
"""


def own_beyond(
    settings: Settings,
    programme: str,
    decisions: Decisions,
    measure: str,
    claimed: pa.Table,
    best: pa.Table,
) -> tuple[int, int]:
    """How much, in minor units, and to how many lines of which nothing else is promised.

    ``claimed`` is what lines claimed, ``best`` the most that claims and quotes promise them: the
    columns line_id and amount. An amended version may grant less than was credited: that stays
    with the line, and stays promised. What is planned counts, as it will leave.
    """
    found = runs(_OWN, [programme, measure, sorted(kind.value for kind in OWN_KINDS)])
    if not found:
        return (0, 0)
    key = (decisions.content_sha256, measure, _stamp(found, claimed, best))
    if key not in _KNOWN:
        if len(_KNOWN) >= _KNOWN_MAX:
            _KNOWN.clear()
        _KNOWN[key] = _reckoned(settings, decisions, measure, found, claimed, best)
    return _KNOWN[key]


_KNOWN: dict[tuple[object, ...], tuple[int, int]] = {}
_KNOWN_MAX = 64


def _stamp(found: list[RunRow], *tables: pa.Table) -> tuple[object, ...]:
    """What must change before it can come to something else."""
    import pyarrow.compute as pc

    sums = [(table.num_rows, pc.sum(table.column("amount")).as_py()) for table in tables]
    return (*(run.items_sha256 for run in found), *sums)


def _reckoned(
    settings: Settings,
    decisions: Decisions,
    measure: str,
    found: list[RunRow],
    claimed: pa.Table,
    best: pa.Table,
) -> tuple[int, int]:
    from makegood.decisions import connected, cores, parquet_relation

    items = " UNION ALL ".join(
        f"SELECT line_id, amount FROM {parquet_relation(item_files(settings, run))}"
        for run in found
    )
    with connected(cores()) as connection:
        connection.register("claimed", claimed)
        connection.register("best", best)
        statement = _BEYOND.format(items=items, due=_due(decisions, measure))
        ((amount, heads),) = connection.sql(statement).fetchall()
    return int(amount), int(heads)


def _due(decisions: Decisions, measure: str) -> str:
    """What decisions grant each line, where they grant it any amount."""
    from makegood.decisions import amount_column, parquet_relation

    codes = [str(c.code) for c in decisions.measures[measure].counts if c.amount is not None]
    if not codes:
        return "SELECT NULL::VARCHAR AS line_id, 0 AS amount WHERE FALSE"
    lines = parquet_relation(decisions.part_paths())
    granted = f'"{measure}" IN ({", ".join(codes)})'
    return f'SELECT line_id, "{amount_column(measure)}" AS amount FROM {lines} WHERE {granted}'
