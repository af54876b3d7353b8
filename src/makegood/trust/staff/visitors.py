"""From a request to a visitor: what the gate judges by."""

from __future__ import annotations

from django.http import HttpRequest

from makegood.trust.access import Visitor
from makegood.trust.policy import Principal, Role, SignIn
from makegood.trust.staff.models import Member
from makegood.trust.staff.requests import standing

_ROLES = frozenset(role.value for role in Role)


def visitor_of(request: HttpRequest) -> Visitor:
    """Who asks, from where and how surely, at this moment; nobody without an open session."""
    found = standing(request)
    session = found.session
    if session is None:
        nobody = Principal("unknown", frozenset(), active=False)
        return Visitor(
            nobody,
            "",
            found.device_trust,
            SignIn.NONE,
            None,
            found.origin.network,
            found.origin.source,
        )
    return Visitor(
        principal=principal_of(session.member),
        session_id=str(session.session_id),
        device=found.device_trust,
        sign_in_strength=session.sign_in_strength,
        signed_in_at=session.signed_in_at,
        network=found.origin.network,
        source=found.origin.source,
    )


def principal_of(member: Member) -> Principal:
    """A member as the policies see them; a role that no longer exists gives nothing."""
    roles = frozenset(Role(role) for role in member.roles if role in _ROLES)
    return Principal(str(member.member_id), roles, active=member.is_active)
