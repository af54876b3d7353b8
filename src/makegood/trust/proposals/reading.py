"""Proposals as they stand."""

from __future__ import annotations

from uuid import UUID

from makegood.trust.clock import now
from makegood.trust.proposals.kinds import ProposalKind
from makegood.trust.proposals.proposal import Proposal, State
from makegood.trust.proposals.storage import Value, select, unknown

LISTED_MAX = 1_000
_LIVE = (State.OPEN, State.APPROVED)


def proposal_of(proposal_id: UUID) -> Proposal:
    """The proposal. Raises MakegoodError MG768 where there is none."""
    found = select("WHERE proposal_id = %s", [proposal_id])
    if not found:
        raise unknown(proposal_id)
    return found[0]


def proposals(
    state: State | None = None,
    kind: ProposalKind | None = None,
    limit: int = 100,
    *,
    subject: str = "",
) -> list[Proposal]:
    """The newest first, at most ``limit`` (1,000); by their state at this instant."""
    conditions: list[str] = []
    values: list[Value] = []
    if state is not None:
        conditions.append("state = %s")
        values.append(state.value)
        if state in _LIVE:
            conditions.append("expires_at > %s")
            values.append(now())
        if state is State.EXPIRED:
            conditions[-1] = "(state = %s OR state IN ('open', 'approved') AND expires_at <= %s)"
            values.append(now())
    if kind is not None:
        conditions.append("kind = %s")
        values.append(kind.value)
    if subject:
        conditions.append("subject = %s")
        values.append(subject)
    where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
    values.append(min(limit, LISTED_MAX))
    return select(f"{where} ORDER BY proposed_at DESC, proposal_id LIMIT %s", values)


def standing_proposal(kind: ProposalKind, subject: str, contents_hash: str) -> Proposal | None:
    """The proposal of exactly this that is open, or approved and unused; None without one."""
    found = select(
        "WHERE kind = %s AND subject = %s AND contents_hash = %s"
        " AND state IN ('open', 'approved') AND expires_at > %s",
        [kind.value, subject, contents_hash, now()],
    )
    return found[0] if found else None


def approved_for(kind: ProposalKind, subject: str) -> list[Proposal]:
    """What is approved about a subject and unused, the newest first; ``redeem`` is binding."""
    rest = (
        "WHERE kind = %s AND subject = %s AND state = 'approved' AND expires_at > %s"
        " ORDER BY proposed_at DESC, proposal_id"
    )
    return select(rest, [kind.value, subject, now()])
