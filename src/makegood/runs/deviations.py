"""The lines of a run of money that get something else than they were shown: listed, proposed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from uuid import UUID

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.db import transaction

from makegood.configuration import Settings
from makegood.kernel import Finding, MakegoodError, Progress, silent
from makegood.redress.quotes import (
    Deviation,
    owners_of_quotes,
    propose_exceptions,
    shown_to_others,
    unproposed,
    upheld_amounts,
)
from makegood.runs.folders import DEVIATIONS, folder_of, sha256_of_file
from makegood.runs.planning.deviating import (
    DEVIATIONS_SCHEMA,
    Deviating,
    deviating_of,
    file_sha256_of,
)
from makegood.runs.planning.problems import SHORT, damaged
from makegood.runs.rows import RunRow, run_of, runs
from makegood.runs.states import RunState
from makegood.trust.access import Visitor, permit
from makegood.trust.policy import Act, Purpose, Resource, ResourceKind
from makegood.trust.proposals import Proposal

_AT_ONCE = 10_000
_DEVIATING = """
WHERE programme = %s AND (%s = '' OR measure = %s) AND state <> 'cancelled' AND run_id IN (
    SELECT run_id FROM runs_deviating WHERE less_lines > 0 OR more_lines > 0)
ORDER BY due_at DESC, planned_at DESC LIMIT %s
"""


@dataclass(frozen=True, slots=True)
class LineDeviation:
    """A line that gets something else than its best quote said; amounts are minor units.

    ``comes_to`` is all that it gets of the measure when the run is carried out, ``item`` what this
    run brings of it. ``way`` is how the quote said it comes: automatic, on_application, empty for
    nothing promised. ``is_upheld`` where two persons agreed that the quote counts.
    """

    line_id: str
    quoted: int
    comes_to: int
    item: int
    way: str
    quote_id: UUID
    shown_at: datetime
    is_upheld: bool = False

    @property
    def is_less(self) -> bool:
        """Whether the quote was the better for the customer."""
        return self.comes_to < self.quoted


def deviating_lines(
    settings: Settings, visitor: Visitor, run_id: UUID, limit: int = 100, offset: int = 0
) -> list[LineDeviation]:
    """The lines of a run that deviate, in their order, as of when it was checked; pseudonyms only.

    For who has the act ``read_deviations``. Raises Refused MG770, MakegoodError MG870 where there
    is no such run, MG866 where its list was changed.
    """
    return [*every_deviating_line(settings, visitor, run_id, limit, offset)]


def every_deviating_line(
    settings: Settings, visitor: Visitor, run_id: UUID, limit: int, offset: int = 0
) -> Iterator[LineDeviation]:
    """The same as they are taken: the gate is asked and the list read once, before the first."""
    _permit(visitor, str(run_id))
    run = run_of(run_id)
    return _listed(run, _kept(settings, run).slice(offset, limit))


def deviating_runs(
    visitor: Visitor, programme: str, measure: str = "", limit: int = 20
) -> list[tuple[RunRow, Deviating]]:
    """The runs of a programme, or of one measure, whose lines deviate, those due last first.

    Without those that were cancelled. Raises Refused MG770.
    """
    _permit(visitor)
    found = runs(_DEVIATING, [programme, measure, measure, limit])
    return [(run, each) for run in found if (each := deviating_of(run)) is not None]


def _permit(visitor: Visitor, run_id: str = "") -> None:
    with transaction.atomic():
        permit(
            visitor,
            Act.READ_DEVIATIONS,
            Resource(ResourceKind.RUN, run_id),
            purpose=Purpose.OPERATION,
            details={"what": "deviations", "run": run_id},
        )


def left_to_propose(settings: Settings, run_id: UUID) -> int:
    """Of how many lines ``propose_shown`` has an exception to propose; 0 of a cancelled run.

    For whoever has asked the gate. Raises MakegoodError MG834, MG866, MG870.
    """
    run = run_of(run_id)
    if run.state is RunState.CANCELLED:
        return 0
    return sum(1 for _ in unproposed(run.measure, _less(settings, run)))


def not_proposable(settings: Settings, run_id: UUID) -> int:
    """How many lines get less than shown, but it was shown to who held the line before.

    0 of a cancelled run. For whoever has asked the gate. Raises MakegoodError MG834, MG866, MG870.
    """
    run = run_of(run_id)
    if run.state is RunState.CANCELLED:
        return 0
    return shown_to_others(_less(settings, run))


def propose_shown(
    settings: Settings,
    visitor: Visitor,
    run_id: UUID,
    reason: str,
    at_most: int | None = None,
    progress: Progress = silent,
) -> list[Proposal]:
    """Propose for each line that gets less than it was shown that its quote counts.

    Another person approves each. What is proposed already or was upheld is left out, so that the
    next call goes on where one of ``at_most`` ended. Raises as ``deviating_lines``, and as
    ``propose_exceptions``; MG886 for a run that was cancelled, whose sums no longer hold.
    """
    _permit(visitor, str(run_id))
    run = run_of(run_id)
    if run.state is RunState.CANCELLED:
        short = str(run_id)[:SHORT]
        hint = f"'makegood quote deviations {run.programme} --measure {run.measure}' has today's"
        message = f"run {short} is cancelled: nothing is proposed by what it would have brought"
        raise MakegoodError(Finding("MG886", message, hint))
    left = unproposed(run.measure, _less(settings, run))
    return propose_exceptions(visitor, run.measure, islice(left, at_most), reason, progress)


def _less(settings: Settings, run: RunRow) -> Iterator[Deviation]:
    """The lines that get less than they were shown, as quotes are held against what is due."""
    table = _kept(settings, run)
    less = table.filter(pc.less(table.column("comes_to"), table.column("quoted")))
    short = f"run:{str(run.run_id)[:SHORT]}"
    for each in _listed(run, less):
        yield Deviation(
            each.line_id,
            each.quoted,
            each.comes_to,
            f"granted:{each.way}",
            short,
            each.quote_id,
            each.shown_at,
            is_upheld=each.is_upheld,
        )


def _listed(run: RunRow, table: pa.Table) -> Iterator[LineDeviation]:
    agreed = {
        (each["line_id"], each["customer_id"]): each["amount"]
        for each in upheld_amounts(run.programme, run.measure).to_pylist()
    }
    lines = {line for line, _ in agreed}
    for batch in table.to_batches(max_chunksize=_AT_ONCE):
        rows = batch.to_pylist()
        for row in rows:
            row["quote_id"] = UUID(row["quote_id"])
        owners = owners_of_quotes([row["quote_id"] for row in rows if row["line_id"] in lines])
        for row in rows:
            own = agreed.get((row["line_id"], owners.get(row["quote_id"], "")), -1)
            is_upheld = own >= row["quoted"] > row["comes_to"]
            yield LineDeviation(**row, is_upheld=is_upheld)


def _kept(settings: Settings, run: RunRow) -> pa.Table:
    wanted = file_sha256_of(run)
    if not wanted:
        return DEVIATIONS_SCHEMA.empty_table()
    path = folder_of(settings, run.run_id) / DEVIATIONS
    try:
        is_whole = sha256_of_file(path) == wanted
    except OSError:
        is_whole = False
    if not is_whole:
        raise damaged(run.run_id, f"{DEVIATIONS} is gone or was changed after it was written")
    return pq.read_table(path, partitioning=None)
