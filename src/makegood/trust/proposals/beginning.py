"""From when on acts of a kind take two persons, where an installation begins with one."""

from __future__ import annotations

from django.db import connection

from makegood.trust.clock import now
from makegood.trust.proposals.kinds import ProposalKind
from makegood.trust.proposals.storage import execute, in_transaction

_HAS_BEGUN = "SELECT 1 FROM proposal_needed_since WHERE kind = %s"
_BEGIN = """
INSERT INTO proposal_needed_since (kind, since) VALUES (%(kind)s, %(at)s)
ON CONFLICT (kind) DO NOTHING
"""


def takes_two_persons(kind: ProposalKind) -> bool:
    """Whether acts of this kind take two persons already."""
    with connection.cursor() as cursor:
        cursor.execute(_HAS_BEGUN, [kind.value])
        return cursor.fetchone() is not None


def take_two_persons(kind: ProposalKind) -> None:
    """From now on they do, for good; in the caller's transaction.

    Raises TransactionManagementError outside of ``transaction.atomic()``.
    """
    in_transaction()
    execute(_BEGIN, {"kind": kind.value, "at": now()})
