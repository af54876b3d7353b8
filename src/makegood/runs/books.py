"""What claims and runs say that the ledger must say: two books that are written apart."""

from __future__ import annotations

from collections import defaultdict

from makegood.ledger import Account, Expected, Verified, verify
from makegood.runs.releasing import LEDGER_KINDS
from makegood.runs.rows import select

# By states of claims, as docs/redress.md has them: what came back once stands as returned until it
# is paid, however often it is checked and scheduled again. Refused and withdrawn ones are promised.
_BY_CLAIMS = """
SELECT measure, account, sum(amount)::bigint, bool_or(is_contradictory) FROM (
    SELECT measure, amount, is_contradictory, CASE
        WHEN state IN ('paid', 'returned') THEN state
        WHEN state IN ('refused', 'withdrawn') THEN 'promised'
        WHEN attempt > 1 THEN 'returned'
        WHEN state IN ('submitted', 'checked', 'mended', 'objected') THEN 'claimed'
        ELSE 'approved' END AS account
    FROM claims_claim WHERE programme = %s) AS claim
GROUP BY measure, account
"""
# What a run's release approved is paid, returned, or approved still; a follow-up's stands returned
# until it is paid. Items that are contradictory count as paid until somebody has found out.
_BY_RUNS = """
SELECT run.measure, run.follows IS NOT NULL, sum(run.total)::bigint,
       sum(run.done_total)::bigint + coalesce(sum(wrong.contradictory), 0)::bigint,
       coalesce(sum(wrong.amount), 0)::bigint
FROM runs_run AS run LEFT JOIN (
    SELECT run_id, sum(amount) FILTER (WHERE outcome = 'contradictory') AS contradictory,
           sum(amount) FILTER (WHERE outcome <> 'contradictory') AS amount
    FROM runs_exception GROUP BY run_id) AS wrong
ON wrong.run_id = run.run_id
WHERE run.programme = %s AND run.kind = ANY(%s) AND run.released_at IS NOT NULL
  AND run.state <> 'cancelled'
GROUP BY run.measure, run.follows IS NOT NULL
"""
_COMPARED = (Account.CLAIMED, Account.APPROVED, Account.PAID)


def verify_ledger(programme: str) -> Verified:
    """Verify the ledger of a programme, and compare it with what claims and runs say.

    Compared are what is claimed, approved and paid of every measure that has claims or money of
    runs. A measure of which a claim is contradictory is not compared: a person decides it.
    """
    by_claims, contradictory = _by_claims(programme)
    by_runs = _by_runs(programme)
    expected = []
    for measure in sorted({*by_claims, *by_runs} - contradictory):
        claims, runs = by_claims.get(measure), by_runs.get(measure)
        by = " and ".join(
            words
            for words, found in (("its claims", claims), ("its runs", runs))
            if found is not None
        )
        expected += [
            Expected(
                measure,
                account,
                (claims or {}).get(account, 0) + (runs or {}).get(account, 0),
                by,
            )
            for account in _COMPARED
        ]
    return verify(programme, expected)


def _by_claims(programme: str) -> tuple[dict[str, dict[Account, int]], set[str]]:
    """By measure, what stands in each account; and the measures that cannot be compared."""
    sums: defaultdict[str, dict[Account, int]] = defaultdict(dict)
    contradictory = set()
    for measure, account, amount, is_contradictory in select(_BY_CLAIMS, [programme]):
        sums[measure][Account(account)] = amount
        if is_contradictory:
            contradictory.add(measure)
    return dict(sums), contradictory


def _by_runs(programme: str) -> dict[str, dict[Account, int]]:
    """By measure, what its runs' own money stands as."""
    kinds = sorted(kind.value for kind in LEDGER_KINDS)
    sums: defaultdict[str, defaultdict[Account, int]] = defaultdict(lambda: defaultdict(int))
    for measure, is_follow_up, total, paid, back in select(_BY_RUNS, [programme, kinds]):
        found = sums[measure]
        found[Account.PAID] += paid
        if not is_follow_up:
            found[Account.APPROVED] += total - paid - back
    return {measure: dict(found) for measure, found in sums.items()}
