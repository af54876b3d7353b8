"""What an amended programme adds to what was already done. Nothing is ever taken back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pyarrow as pa

from makegood.kernel import Progress, silent
from makegood.runs.kinds import RunKind
from makegood.runs.planning.due import Due
from makegood.runs.planning.earlier import item_files
from makegood.runs.planning.times import at_time_of
from makegood.runs.rows import RunRow, runs, select
from makegood.trust.clock import now

if TYPE_CHECKING:
    import duckdb

    from makegood.configuration import Settings
    from makegood.decisions import Decisions
    from makegood.programmes import Measure, Programme

_SHORT = 12
# Nothing is reckoned against what may still fail: only runs that are closed count as done.
_DONE = """
WHERE programme = %s AND measure = %s AND kind IN ('pay_out', 'bill', 'top_up')
  AND state = 'closed' AND items > 0 ORDER BY due_at, sequence
"""
_UNDONE = "SELECT run_id::text, item_key, attempt FROM runs_exception WHERE run_id = ANY(%s)"
_OPEN = """
SELECT count(*) FROM runs_run
WHERE programme = %s AND measure = %s AND kind IN ('pay_out', 'bill', 'top_up')
  AND state NOT IN ('closed', 'cancelled') AND items > 0
"""
_SUM = """
CREATE TEMP TABLE done AS
SELECT line_id, sum(amount)::BIGINT AS amount, max_by(customer_id, attempt) AS customer_id,
       max_by(account_id, attempt) AS account_id
FROM ({items}) AS item
WHERE NOT EXISTS (SELECT 1 FROM undone WHERE undone.run_id = item.run_id
                  AND undone.item_key = item.key AND undone.attempt = item.attempt)
