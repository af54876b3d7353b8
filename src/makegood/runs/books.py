"""What claims and runs say that the ledger must say: two books that are written apart."""

from __future__ import annotations

from makegood.ledger import Account, Expected, Verified, verify
from makegood.runs.releasing import LEDGER_KINDS
from makegood.runs.rows import select

# Items that are contradictory count as paid until somebody has found out.
_BY_RUNS = """
SELECT run.measure, sum(run.done_total)::bigint + coalesce(sum(wrong.amount), 0)::bigint
FROM runs_run AS run LEFT JOIN (
    SELECT run_id, sum(amount) AS amount FROM runs_exception
    WHERE outcome = 'contradictory' GROUP BY run_id) AS wrong
ON wrong.run_id = run.run_id
WHERE run.programme = %s AND run.kind = ANY(%s) GROUP BY run.measure
"""
_BY_CLAIMS = """
SELECT measure, coalesce(sum(amount) FILTER (WHERE state = 'paid'), 0)::bigint
FROM claims_claim WHERE programme = %s
GROUP BY measure HAVING NOT bool_or(is_contradictory)
"""


def verify_ledger(programme: str) -> Verified:
    """Verify the ledger of a programme, and compare what it says is paid with claims and runs.

    A measure of which a claim is contradictory is not compared with claims: a person decides it.
    """
    expected = [Expected(row[0], Account.PAID, row[1], "its runs") for row in _by_runs(programme)]
    of_runs: dict[str, int] = {each.measure: each.amount for each in expected}
    for measure, amount in select(_BY_CLAIMS, [programme]):
        by_top_ups = of_runs.pop(measure, 0)
        expected = [each for each in expected if each.measure != measure]
        by = "its claims and top-ups" if by_top_ups else "its claims"
        expected.append(Expected(measure, Account.PAID, amount + by_top_ups, by))
    return verify(programme, expected)


def _by_runs(programme: str) -> list[tuple[str, int]]:
    kinds = sorted(kind.value for kind in LEDGER_KINDS)
    return [(row[0], row[1]) for row in select(_BY_RUNS, [programme, kinds])]
