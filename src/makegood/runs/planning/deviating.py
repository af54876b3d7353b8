"""What a run of money brings, held against what its lines were shown before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa

from makegood.channels import ChannelName
from makegood.kernel import Currency
from makegood.redress.quotes import best_promises
from makegood.runs.folders import DEVIATIONS, LEFT_OUT, folder_of, put, sha256_of_file
from makegood.runs.kinds import RunKind
from makegood.runs.planning.choosing import APPLIED, WITH_MONEY
from makegood.runs.planning.having import items_sql, money_runs
from makegood.runs.planning.problems import SHORT
from makegood.runs.rows import RunRow, execute, select
from makegood.trust.audit import Json
from makegood.trust.clock import now

if TYPE_CHECKING:
    import duckdb

    from makegood.configuration import Settings

_WITH_MONEY = frozenset({ChannelName.BANK, ChannelName.BILLING})
_KEEP = """
INSERT INTO runs_deviating (run_id, compared_at, shown_lines, less_lines, less, more_lines, more,
                            file_sha256)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (run_id) DO UPDATE SET
    compared_at = excluded.compared_at, shown_lines = excluded.shown_lines,
    less_lines = excluded.less_lines, less = excluded.less, more_lines = excluded.more_lines,
    more = excluded.more, file_sha256 = excluded.file_sha256
"""
_NAMES = "shown_lines, less_lines, less, more_lines, more, compared_at, file_sha256"
_OF = f"SELECT {_NAMES} FROM runs_deviating WHERE run_id = %s"
_UNDONE = """
SELECT run_id::text, item_key, attempt FROM runs_exception
WHERE run_id = ANY(%s) AND outcome IN ('failed', 'returned')
"""
# Who was promised it without an application, and has no item of a bill, gets nothing.
_LEFT_OUT = """
UNION ALL SELECT line_id, owner_id, 0 FROM {left_out} AS gone JOIN (
    SELECT line_id, owner_id FROM shown WHERE way = 'automatic') AS unasked USING (line_id)
WHERE reason <> '{applied}'
"""
# What names a customer is held against what that customer was shown. A credit names nobody: it is
# the line's, and held against what anybody was shown of it.
_IS_THEIRS = """
(item.customer_id IS NULL OR shown.owner_id = CASE
    WHEN item.customer_id = item.line_id THEN shown.first_holder_id ELSE item.customer_id END)
"""
_COMPARED = f"""
WITH own AS (
    SELECT line_id, owner_id, sum(amount)::BIGINT AS item FROM (
        SELECT item.line_id, shown.owner_id, item.amount
        FROM {{own}} JOIN shown ON shown.line_id = item.line_id AND {_IS_THEIRS} {{left_out}})
    GROUP BY line_id, owner_id),
newest AS (
    SELECT line_id, owner_id, key, max_by(amount, attempt) AS amount FROM (
        SELECT item.*, shown.owner_id FROM ({{items}}) AS item
        JOIN (SELECT * FROM shown SEMI JOIN own USING (line_id, owner_id)) AS shown
          ON shown.line_id = item.line_id AND {_IS_THEIRS}
        WHERE NOT EXISTS (SELECT 1 FROM undone WHERE undone.run_id = item.run_id
                          AND undone.item_key = item.key AND undone.attempt = item.attempt))
    GROUP BY line_id, owner_id, key),
comes AS (
    SELECT line_id, owner_id, sum(amount)::BIGINT AS amount FROM newest GROUP BY line_id, owner_id)
SELECT own.line_id, shown.quoted, coalesce(comes.amount, 0) AS comes_to, own.item, shown.way,
       shown.quote_id, shown.shown_at
FROM own JOIN shown USING (line_id, owner_id) LEFT JOIN comes USING (line_id, owner_id)
"""
_COUNTS = """
SELECT count(*), count(*) FILTER (WHERE comes_to < quoted),
       coalesce(sum(quoted - comes_to) FILTER (WHERE comes_to < quoted), 0)::BIGINT,
       count(*) FILTER (WHERE comes_to > quoted),
       coalesce(sum(comes_to - quoted) FILTER (WHERE comes_to > quoted), 0)::BIGINT
