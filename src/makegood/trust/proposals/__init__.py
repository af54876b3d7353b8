"""What takes two persons: proposed by one, approved by another, used once, all of it in the log.

The policies say who may propose and approve (``trust.access`` asks them first); that it is
another person holds here and in the database, whatever the policies say.
"""

from makegood.trust.proposals.beginning import take_two_persons, takes_two_persons
from makegood.trust.proposals.deciding import approve, propose, refuse, withdraw
from makegood.trust.proposals.expiring import expire_due, expire_live
from makegood.trust.proposals.kinds import RULES, ProposalKind, Rules, kind_named
from makegood.trust.proposals.policy_versions import change_of, require_approved, version_in_force
from makegood.trust.proposals.proposal import Proposal, State, hash_of
from makegood.trust.proposals.reading import approved_for, proposal_of, proposals, standing_proposal
from makegood.trust.proposals.redeeming import at_hand, redeem

__all__ = [
    "RULES",
    "Proposal",
    "ProposalKind",
    "Rules",
    "State",
    "approve",
    "approved_for",
    "at_hand",
    "change_of",
    "expire_due",
    "expire_live",
    "hash_of",
    "kind_named",
    "proposal_of",
    "proposals",
    "propose",
    "redeem",
    "refuse",
    "require_approved",
    "standing_proposal",
    "take_two_persons",
    "takes_two_persons",
    "version_in_force",
    "withdraw",
]
