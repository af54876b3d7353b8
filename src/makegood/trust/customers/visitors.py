"""From a request of the customers' site to a visitor: what the gate judges by."""

from __future__ import annotations

from django.http import HttpRequest

from makegood.trust.access import Visitor
from makegood.trust.customers.keyed import mark_of
from makegood.trust.customers.middleware import customer_of
from makegood.trust.customers.values import CustomerStanding
from makegood.trust.policy import DeviceTrust, Principal, PrincipalKind, Role, SignIn
from makegood.trust.staff import standing

_VISITOR = "_makegood_visitor"


def customer_visitor(request: HttpRequest) -> Visitor:
    """The customer who asks, and how surely; somebody who may nothing where nobody is signed in.

    ``source`` is a mark of the address: the log keeps no customer's address.
    """
    found = customer_of(request)
    known: tuple[CustomerStanding | None, Visitor] | None = getattr(request, _VISITOR, None)
    if known is None or known[0] is not found:
        known = found, _visitor(request, found)
        setattr(request, _VISITOR, known)
    return known[1]


def _visitor(request: HttpRequest, found: CustomerStanding | None) -> Visitor:
    origin = standing(request).origin
    role = frozenset({Role.CUSTOMER})
    if found is None:
        nobody = Principal("unknown", role, active=False, kind=PrincipalKind.CUSTOMER)
        return Visitor(
            nobody,
            "",
            DeviceTrust.UNKNOWN,
            SignIn.NONE,
            None,
            origin.network,
            mark_of(origin.source),
        )
    return Visitor(
        principal=Principal(found.customer_id, role, kind=PrincipalKind.CUSTOMER),
        session_id=str(found.session_id),
        device=DeviceTrust.UNKNOWN,
        sign_in_strength=found.strength,
        signed_in_at=found.signed_in_at,
        network=origin.network,
        source=mark_of(origin.source),
    )