FROM compared
"""


@dataclass(frozen=True, slots=True)
class Deviating:
    """How a run's lines stand to the best that each was shown; amounts are minor units.

    A line counts once for each customer who has something of the run and was shown anything.
    ``shown_lines`` were shown anything. ``less_lines`` get less in all than they were shown, by
    ``less`` together; ``more_lines`` get more.
    """

    shown_lines: int
    less_lines: int
    less: int
    more_lines: int
    more: int

    @property
    def is_any(self) -> bool:
        """Whether any line deviates."""
        return bool(self.less_lines or self.more_lines)


def is_compared(run: RunRow) -> bool:
    """Whether a run is held against quotes: these name money, and no quantities."""
    return run.kind in WITH_MONEY and run.channel in _WITH_MONEY


def compare(settings: Settings, run: RunRow) -> tuple[Deviating, pa.Table]:
    """How a run's lines stand to what they were shown, and those that deviate, in their order.

    Of every line with an item, and of a bill also those that were left out though they were shown
    that it comes without an application, all that the measure's runs bring a customer is held
    against the best that they were shown of the line; credits, which name nobody, against the best
    of each who was. Columns: line_id, quoted, comes_to, item (what this run
    brings), way, quote_id, shown_at. Raises MakegoodError MG834 for a quote that cannot be read.
    """
    lines = _few_lines(settings, run)
    shown = best_promises(run.programme, run.measure, lines)
    if not shown.num_rows:
        return Deviating(0, 0, 0, 0, 0), _EMPTY
    with _compared(settings, run, shown) as connection:
        (counts,) = connection.execute(_COUNTS).fetchall()
        rest = "WHERE comes_to <> quoted ORDER BY line_id, quote_id"
        table = connection.sql(f"SELECT * FROM compared {rest}").to_arrow_table()
    return Deviating(*counts), table.cast(DEVIATIONS_SCHEMA)


def keep_compared(settings: Settings, run: RunRow, found: Deviating, table: pa.Table) -> None:
    """Keep what ``compare`` found, in the caller's transaction: the lines in the run's folder.

    Again is harmless: what was found last stands.
    """
    path = folder_of(settings, run.run_id) / DEVIATIONS
    put(table, path)
    counts = (found.shown_lines, found.less_lines, found.less, found.more_lines, found.more)
    execute(_KEEP, [run.run_id, now(), *counts, sha256_of_file(path)])


def told(found: Deviating | None) -> dict[str, Json]:
    """What deviates, as the log and two persons read it; nothing where nothing does."""
    if found is None or not found.is_any:
        return {}
    return {
        "less_lines": found.less_lines,
        "less": found.less,
        "more_lines": found.more_lines,
        "more": found.more,
    }


def deviating_of(run: RunRow) -> Deviating | None:
    """What was found when the run was checked; None where it was not held against quotes."""
    rows = select(_OF, [run.run_id])
    return Deviating(*rows[0][:5]) if rows else None


def deviating_words(run: RunRow) -> str:
    """One line for people about a run whose lines deviate; empty where none does."""
    found = deviating_of(run)
    if found is None or not found.is_any:
        return ""
    currency = Currency(run.currency, run.minor_digits)
    parts = [
        f"{lines:,} {'line gets' if lines == 1 else 'lines get'} {word} than shown, by"
        f" {currency.plain(amount)} {run.currency}"
        for word, lines, amount in (
            ("less", found.less_lines, found.less),
            ("more", found.more_lines, found.more),
        )
        if lines
    ]
    return f"run {str(run.run_id)[:SHORT]}: {'; '.join(parts)}"


def file_sha256_of(run: RunRow) -> str:
    """The hash of the list that was kept; empty where none was."""
    rows = select(_OF, [run.run_id])
    return str(rows[0][6]) if rows else ""


DEVIATIONS_SCHEMA = pa.schema(
    [
        pa.field("line_id", pa.string()),
        pa.field("quoted", pa.int64()),
        pa.field("comes_to", pa.int64()),
        pa.field("item", pa.int64()),
        pa.field("way", pa.string()),
        pa.field("quote_id", pa.string()),
        pa.field("shown_at", pa.timestamp("us", tz="UTC")),
    ]
)
"""The columns of a run's deviations; amounts are minor units."""
_EMPTY = DEVIATIONS_SCHEMA.empty_table()
_FEW = 20_000


def _few_lines(settings: Settings, run: RunRow) -> Sequence[str] | None:
    """The lines of a small run, so that only their quotes are read; None of a large one.

    Of a bill everybody's are: who has no item of it may have been shown one.
    """
    from makegood.decisions import connected, cores

    if run.kind is RunKind.BILL or run.items > _FEW:
        return None
    if not run.items:
        return []
    with connected(cores()) as connection:
        own = items_sql(settings, [run])
        rows = connection.execute(f"SELECT DISTINCT line_id FROM ({own}) AS item").fetchall()
    return [row[0] for row in rows]


@contextmanager
def _compared(
    settings: Settings, run: RunRow, shown: pa.Table
) -> Iterator[duckdb.DuckDBPyConnection]:
    from makegood.decisions import connected, cores, parquet_relation

    folder = folder_of(settings, run.run_id)
    all_runs = [each for each in money_runs(run.programme, run.measure) if each.items]
    undone = select(_UNDONE, [[each.run_id for each in all_runs]])
    columns = list(zip(*undone, strict=True)) or [(), (), ()]
    types = (pa.string(), pa.string(), pa.int16())
    arrays = [pa.array(column, kind) for column, kind in zip(columns, types, strict=True)]
    left_out = ""
    if run.kind is RunKind.BILL and run.follows is None:
        gone = parquet_relation([folder / LEFT_OUT])
        left_out = _LEFT_OUT.format(left_out=gone, applied=APPLIED)
    statement = _COMPARED.format(
        own=f"({items_sql(settings, [run])}) AS item" if run.items else _NO_ITEMS,
        items=items_sql(settings, all_runs) if all_runs else f"SELECT * FROM {_NO_ITEMS}",
        left_out=left_out,
    )
    with connected(cores()) as connection:
        connection.register("shown", shown)
        connection.register("undone", pa.table(arrays, ["run_id", "item_key", "attempt"]))
        connection.execute(f"CREATE TEMP TABLE compared AS {statement}")
        yield connection


_NO_ITEMS = """(
    SELECT '' AS run_id, '' AS line_id, '' AS key, 1 AS attempt, 0::BIGINT AS amount,
           NULL::VARCHAR AS customer_id LIMIT 0
) AS item"""
