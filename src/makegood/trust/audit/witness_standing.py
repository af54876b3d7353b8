"""How far each outside witness has followed the log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import psycopg

from makegood.configuration import Witness
from makegood.trust.audit.connections import driver_connection
from makegood.trust.audit.witnessing import witness_key

_BEHIND = """
SELECT count(*), min(signed_at) FROM audit_checkpoint
WHERE number > (SELECT coalesce(max(number), 0) FROM audit_cosignature WHERE verifier_key = %s)
"""


@dataclass(frozen=True, slots=True)
class WitnessStanding:
    """How many checkpoints were signed since the newest that a witness cosigned.

    ``behind_since`` is when the first of these was signed; nothing where there is none.
    """

    name: str
    checkpoints_behind: int
    behind_since: datetime | None


def standing_of(witness: Witness) -> WitnessStanding:
    """Where a witness stands. Raises MakegoodError MG757 where its key is none."""
    key = witness_key(witness)
    with psycopg.Cursor(driver_connection()) as cursor:
        row = cursor.execute(_BEHIND, (str(key),)).fetchone()
    count, since = row or (0, None)
    return WitnessStanding(key.name, int(count), since)
