"""Which policies are in force: only two persons change them."""

from __future__ import annotations

from django.db import connection, transaction

from makegood.kernel import Finding, MakegoodError
from makegood.trust.audit import Record, append
from makegood.trust.clock import now
from makegood.trust.proposals.kinds import ProposalKind
from makegood.trust.proposals.proposal import Proposal, hash_of
from makegood.trust.proposals.redeeming import at_hand, redeem
from makegood.trust.proposals.storage import execute

SUBJECT = "policies"
_SHORT = 12
_LOCK = "SELECT pg_advisory_xact_lock(hashtext('makegood.policy_version'))"
_NEWEST = "SELECT version FROM policy_version ORDER BY number DESC LIMIT 1"
_INSERT = """
INSERT INTO policy_version (version, since, proposal_id) VALUES (%(version)s, %(at)s, %(proposal)s)
"""


def version_in_force() -> str:
    """The version of the policies in force; empty before the first start."""
    with connection.cursor() as cursor:
        cursor.execute(_NEWEST)
        row = cursor.fetchone()
    return str(row[0]) if row else ""


def change_of(version: str) -> dict[str, str]:
    """The contents of a proposal to put the policies of this version in force."""
    return {"version": version}


def require_approved(version: str, *, by: str = "system:start") -> None:
    """Take the policies of this version as those in force, or refuse to start.

    The first ones are taken as they are. Others need an approved proposal ``change_policies`` with
    exactly this version, which is used by it. All of it stands in the log. Raises MakegoodError
    MG767 where nobody has approved them.
    """
    if version_in_force() == version:
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            # Several processes may start at once: one of them makes the change.
            cursor.execute(_LOCK)
        before = version_in_force()
        if before == version:
            return
        proposal = _redeemed(version, before, by) if before else None
        execute(
            _INSERT,
            {
                "version": version,
                "at": now(),
                "proposal": proposal.proposal_id if proposal else None,
            },
        )
        kind = "policies.changed" if proposal else "policies.loaded"
        details = {"version": version, "before": before}
        if proposal:
            details |= {"proposed_by": proposal.proposed_by, "approved_by": proposal.decided_by}
        append(Record(kind=kind, actor=by, subject=SUBJECT, details=details))


def _redeemed(version: str, before: str, by: str) -> Proposal:
    contents_hash = hash_of(change_of(version))
    if at_hand(ProposalKind.CHANGE_POLICIES, SUBJECT, contents_hash) is None:
        raise MakegoodError(
            Finding(
                "MG767",
                f"the policies have changed and nobody has approved it: they are version"
                f" {version[:_SHORT]}, in force is {before[:_SHORT]}",
                "put the former files back, propose the new ones with 'makegood proposal propose"
                " change_policies --policies FOLDER', have another person approve, start again",
            )
        )
    return redeem(ProposalKind.CHANGE_POLICIES, SUBJECT, contents_hash, by=by)
