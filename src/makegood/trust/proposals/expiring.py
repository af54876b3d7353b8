"""Proposals that nobody decided or used in time."""

from __future__ import annotations

from django.db import transaction

from makegood.trust.clock import now
from makegood.trust.proposals.kinds import ProposalKind
from makegood.trust.proposals.proposal import Proposal
from makegood.trust.proposals.storage import execute, record, select

DUE_AT_ONCE = 500
_CLOCK = "system:clock"
_EXPIRE = "UPDATE proposal SET state = 'expired' WHERE proposal_id = %(id)s"


def expire_due() -> int:
    """Mark what has expired by the clock, each with its entry in the log; how many.

    Nothing depends on it: what has expired cannot be decided or used, marked or not.
    """
    marked = 0
    while True:
        with transaction.atomic():
            due = select(
                "WHERE state IN ('open', 'approved') AND expires_at <= %s"
                f" ORDER BY expires_at LIMIT {DUE_AT_ONCE} FOR UPDATE SKIP LOCKED",
                [now()],
            )
            _expire(due)
        marked += len(due)
        if len(due) < DUE_AT_ONCE:
            return marked


def expire_those_of(kind: ProposalKind, subject: str, contents_hash: str) -> None:
    """The same for one thing, so that it can be proposed anew; in the caller's transaction."""
    due = select(
        "WHERE kind = %s AND subject = %s AND contents_hash = %s"
        " AND state IN ('open', 'approved') AND expires_at <= %s FOR UPDATE",
        [kind.value, subject, contents_hash, now()],
    )
    _expire(due)


def expire_live(actor: str, why: str) -> int:
    """End every proposal that is open or approved, each with its entry; how many.

    In the caller's transaction. After a restore nobody knows which of them were used meanwhile.
    """
    live = select("WHERE state IN ('open', 'approved') ORDER BY proposed_at FOR UPDATE")
    for proposal in live:
        execute(_EXPIRE, {"id": proposal.proposal_id})
        record("proposal.expired", proposal, actor, "", was=proposal.state.value, why=why)
    return len(live)


def _expire(due: list[Proposal]) -> None:
    for proposal in due:
        execute(_EXPIRE, {"id": proposal.proposal_id})
        record("proposal.expired", proposal, _CLOCK, "", was=proposal.state.value)