GROUP BY line_id
"""


@dataclass(frozen=True, slots=True)
class TopUp:
    """What a measure's lines are due beyond what was done; amounts in minor units.

    ``worse`` lines got more than the version in force gives: nothing is taken back. ``unfinished``
    runs of the measure are not closed yet: what they bring is not counted, and may still add.
    """

    due: Due
    heads: int
    amount: int
    worse: int
    worse_amount: int
    unfinished: int = 0


def top_ups(
    settings: Settings, programme_name: str, progress: Progress = silent
) -> tuple[TopUp, ...]:
    """What the version in force adds to what was done, by measure. Proposes; changes nothing.

    Each is planned by ``plan_run`` with its ``due``, and released by two persons as money always
    is. Only measures are told of something of which was done, or approved as a claim, by another
    version. Raises MakegoodError MG632 where no version is in force.
    """
    from makegood.redress.serving import programme_in_force

    programme = programme_in_force(programme_name)
    return tuple(
        found
        for measure in programme.measures.values()
        if measure.amount is not None
        if (found := _of_measure(settings, programme, measure, progress)) is not None
    )


def _of_measure(
    settings: Settings, programme: Programme, measure: Measure, progress: Progress
) -> TopUp | None:
    from makegood.redress.claims import approved_under

    done = _done(programme, measure)
    # A claim keeps the amount of the version that approved it, whichever version pays it.
    used = {run.programme_sha256 for run in done} | approved_under([run.run_id for run in done])
    if used <= {programme.sha256}:
        return None
    compared = _compared(settings, programme, measure, done, progress)
    better = [row for row in compared if row[0]]
    heads, amount = (better[0][1], better[0][2]) if better else (0, 0)
    worse = [row for row in compared if not row[0]]
    worse_heads, worse_amount = (worse[0][1], worse[0][2]) if worse else (0, 0)
    unfinished = int(select(_OPEN, [programme.identifier, measure.name])[0][0])
    due = _due(programme, measure, done)
    return TopUp(due, heads, amount, worse_heads, worse_amount, unfinished)


def _due(programme: Programme, measure: Measure, done: Sequence[RunRow]) -> Due:
    """Due today, by the way in which it was done."""
    zone = ZoneInfo(programme.section.time_zone)
    at = at_time_of(RunKind.TOP_UP, now().astimezone(zone).date(), zone)
    period = f"top-up {programme.sha256[:_SHORT]}"
    return Due(RunKind.TOP_UP, measure.name, period, at, done[-1].channel)


def better_lines(
    settings: Settings, programme: Programme, measure: Measure, progress: Progress = silent
) -> pa.Table:
    """The lines that are due more than was done, with the difference, as what waits for them.

    Each goes to the customer and account that it went to before.
    """
    from makegood.runs.planning.waiting import WAITING_SCHEMA, waiting_table

    done = _done(programme, measure)
    if not done:
        return WAITING_SCHEMA.empty_table()
    decisions = _decisions(settings, programme, done, progress)
    with _joined(settings, measure, done, decisions) as connection:
        table = connection.sql(
            "SELECT line_id, customer_id, account_id, due - amount AS amount FROM compared"
            " WHERE due > amount ORDER BY line_id"
        ).to_arrow_table()
    names = ("line_id", "customer_id", "account_id", "amount")
    return waiting_table(**{name: table.column(name) for name in names})


def _compared(
    settings: Settings,
    programme: Programme,
    measure: Measure,
    done: Sequence[RunRow],
    progress: Progress,
) -> list[tuple[bool, int, int]]:
    """Lines and amounts that are due more than was done, and those that got more than is due."""
    decisions = _decisions(settings, programme, done, progress)
    with _joined(settings, measure, done, decisions) as connection:
        rows = connection.sql(
            "SELECT due > amount, count(*), sum(abs(due - amount))::BIGINT FROM compared"
            " WHERE due <> amount GROUP BY ALL"
        ).fetchall()
    return [(bool(row[0]), int(row[1]), int(row[2])) for row in rows]


@contextmanager
def _joined(
    settings: Settings, measure: Measure, done: Sequence[RunRow], decisions: Decisions
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with ``compared``: of every line with something done, what is due now."""
    from makegood.decisions import amount_column, connected, cores, parquet_relation

    undone = select(_UNDONE, [[run.run_id for run in done]])
    columns = list(zip(*undone, strict=True)) or [(), (), ()]
    types = (pa.string(), pa.string(), pa.int16())
    arrays = [pa.array(column, kind) for column, kind in zip(columns, types, strict=True)]
    items = " UNION ALL ".join(
        f"SELECT '{run.run_id}' AS run_id, * FROM {parquet_relation(item_files(settings, run))}"
        for run in done
    )
    amount = f'coalesce(decided."{amount_column(measure.name)}", 0)'
    with connected(cores()) as connection:
        connection.register("undone", pa.table(arrays, ["run_id", "item_key", "attempt"]))
        connection.execute(_SUM.format(items=items))
        connection.execute(
            f"CREATE TEMP VIEW compared AS SELECT done.*, {amount} AS due FROM done"
            f" JOIN {parquet_relation(decisions.part_paths())} AS decided USING (line_id)"
        )
        yield connection


def _done(programme: Programme, measure: Measure) -> list[RunRow]:
    return runs(_DONE, [programme.identifier, measure.name])


def _decisions(
    settings: Settings, programme: Programme, done: Sequence[RunRow], progress: Progress
) -> Decisions:
    """What the version in force says of the very facts that the last run was decided on.

    So only the amendment counts: what changed in the facts meanwhile is no reason to pay again.
    """
    from makegood.redress.serving import bases_for, newest, registered, snapshot_of
    from makegood.runs.planning.deciding import kept_decisions
    from makegood.runs.planning.problems import no_lines

    own = [run for run in done if run.kind is not RunKind.TOP_UP] or list(done)
    wanted = own[-1].snapshot_sha256
    known = next(
        (each for each in registered(programme.identifier) if each.content_sha256 == wanted),
        newest(programme.identifier),
    )
    if known is None:
        raise no_lines(programme.identifier, "any day")
    snapshot = snapshot_of(known)
    return kept_decisions(settings, programme, snapshot, bases_for(programme, snapshot), progress)
