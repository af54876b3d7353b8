"""What stands in the ledger: balances now, or day by day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import connection

from makegood.ledger.accounts import Account, Balance
from makegood.ledger.summing import HORIZON

# Every row is two postings: out of one account, into another.
_POSTINGS = """
SELECT measure, day, source AS account, -amount AS amount, -heads AS heads
FROM ledger_transfer WHERE programme = %(programme)s AND day <= %(until)s
UNION ALL
SELECT measure, day, target, amount, heads
FROM ledger_transfer WHERE programme = %(programme)s AND day <= %(until)s
"""
_BALANCES = f"""
SELECT measure, account, sum(amount)::bigint, sum(heads)::bigint
FROM ({_POSTINGS}) AS postings GROUP BY measure, account ORDER BY measure, account
"""
# What was summed already, and what was posted since: one statement, and so one instant.
_BALANCES_NOW = f"""
WITH since AS MATERIALIZED ({HORIZON}),
newer AS MATERIALIZED (
    SELECT measure, source, target, amount, heads FROM ledger_transfer
    WHERE programme = %(programme)s AND written_in >= (SELECT * FROM since)),
parts AS (
    SELECT measure, account, amount, heads FROM ledger_sum
    WHERE programme = %(programme)s AND (SELECT * FROM since) > 0
    UNION ALL SELECT measure, source, -amount, -heads FROM newer
    UNION ALL SELECT measure, target, amount, heads FROM newer)
SELECT measure, account, sum(amount)::bigint, sum(heads)::bigint
FROM parts GROUP BY measure, account ORDER BY measure, account
"""
_BY_DAY = f"""
SELECT day, measure, account, sum(amount)::bigint, sum(heads)::bigint
FROM ({_POSTINGS}) AS postings GROUP BY day, measure, account ORDER BY day, measure, account
"""


def balances(programme: str, until: date = date.max) -> list[Balance]:
    """The balance of every account of every measure at the end of a day; their sum is 0.

    Without a day as they stand now, which costs the same however many transfers there are.
    """
    statement = _BALANCES_NOW if until == date.max else _BALANCES
    with connection.cursor() as cursor:
        cursor.execute(statement, {"programme": programme, "until": until})
        return [Balance(row[0], Account(row[1]), row[2], row[3]) for row in cursor.fetchall()]


def movements(programme: str, until: date = date.max) -> list[tuple[date, Balance]]:
    """What each day changed in every account of every measure, the first day first."""
    with connection.cursor() as cursor:
        cursor.execute(_BY_DAY, {"programme": programme, "until": until})
        return [
            (row[0], Balance(row[1], Account(row[2]), row[3], row[4])) for row in cursor.fetchall()
        ]


def amount_in(found: Sequence[Balance], account: Account, measure: str = "") -> int:
    """The amount in an account, of one measure or of all, in minor units."""
    return sum(
        balance.amount
        for balance in found
        if balance.account is account and measure in ("", balance.measure)
    )
