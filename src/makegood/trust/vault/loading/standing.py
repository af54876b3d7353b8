"""How a load stands, and what became of its file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from makegood.trust.vault.database import reading
from makegood.trust.vault.loading.rows import Reject

_STATE = """
SELECT load_id, rows_done, added, replaced, accounts, rejected, finished_at IS NOT NULL
FROM vault_load WHERE load_id = %s
"""
_REASONS = """
SELECT field, reason, count(*) FROM vault_reject WHERE load_id = %s
GROUP BY field, reason ORDER BY count(*) DESC, field, reason
"""
_REJECTS = """
SELECT row_number, field, reason FROM vault_reject WHERE load_id = %s ORDER BY row_number, field
"""


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What became of a file: ``rows`` = ``added`` + ``replaced`` + ``rejected``.

    ``reasons`` counts the rejects by field and reason; a row can have several. ``was_loaded``
    where the file had been loaded before, so that nothing changed; ``resumed_at`` is the row
    behind which an earlier run was stopped.
    """

    load_id: UUID
    rows: int
    added: int
    replaced: int
    accounts: int
    rejected: int
    reasons: Sequence[tuple[str, str, int]]
    was_loaded: bool
    resumed_at: int


@dataclass(frozen=True, slots=True)
class State:
    """A load as its row says: how far it is, and the counts of whole batches."""

    load_id: UUID
    rows_done: int
    added: int
    replaced: int
    accounts: int
    rejected: int
    is_finished: bool


def rejects_of(load_id: UUID) -> Iterator[Reject]:
    """Row number, field and reason of every reject of a load, in order."""
    with reading() as cursor:
        yield from cursor.execute(_REJECTS, [load_id])


def state_of(load_id: UUID) -> State:
    """How a load that was begun stands."""
    with reading() as cursor:
        found = cursor.execute(_STATE, [load_id], binary=True).fetchone()
    if found is None:
        raise AssertionError("a load has no row")
    return State(*found)


def report_of(state: State, *, was_loaded: bool, resumed_at: int) -> LoadReport:
    """The report of a load that is done."""
    with reading() as cursor:
        reasons = cursor.execute(_REASONS, [state.load_id]).fetchall()
    return LoadReport(
        state.load_id,
        state.rows_done,
        state.added,
        state.replaced,
        state.accounts,
        state.rejected,
        [(str(field), str(reason), int(count)) for field, reason, count in reasons],
        was_loaded,
        resumed_at,
    )
