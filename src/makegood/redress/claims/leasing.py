"""Claims that a worker has in hand: under a lease that it renews for as long as it works on them.

A worker that is killed renews nothing, and its claims are taken again once the lease is over. One
that only waits for a slow bank keeps them: nobody else asks about the same account meanwhile.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import psycopg
from django.db import connection, transaction

from makegood.redress.claims.reading import COLUMNS, claim_from
from makegood.redress.claims.values import Claim
from makegood.trust.clock import now

LEASE = timedelta(minutes=2)

_NAMES = ", ".join(f"claim.{name}" for name in COLUMNS)
_TAKE = f"""
WITH mine AS MATERIALIZED (
    SELECT claim_id FROM claims_claim WHERE check_after <= %(at)s
    ORDER BY check_after LIMIT %(limit)s FOR UPDATE SKIP LOCKED)
UPDATE claims_claim AS claim SET check_after = %(until)s
FROM mine WHERE claim.claim_id = mine.claim_id RETURNING {_NAMES}
"""
# Where somebody gave another account meanwhile, the claim waits for its check anew, and is no
# longer this worker's.
_MOVE = """
UPDATE claims_claim SET check_after = %(to)s
WHERE claim_id = ANY(%(claims)s) AND check_after = %(until)s
"""


class Lease:
    """The claims that were taken, and until when nobody else takes them."""

    def __init__(self, limit: int) -> None:
        """Take up to ``limit`` claims whose check is due, those that wait longest first."""
        self._taken_at = now()
        self._until = self._taken_at + LEASE
        values = {"at": self._taken_at, "until": self._until, "limit": limit}
        with transaction.atomic(), psycopg.Cursor(connection.connection) as cursor:
            self.claims = [claim_from(row) for row in cursor.execute(_TAKE, values).fetchall()]

    def renew(self, claims: Sequence[Claim]) -> None:
        """Keep these, all that are still in hand, for as long again from now on."""
        until = now() + LEASE
        self._move(claims, until)
        self._until = until

    def give_back(self, claims: Sequence[Claim]) -> None:
        """Let others take these at once; nothing was done with them."""
        self._move(claims, self._taken_at)

    def _move(self, claims: Sequence[Claim], to: datetime) -> None:
        if not claims:
            return
        values = {"claims": [each.claim_id for each in claims], "to": to, "until": self._until}
        with transaction.atomic(), psycopg.Cursor(connection.connection) as cursor:
            cursor.execute(_MOVE, values)
