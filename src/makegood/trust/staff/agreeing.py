"""What lets staff have more takes two persons, once two security officers can sign in.

Until then one person begins alone, and each entry says so. The console could otherwise make
itself the second person of every proposal. Taking away stays one person's act: it must be quick.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping

from allauth.socialaccount.models import SocialAccount

from makegood.kernel import Finding, MakegoodError
from makegood.trust.access import Visitor, permit
from makegood.trust.audit import Json
from makegood.trust.policy import Act, Resource, ResourceKind, Role
from makegood.trust.proposals import (
    Proposal,
    ProposalKind,
    at_hand,
    hash_of,
    redeem,
    take_two_persons,
    takes_two_persons,
)
from makegood.trust.staff.factors import strong_factors
from makegood.trust.staff.models import Member

KIND = ProposalKind.CHANGE_STAFF
BOOTSTRAP: Mapping[str, Json] = {"bootstrap": True}
"""What entries say of acts that one person did alone, at the beginning."""
_OFFICERS = 2


def in_bootstrap() -> bool:
    """Whether one person may still act alone; in a transaction.

    It ends for good when two security officers are seen who can sign in, so that setting them
    aside does not bring it back. Ask before taking anything away from a member.
    """
    if takes_two_persons(KIND):
        return False
    if sum(_can_sign_in(member) for member in _officers()) < _OFFICERS:
        return True
    take_two_persons(KIND)
    return False


def agreed(
    visitor: Visitor, contents: Mapping[str, Json], member: Member | None = None
) -> Mapping[str, Json]:
    """Let the gate decide an act that gives, in its transaction; what its entries say besides.

    ``contents`` are the act to the letter, ``member`` is whom it concerns, where they are there
    already. Raises Refused MG770, MakegoodError MG769 where two persons have not agreed on it.
    """
    resource = Resource(ResourceKind.STAFF, str(member.pk) if member else "")
    if in_bootstrap():
        permit(visitor, Act.MANAGE_STAFF, resource, details=BOOTSTRAP)
        return BOOTSTRAP
    subject, contents_hash = f"staff:{contents['member']}", hash_of(contents)
    if at_hand(KIND, subject, contents_hash) is None:
        raise _not_agreed(subject, contents)
    used = redeem(KIND, subject, contents_hash, by=visitor.actor, source=visitor.source)
    said = {"proposal": str(used.proposal_id)}
    permit(
        visitor,
        Act.CHANGE_STAFF,
        resource,
        proposed_by=used.proposed_by,
        approved=True,
        details=said,
    )
    return said


def concerned_by(proposal: Proposal) -> dict[str, str]:
    """The member whose account a proposal would change, as the policies take it; or nothing."""
    if proposal.kind is not KIND:
        return {}
    found = Member.objects.filter(sign_in_name=str(proposal.contents["member"])).first()
    return {"concerns": found.actor} if found else {}


def _officers() -> list[Member]:
    active = Member.objects.filter(is_active=True)
    return [member for member in active if Role.SECURITY_OFFICER in member.roles]


def _can_sign_in(member: Member) -> bool:
    return bool(strong_factors(member)) or SocialAccount.objects.filter(user=member).exists()


def _not_agreed(subject: str, contents: Mapping[str, Json]) -> MakegoodError:
    text = json.dumps(dict(contents), ensure_ascii=False, sort_keys=True)
    line = f"makegood proposal propose {KIND} --contents {shlex.quote(text)} --reason WHY"
    return MakegoodError(
        Finding(
            "MG769",
            f"two persons are needed to let staff have more: nothing is approved for {subject}",
            f"{line}; have a security officer approve it, then try again",
        )
    )
