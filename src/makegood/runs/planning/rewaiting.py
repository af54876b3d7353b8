"""What waited for lines, looked up again from the tables that it stands in, without an engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from makegood.runs.kinds import RunKind

if TYPE_CHECKING:
    from makegood.runs.rows import RunRow

Paid = tuple[str, int, str, str | None]
"""Of a claim that a run pays: line, amount, customer, account."""

# Whoever applied in the last minutes before a run was planned may not have been seen by it.
_SEEN_FOR_SURE = timedelta(minutes=10)
_NOT_PAID = ("withdrawn", "refused")


@dataclass(frozen=True, slots=True)
class Waited:
    """What waited when a run was planned, as far as it can be said now without a doubt.

    ``claims`` are those that the run pays, by key, ``by_persons`` the keys of those that two
    persons agreed on. ``lines`` wait for sure, where the kind asks. ``applied`` had applied by then
    for sure; ``ever`` are all who did at any time.
    """

    claims: Mapping[str, Paid] = field(default_factory=dict)
    by_persons: frozenset[str] = frozenset()
    lines: frozenset[str] | None = None
    applied: frozenset[str] = frozenset()
    ever: frozenset[str] | None = None


def waited(run: RunRow, *, has_claim: bool) -> Waited:
    """What waited for the lines of a run's measure."""
    from makegood.redress.claims import approvals_of, lines_applied, lines_approved

    name = (run.programme, run.measure)
    match run.kind:
        case RunKind.PAY_OUT | RunKind.COVER:
            table = approvals_of(run.run_id)
            names = ("line_id", "amount", "customer_id", "account_id")
            rows = zip(*(table.column(each).to_pylist() for each in names), strict=True)
            keys = table.column("key").to_pylist()
            agreed = table.filter(table.column("by_persons")).column("key").to_pylist()
            return Waited(dict(zip(keys, rows, strict=True)), frozenset(agreed))
        case RunKind.PASSES:
            from makegood.redress.choices import lines_granting

            return Waited(lines=lines_granting(run.run_id))
        case RunKind.GRANT | RunKind.UPLIFT_START if has_claim:
            return Waited(lines=lines_approved(*name))
        case RunKind.REMINDER | RunKind.BILL if has_claim:
            without = ("withdrawn",) if run.kind is RunKind.REMINDER else _NOT_PAID
            before = run.planned_at - _SEEN_FOR_SURE
            seen = lines_applied(*name, before=before, without=without)
            return Waited(applied=seen, ever=lines_applied(*name))
        case _:
            return Waited()
