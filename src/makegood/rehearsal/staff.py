"""Who works in a rehearsal: members of its store, with the roles that the policies ask for.

They act through the same functions as pages and console do; each act is the gate's to allow.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from makegood.trust.access import Visitor, permit
from makegood.trust.clock import now
from makegood.trust.policy import (
    DeviceTrust,
    Network,
    Principal,
    PrincipalKind,
    Resource,
    ResourceKind,
    Role,
    SignIn,
)

if TYPE_CHECKING:
    from uuid import UUID

    from makegood.programmes import MessageTemplates, Programme
    from makegood.publication import Published

_MEMBERS = {
    "author": Role.REMEDIATION_AUTHOR,
    "approver": Role.REMEDIATION_APPROVER,
    "officer": Role.PAYMENT_OFFICER,
    "second-officer": Role.PAYMENT_OFFICER,
    "supervisor": Role.SUPERVISOR,
    "second-supervisor": Role.SUPERVISOR,
    "call-centre": Role.CALL_CENTRE_AGENT,
    "shop": Role.SHOP_AGENT,
}


@dataclass(frozen=True, slots=True)
class Staff:
    """The members, by what they are called here."""

    members: dict[str, Principal]

    def visitor(self, name: str) -> Visitor:
        """A member who has just signed in at a known device of the office, or of the shop."""
        network = Network.SHOP if name == "shop" else Network.OFFICE
        return Visitor(
            self.members[name],
            f"rehearsal-{name}",
            DeviceTrust.ENROLLED,
            SignIn.PASSKEY,
            now(),
            network,
            "127.0.0.1",
        )

    def approve(self, name: str, proposal_id: UUID) -> None:
        """A member approves what another has proposed."""
        from django.db import transaction

        from makegood.trust import proposals

        visitor = self.visitor(name)
        with transaction.atomic():
            proposal = proposals.proposal_of(proposal_id)
            permit(
                visitor,
                proposals.RULES[proposal.kind].approve,
                Resource(ResourceKind.PROPOSAL, str(proposal_id)),
                proposed_by=proposal.proposed_by,
            )
            proposals.approve(
                proposal_id, by=visitor.actor, reason="looked at", source=visitor.source
            )


def employ() -> Staff:
    """The members, made in this store."""
    from makegood.trust.staff import add_member, principal_of

    console = Visitor.console("rehearsal")
    made = {}
    for name, role in _MEMBERS.items():
        member, _invitation = add_member(console, f"{name}.rehearsal", name=name, roles=[role])
        made[name] = principal_of(member)
    return Staff(made)


def customer(customer_id: str) -> Visitor:
    """A customer at the page, who has shown with a code that it is them."""
    principal = Principal(customer_id, frozenset({Role.CUSTOMER}), kind=PrincipalKind.CUSTOMER)
    return Visitor(
        principal,
        f"rehearsal-{customer_id}",
        DeviceTrust.UNKNOWN,
        SignIn.MESSAGE_CODE,
        now(),
        Network.OUTSIDE,
        "203.0.113.7",
    )


def put_in_force(
    staff: Staff, programme: Programme, reason: str, messages: MessageTemplates | None
) -> Published:
    """A programme with its messages is proposed by one, approved by another, and published."""
    from makegood.publication import propose, publish

    made = propose(staff.visitor("author"), programme, reason, messages=messages)
    staff.approve("approver", made.proposal_id)
    return publish(staff.visitor("author"), programme, messages)
