"""One proposal, one act."""

from __future__ import annotations

from makegood.kernel import Finding, MakegoodError
from makegood.trust.clock import now
from makegood.trust.proposals.kinds import RULES, ProposalKind
from makegood.trust.proposals.proposal import Proposal
from makegood.trust.proposals.storage import execute, in_transaction, record, select

_WHICH = (
    "WHERE kind = %s AND subject = %s AND contents_hash = %s AND state = 'approved'"
    " AND expires_at > %s"
)
_USE = """
UPDATE proposal SET state = 'used', used_at = %(at)s, used_by = %(by)s
WHERE proposal_id = %(id)s
"""


def at_hand(kind: ProposalKind, subject: str, contents_hash: str) -> Proposal | None:
    """The approved, unused proposal for exactly this, where there is one: what a gate asks.

    It may be gone by the time of the act; only ``redeem`` is binding.
    """
    found = select(_WHICH, [kind.value, subject, contents_hash, now()])
    return found[0] if found else None


def redeem(
    kind: ProposalKind, subject: str, contents_hash: str, *, by: str, source: str = ""
) -> Proposal:
    """Use the approved proposal for exactly this act, in the transaction of the act.

    Of several at the same time exactly one succeeds; if the act's transaction is rolled back, the
    proposal is unused again. Raises MakegoodError MG769 where none is at hand, and
    TransactionManagementError outside of ``transaction.atomic()``.
    """
    in_transaction()
    instant = now()
    found = select(f"{_WHICH} FOR UPDATE", [kind.value, subject, contents_hash, instant])
    if not found:
        raise _none(kind, subject)
    proposal = found[0]
    execute(_USE, {"id": proposal.proposal_id, "at": instant, "by": by})
    record("proposal.redeemed", proposal, by, source, approved_by=proposal.decided_by)
    return proposal


def _none(kind: ProposalKind, subject: str) -> MakegoodError:
    name = RULES[kind].en
    what = f"for {name}" if name.startswith("an ") else f"to {name}"
    return MakegoodError(
        Finding(
            "MG769",
            f"two persons are needed {what}: no approved, unused proposal for {subject}",
            f"'makegood proposal propose {kind}', have another person approve it, then try again",
        )
    )
